"""Where the bytes of documents live: a folder, or an S3 bucket (`s3://bucket/prefix`)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from include.errors import StoreUnavailable
from include.settings import load_settings


class Store(Protocol):
    """Keeps bytes under a key for good; writing a key again with the same bytes is harmless."""

    def put(self, source: Path, key: str) -> None:
        """Land the file's bytes durably before returning."""

    def copy_to(self, key: str, target: Path) -> None:
        """Write the bytes of `key` to `target`."""


class FolderStore:
    """Files below one folder; written aside, synced, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        return self.root / key

    def put(self, source: Path, key: str) -> None:
        target = self.path(key)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as aside:
                with source.open("rb") as bytes_in:
                    shutil.copyfileobj(bytes_in, aside)
                aside.flush()
                os.fsync(aside.fileno())
            Path(aside.name).replace(target)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    def copy_to(self, key: str, target: Path) -> None:
        try:
            shutil.copyfile(self.path(key), target)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error


class S3Store:
    """Objects in a bucket; credentials and endpoint as boto3 finds them (AWS_ENDPOINT_URL too)."""

    def __init__(self, url: str) -> None:
        self.bucket, _, self.prefix = url.removeprefix("s3://").partition("/")

    def _client(self) -> Any:
        import boto3

        return boto3.client("s3")

    def _name(self, key: str) -> str:
        return "/".join(part for part in (self.prefix.strip("/"), key) if part)

    def create_bucket(self) -> bool:
        """Make the bucket unless it is there; returns whether it was made."""
        from botocore.exceptions import ClientError

        try:
            self._client().head_bucket(Bucket=self.bucket)
            return False
        except ClientError:
            self._client().create_bucket(Bucket=self.bucket)
            return True

    def put(self, source: Path, key: str) -> None:
        self._call("upload_file", str(source), self.bucket, self._name(key))

    def copy_to(self, key: str, target: Path) -> None:
        self._call("download_file", self.bucket, self._name(key), str(target))

    def _call(self, method: str, *arguments: str) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            getattr(self._client(), method)(*arguments)
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise StoreUnavailable(str(error)) from error


def open_store() -> Store:
    """The store that the settings name."""
    url = load_settings().blob_url
    return S3Store(url) if url.startswith("s3://") else FolderStore(Path(url))


@contextmanager
def fetch(key: str) -> Iterator[Path]:
    """A local file with the bytes of `key`; only for the sandboxed reader, or to be sent on."""
    store = open_store()
    if isinstance(store, FolderStore):
        if not store.path(key).is_file():
            raise StoreUnavailable(f"no bytes under {key}")
        yield store.path(key)
        return
    with tempfile.TemporaryDirectory(prefix="lading-") as folder:
        local = Path(folder) / Path(key).name
        store.copy_to(key, local)
        yield local
