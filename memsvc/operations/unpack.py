"""Looking into compressed content: known by its first bytes, read as a stream in bounded memory."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, cast

READ_BYTES = 2**16
MAGIC_BYTES = 8

ENCRYPTED = 0x1


class Unopened(Exception):
    """Compressed content that cannot be read: damaged, locked, or of a kind nobody here knows."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of compressing; `parts` opens, one after another, what lies in a stream of it.

    `certain`: no other content begins so, but by a chance of one in millions.
    """

    name: str
    parts: Callable[[BinaryIO], Iterator[BinaryIO]]
    certain: bool = True


def kind_of(start: bytes) -> Kind | None:
    """The kind of what begins with these bytes, MAGIC_BYTES of them; None if not compressed."""
    return next((kind for magic, kind in MAGICS.items() if start.startswith(magic)), None)


def opened_parts(kind: Kind, packed: BinaryIO, *, too_deep: bool = False) -> Iterator[BinaryIO]:
    """Streams of what is compressed in a stream of that kind, each to be read before the next.

    Raises Unopened, as reading them by `read` does.
    """
    if too_deep:
        raise Unopened("compressed too often")
    with _unopened_if_damaged():
        packed.seek(0)
    parts = kind.parts(packed)
    while True:
        with _unopened_if_damaged():
            part = next(parts, None)
        if part is None:
            return
        yield part


def read(stream: BinaryIO, size: int) -> bytes:
    """At most `size` bytes of a stream, empty at its end; raises Unopened where it is damaged."""
    with _unopened_if_damaged():
        return stream.read(size)


@contextmanager
def _unopened_if_damaged() -> Iterator[None]:
    """Raise Unopened for whatever the libraries raise over damaged content.

    An OSError of the system itself goes through: then it is the reading that failed.
    """
    try:
        yield
    except OSError as error:
        # What the libraries raise carries no number: BadGzipFile, bz2's, not seekable. A damaged
        # archive may point before its beginning.
        if error.errno not in {None, errno.EINVAL}:
            raise
        raise Unopened(type(error).__name__) from error
    except (
        EOFError,
        lzma.LZMAError,
        OverflowError,
        RuntimeError,  # of an encrypted member; NotImplementedError of an unknown method
        struct.error,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise Unopened(type(error).__name__) from error


class _Inflating(io.RawIOBase):
    """What a zlib stream holds; the standard library has no file for it."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._engine = zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, target: object) -> int:
        room = memoryview(cast(bytearray, target)).cast("B")
        while not self._engine.eof:
            waiting = self._engine.unconsumed_tail or self._packed.read(READ_BYTES)
            got = self._engine.decompress(waiting, len(room))
            if got:
                room[: len(got)] = got
                return len(got)
            if not waiting:
                raise EOFError("the stream ends before its end")
        return 0


def _zlib(packed: BinaryIO) -> Iterator[BinaryIO]:
    yield cast(BinaryIO, io.BufferedReader(_Inflating(packed)))


def _gzip(packed: BinaryIO) -> Iterator[BinaryIO]:
    with gzip.GzipFile(fileobj=packed, mode="rb") as unpacked:
        yield cast(BinaryIO, unpacked)


def _bz2(packed: BinaryIO) -> Iterator[BinaryIO]:
    with bz2.BZ2File(packed) as unpacked:
        yield cast(BinaryIO, unpacked)


def _lzma(packed: BinaryIO) -> Iterator[BinaryIO]:
    with lzma.LZMAFile(packed) as unpacked:
        yield cast(BinaryIO, unpacked)


def _zip(packed: BinaryIO) -> Iterator[BinaryIO]:
    with zipfile.ZipFile(packed) as archive:
        # In their order, for within a compressed stream going back means beginning anew.
        for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
            with archive.open(member) as opened:
                yield cast(BinaryIO, opened)


def _zstd(packed: BinaryIO) -> Iterator[BinaryIO]:
    try:
        zstd = import_module("compression.zstd")  # Python 3.14
    except ImportError as error:
        raise Unopened("zstd") from error
    yield zstd.ZstdFile(packed)


def _unknown(_packed: BinaryIO) -> Iterator[BinaryIO]:
    raise Unopened("nothing here reads it")


MAGICS = {
    b"\x1f\x8b\x08": Kind("gzip", _gzip),
    b"BZh": Kind("bz2", _bz2),
    b"\xfd7zXZ\0": Kind("xz", _lzma),
    b"PK\x03\x04": Kind("zip", _zip),
    b"\x28\xb5\x2f\xfd": Kind("zstd", _zstd),
    b"\x04\x22\x4d\x18": Kind("lz4", _unknown),
    b"7z\xbc\xaf\x27\x1c": Kind("7z", _unknown),
    b"Rar!\x1a\x07": Kind("rar", _unknown),
    **{
        magic: Kind("zlib", _zlib, certain=False)
        for magic in (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
    },
}
