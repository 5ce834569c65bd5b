"""Files that survive power loss and other processes: whole writes, flushes, creation, locks."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from memsvc.errors import StorageFull, Unavailable

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def flush(descriptor: int) -> None:
    """Return once the file's data (and its size) is on stable storage."""
    if sys.platform == "darwin":
        # fsync on macOS leaves the data in the drive's own cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(descriptor)


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of the data at the offset; a single pwrite may stop short on a full disk."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def create(path: Path, content: bytes) -> None:
    """Create a file, mode 0600, durably and whole; FileExistsError when there is one.

    The content is written under a draft name and then linked: of two processes starting at once
    one wins, and the other never reads half a file. Unlike a rename, a link replaces nothing.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            write_at(descriptor, content, 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.hardlink_to(draft)
    finally:
        draft.unlink()
    _flush_directory(path.parent)


def _flush_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path, *, reading: bool = False) -> Iterator[int]:
    """Hold the file's exclusive lock against every other thread and process; yields a descriptor.

    `reading` shares the lock with others who read, and asks for no right to write.
    Each holder opens the file anew: a lock belongs to the open file, so threads sharing one, or a
    parent and its forked child, would not exclude each other.
    """
    descriptor = os.open(path, os.O_RDONLY if reading else os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if reading else fcntl.LOCK_EX)
        yield descriptor
    finally:
        # Closing alone would not do: a child forked meanwhile holds a copy of the descriptor.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into StorageFull, or Unavailable with the remedy.

    FileExistsError stays: who creates asks for it.
    """
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise StorageFull(
                f"There is no room for {path.name}: the disk is full or over a quota. Nothing was "
                "changed; free some space and try again."
            ) from error
        raise Unavailable(
            f"{path} cannot be used ({error.strerror}): check the disk, and that this user may "
            "read and write the file and its folder.",
            retry_after=1,
        ) from error
