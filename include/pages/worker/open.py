"""From the bytes of one file to an open file: every kind has its reader."""

from __future__ import annotations

from include.pages.options import ReadOptions
from include.pages.worker.formats.archive import open_archive
from include.pages.worker.formats.images import open_image_file
from include.pages.worker.formats.mail import open_mail
from include.pages.worker.formats.mails.smime import signed_content
from include.pages.worker.formats.office.locked import unlocked
from include.pages.worker.formats.office.open import open_office_file
from include.pages.worker.opened import OpenedFile
from include.pages.worker.pdf.file import open_pdf_file
from include.pages.worker.sniff import IMAGES, LOCKED, MAILS, MEDIA_TYPES, checked_kind
from include.settings import ReaderLimits


def open_file(
    data: bytes, file_name: str, limits: ReaderLimits, options: ReadOptions
) -> OpenedFile:
    """Open a file by its content; raises a BadDocument that says why it cannot be read."""
    kind = checked_kind(data, file_name)
    if kind == LOCKED:
        data = unlocked(data, options.passwords)
        kind = checked_kind(data, file_name)
    if kind == "pdf":
        return open_pdf_file(data, limits, options)
    if kind in IMAGES:
        return open_image_file(data, MEDIA_TYPES[kind], limits, options)
    if kind == "zip":
        return open_archive(data, limits, options)
    if kind in MAILS:
        return open_mail(data, kind, limits)
    if kind == "p7m":
        return open_file(signed_content(data), file_name.removesuffix(".p7m"), limits, options)
    return open_office_file(data, kind, limits)
