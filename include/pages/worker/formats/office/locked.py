"""Office files behind a password, opened with the passwords that are known."""

from __future__ import annotations

import io
from collections.abc import Sequence

import msoffcrypto  # type: ignore[import-untyped]

from include.errors import BrokenDocument, EncryptedDocument

#: Excel locks with this when only the structure is protected; everybody opens it.
_EVERYBODYS = "VelvetSweatshop"


def unlocked(data: bytes, passwords: Sequence[str]) -> bytes:
    """The document inside; raises EncryptedDocument when no password fits, BrokenDocument."""
    for password in (_EVERYBODYS, *passwords):
        out = io.BytesIO()
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=password)
            file.decrypt(out)
        except msoffcrypto.exceptions.InvalidKeyError:
            continue
        except (msoffcrypto.exceptions.FileFormatError, OSError, ValueError, KeyError) as error:
            raise BrokenDocument(f"its encryption cannot be read ({error})") from error
        except msoffcrypto.exceptions.DecryptionError:
            continue
        if out.getvalue().startswith(b"PK"):
            return out.getvalue()
    raise EncryptedDocument("None of the known passwords opens it." if passwords else "")
