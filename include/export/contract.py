"""What an ERP adapter has to offer, and the nouns it is spoken to in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from include.errors import Refused, SetupError, TryAgain
from include.export.payload import Payload


class ErpRefuses(Refused):
    """The ERP refuses the record:"""

    def __init__(self, detail: str, field: str | None = None) -> None:
        """`field` is the document's field that has to be looked at, when it is one."""
        super().__init__(detail)
        self.field = field


class ErpFault(TryAgain):
    """The ERP failed inside, perhaps over what it was asked:"""


class ErpAccessDenied(SetupError):
    """The ERP does not accept our address, database or key:"""


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A revision of the same document that is replaced: what marked it, and its orders."""

    marker: str
    orders: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One document on its way into the ERP.

    `marker` is written into the ERP's record and finds it again.
    """

    document_id: int
    marker: str
    payload: Payload
    file_name: str
    read_bytes: Callable[[], bytes]
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One write in the ERP that takes the record nearer to its goal."""

    name: str
    send: Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class ErpRecord:
    """What the ERP holds for a document, as read back from it."""

    model: str
    id: int
    ref: str
    values: dict[str, Any] = field(default_factory=dict)


class Erp(Protocol):
    """An ERP. Every method may raise ErpUnavailable (nothing was written), AnswerUnknown (perhaps
    it was), ErpFault, ErpRefuses (with the ERP's words) and ErpAccessDenied."""

    name: str

    def next_step(self, job: Job) -> Step | None:
        """Look at what the ERP holds for the job; the next write, or None when all is there."""

    def undo_step(self, job: Job) -> Step | None:
        """The next write that takes back what a refused job has left, or None when nothing is."""

    def read_back(self, job: Job) -> ErpRecord:
        """The record as the ERP shows it after the last step."""
