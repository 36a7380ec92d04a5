"""One error tree; each class says what happened and its branch says who acts."""

from __future__ import annotations


class LadingError(Exception):
    """Something in Lading went wrong."""

    def __init__(self, detail: str = "") -> None:
        """`detail` names the thing concerned; the class's docstring says what happened."""
        self.detail = detail
        self.message = (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(f"{self.message} {detail}".strip())


class TryAgain(LadingError):
    """A passing fault; the same call is worth repeating after a pause."""


class DatabaseUnavailable(TryAgain):
    """Postgres does not answer; check that it runs (make status)."""


class StoreUnavailable(TryAgain):
    """The document store does not answer."""


class ReaderUnavailable(TryAgain):
    """The reader process could not be started or did not answer."""


class ModelUnavailable(TryAgain):
    """The language model does not answer or asks to come back later."""


class ErpUnavailable(TryAgain):
    """The ERP does not answer."""


class AnswerUnknown(TryAgain):
    """The ERP was asked to write and its answer was lost; look up before asking again."""


class SetupError(LadingError):
    """The set-up is wrong; the data engineer has to change a setting."""


class SettingMissing(SetupError):
    """A setting that is needed here is not set:"""


class SettingInvalid(SetupError):
    """A setting cannot be understood:"""


class DiskFull(SetupError):
    """There is not enough free disk space:"""


class PortInUse(SetupError):
    """A port that the stack needs is taken:"""


class StackFailed(SetupError):
    """The embedded stack cannot start:"""


class DocumentTypeInvalid(SetupError):
    """A document type file is not valid:"""


class ReferenceMissing(SetupError):
    """The folder holds no reference list that is known here; see the DAG's description:"""


class MigrationChanged(SetupError):
    """A migration that was applied has been edited afterwards:"""


class ModelRefused(SetupError):
    """The language model's server refuses the request for good (key, quota or model name):"""


class EngineMissing(SetupError):
    """The OCR engine is not installed:"""


class BadDocument(LadingError):
    """The document itself cannot be used; its sender or a clerk has to act."""


class NotWhatItSays(BadDocument):
    """The content does not match the file's ending:"""


class UnsupportedFormat(BadDocument):
    """This kind of file cannot be read:"""


class EncryptedDocument(BadDocument):
    """The document is encrypted; ask the sender for a copy without a password."""


class BrokenDocument(BadDocument):
    """The document is damaged and could not be repaired:"""


class UnreadableScan(BadDocument):
    """No legible text was found on the pages:"""


class EmptyDocument(BadDocument):
    """The file holds no bytes or no pages:"""


class OverLimit(BadDocument):
    """Reading the document needs more than the reader is allowed:"""


class ReaderCrashed(BadDocument):
    """The reader process died on this document:"""


class Refused(LadingError):
    """The ERP refuses the record for a business reason; a clerk has to decide."""


class Conflict(LadingError):
    """Somebody else has changed this meanwhile; nothing was written."""
