"""What has arrived of files on their way in: one file each in the upload folder, written by one hand at a time.

The acknowledged length stands in the database. Here lies at least as much: bytes are on the disk (`settle`) before
anybody says they are. What a process that died wrote beyond is cut off when the next one begins (`begin`).

One writer at a time, over all processes: it locks a file beside the bytes, and the system lets go of that lock when
the process dies. A writer whose line went dead keeps its thread waiting and its lock; after `STALE` seconds without a
byte another may overtake it by putting a new lock file in place. Every write looks first whether the lock in place is
still its own, under a short lock on the bytes themselves, so that one overtaken never writes again.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File

from core.files.disk import settle_folder

STALE = 20
YOUNG = 60 * 60
TRIES = 20


class BusyError(Exception):
    """Somebody else writes this file now."""


class GoneError(Exception):
    """The bytes are not there: removed, or fewer than were acknowledged."""


def place(key: UUID) -> Path:
    return settings.UPLOAD_ROOT / f"{key}.part"


def free_bytes() -> int:
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(settings.UPLOAD_ROOT).free


def create(key: UUID) -> None:
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    os.close(os.open(place(key), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    settle_folder(settings.UPLOAD_ROOT)


def remove(key: UUID) -> None:
    for path in (place(key), _lock_place(key)):
        path.unlink(missing_ok=True)


def clear(*, keep: Container[UUID]) -> int:
    """Remove what lies here for nobody. What is younger than an hour may belong to somebody who is just beginning."""
    old, removed = time.time() - YOUNG, 0
    for path in settings.UPLOAD_ROOT.glob("*.*"):
        if UUID(path.name.partition(".")[0]) not in keep and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


@contextmanager
def held(key: UUID) -> Iterator["Part"]:
    """The bytes of one upload, ours alone until the end of the block."""
    lock = _take(_lock_place(key))
    try:
        try:
            data = os.open(place(key), os.O_RDWR)
        except FileNotFoundError:
            raise GoneError(key) from None
        try:
            yield Part(key, data, lock)
        finally:
            os.close(data)
    finally:
        os.close(lock)


class Part:
    """An open upload: `position` is where the next byte goes."""

    def __init__(self, key: UUID, data: int, lock: int):
        self.key, self._data, self._lock = key, data, lock
        self.position = 0

    def begin(self, offset: int) -> None:
        """Stand at the acknowledged length; what lies beyond was never acknowledged and is cut off."""
        with self._writing():
            if os.fstat(self._data).st_size < offset:
                raise GoneError(self.key)
            os.ftruncate(self._data, offset)
        self.position = offset

    def append(self, block: bytes) -> None:
        with self._writing():
            rest = memoryview(block)
            while rest:
                written = os.pwrite(self._data, rest, self.position)
                self.position += written
                rest = rest[written:]
        os.utime(self._lock)

    def settle(self) -> None:
        """After this the bytes outlive the process and the power."""
        os.fdatasync(self._data)

    def cut(self, offset: int) -> None:
        """Back to an earlier length, with the space given back."""
        with self._writing():
            os.ftruncate(self._data, offset)
        self.position = offset

    @contextmanager
    def _writing(self) -> Iterator[None]:
        fcntl.flock(self._data, fcntl.LOCK_EX)
        try:
            if not _is_in_place(self._lock, _lock_place(self.key)):
                raise BusyError(self.key)
            yield
        finally:
            fcntl.flock(self._data, fcntl.LOCK_UN)


class WholeFile(File):
    """A finished upload as a file that a storage on the same disk takes in by its name alone.

    The storage gets a second name of the same bytes and may move that one; ours stays until the record is written, so
    that a crash in between loses nothing.
    """

    def __init__(self, key: UUID, name: str):
        self.spare = place(key).with_suffix(".whole")
        self.spare.unlink(missing_ok=True)
        self.spare.hardlink_to(place(key))
        super().__init__(self.spare.open("rb"), name)

    def temporary_file_path(self) -> str:
        return str(self.spare)

    def close(self) -> None:
        super().close()
        self.spare.unlink(missing_ok=True)


def _lock_place(key: UUID) -> Path:
    return place(key).with_suffix(".lock")


def _take(path: Path) -> int:
    for _ in range(TRIES):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            silent = time.time() - os.fstat(handle).st_mtime
            os.close(handle)
            if silent < STALE:
                raise BusyError(path.stem) from None
            handle = _overtake(path)
        if _is_in_place(handle, path):
            os.utime(handle)
            return handle
        os.close(handle)
    raise BusyError(path.stem)


def _overtake(path: Path) -> int:
    """A new lock in the place of the old one, whose holder has not received a byte for long."""
    new = path.with_name(f"{path.stem}.{uuid4().hex}")
    handle = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    new.replace(path)
    return handle


def _is_in_place(handle: int, path: Path) -> bool:
    try:
        return os.fstat(handle).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False
