"""Files by path, for libraries and processes that read from a disk, wherever the file is kept."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage


@contextmanager
def on_disk(file: File) -> Iterator[Path]:
    """The path of a file; one that lies in memory or far away is copied beside for as long as it is needed."""
    known = getattr(file, "temporary_file_path", None)
    if known is not None:
        yield Path(known())
        return
    handle, name = tempfile.mkstemp(prefix="copied-")
    try:
        with os.fdopen(handle, "wb") as copy:
            file.seek(0)
            for chunk in file.chunks():
                copy.write(chunk)
        yield Path(name)
    finally:
        Path(name).unlink()


@contextmanager
def stored(name: str) -> Iterator[Path]:
    """The path of a stored file, or of a copy of it where the storage is elsewhere."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        with default_storage.open(name) as file, on_disk(file) as copy:
            yield copy
        return
    yield path


@contextmanager
def made(name: str) -> Iterator[Path]:
    """A place to write a file to; what lies there in the end is stored under the name, whole or not at all."""
    with tempfile.TemporaryDirectory(prefix="made-") as folder:
        target = Path(folder) / Path(name).name
        yield target
        if target.exists() and not default_storage.exists(name):
            with target.open("rb") as body:
                default_storage.save(name, File(body))


def settle(name: str) -> None:
    """Make a stored file last, with its name and that of a folder made for it. Other storages see to it themselves."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        return
    _settle(path)
    settle_folder(path.parent)
    settle_folder(path.parent.parent)


def settle_folder(path: Path) -> None:
    """Make the names in a folder last: a file's bytes on the disk are of no use while its name is not."""
    _settle(path, os.O_DIRECTORY)


def _settle(path: Path, kind: int = 0) -> None:
    handle = os.open(path, os.O_RDONLY | kind)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
