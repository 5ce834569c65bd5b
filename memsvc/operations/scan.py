"""Scanning files for residue: does what was forgotten still lie anywhere, in any shape?

A scan that cannot look must not say "clean": what cannot be read makes it fail, and what cannot
be unpacked is named.

Never let the process that has an SQLite database open scan its files itself. Closing a file drops
every lock the process holds on it, SQLite's too: measured, a second process then writes in the
middle of a transaction of the first. `scan_apart` looks from a process of its own.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from memsvc.core.needles import Needles
from memsvc.operations.unpack import MAGIC_BYTES, Unopened, kind_of, opened_parts, read

BLOCK_BYTES = 2**20
DEEPEST = 2
"""How often content may be compressed upon another and is still looked into."""

IN_NAME = "name"
"""Where a hit lies that is part of a path."""

# A named pipe would wait for a writer; a link may have taken the file's place.
HOW = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """The first place where a needle lies in a file, or in what is compressed there.

    `path` is below the folder given, `offset` in bytes. `inside` names what was opened to get
    there, outermost first: `("gzip", "zip")`, or `("name",)` for the path itself.
    """

    path: Path
    needle: str
    shape: str
    offset: int
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found, and how far it looked.

    `bytes` were read, and `unpacked` more came out of compressed content. `vanished` files were
    listed and gone when their turn came. Into `unopened` ones nobody could look, or not to their
    end: damaged, encrypted, compressed too often or in an unknown way.
    """

    hits: tuple[Hit, ...]
    unopened: tuple[Path, ...]
    files: int
    bytes: int
    unpacked: int
    vanished: int
    needles: int
    seconds: float

    @property
    def clean(self) -> bool:
        """Nothing was found, and everything was looked at."""
        return not self.hits and not self.unopened

    @property
    def found(self) -> frozenset[str]:
        """Names of the needles that were found."""
        return frozenset(hit.needle for hit in self.hits)


def residue(
    needles: Mapping[str, Mapping[str, bytes]],
    places: Iterable[Path],
    without: Collection[Path] = (),
) -> Scan:
    """Look for needles (by name and shape) in files, and in every regular file below folders.

    Paths are looked at too. Links, pipes and sockets below a folder are not followed, and
    `without` is left out, files or folders with all that is in them.

    Raises OSError for what cannot be read, a place that is not there included, and ValueError for
    a needle that is too short to say anything.
    """
    began = time.perf_counter()
    looking = _Looking(needles)
    left_out = {path.resolve() for path in without}
    for place in places:
        looking.place(place.resolve(strict=True), left_out)
    return looking.scan(time.perf_counter() - began)


def _below(folder: Path, left_out: Collection[Path]) -> Iterator[os.DirEntry[str]]:
    """Everything below a folder, folders first; a folder that goes meanwhile has nothing."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        path = Path(entry.path)
        if path in left_out:
            continue
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _below(path, left_out)


@dataclass(slots=True)
class _Source:
    """A file under the eyes of a scan."""

    file: Path
    shown: Path
    unopened: bool = False


class _Looking:
    """A scan under way."""

    def __init__(self, named: Mapping[str, Mapping[str, bytes]]) -> None:
        meant = [
            (needle, name, shape)
            for name, shapes in named.items()
            for shape, needle in shapes.items()
        ]
        self._meant = [(name, shape) for _, name, shape in meant]
        self._needles = Needles([needle for needle, _, _ in meant])
        # A needle may begin in one block and end in the next.
        self._overlap = max(0, self._needles.longest - 1)
        self._hits: list[Hit] = []
        self._unopened: list[Path] = []
        self._files = self._bytes = self._unpacked = self._vanished = 0

    def scan(self, seconds: float) -> Scan:
        return Scan(
            hits=tuple(sorted(self._hits)),
            unopened=tuple(self._unopened),
            files=self._files,
            bytes=self._bytes,
            unpacked=self._unpacked,
            vanished=self._vanished,
            needles=len(self._needles),
            seconds=seconds,
        )

    def place(self, place: Path, left_out: Collection[Path]) -> None:
        if place in left_out:
            return
        if not place.is_dir():
            self._file(_Source(place, Path(place.name)))
            return
        for entry in _below(place, left_out):
            shown = Path(entry.path).relative_to(place)
            self._block(os.fsencode(entry.name), 0, shown, (IN_NAME,), set())
            if entry.is_file(follow_symlinks=False):
                self._file(_Source(Path(entry.path), shown))

    def _file(self, source: _Source) -> None:
        try:
            descriptor = os.open(source.file, HOW)
        except FileNotFoundError:
            self._vanished += 1
            return
        with os.fdopen(descriptor, "rb", buffering=0) as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "neither a file nor a folder", str(source.file))
            self._files += 1
            stream = cast(BinaryIO, opened)
            self._look_into(stream, self._stream(stream, source, ()), source, ())
        if source.unopened:
            self._unopened.append(source.shown)

    def _look_into(
        self, packed: BinaryIO, start: bytes, source: _Source, inside: tuple[str, ...]
    ) -> None:
        """Look through what is compressed in a stream that begins with these bytes, if it is."""
        kind = kind_of(start)
        if kind is None:
            return
        within = (*inside, kind.name)
        try:
            for part in opened_parts(kind, packed, too_deep=len(inside) == DEEPEST):
                self._look_into(part, self._stream(part, source, within), source, within)
        except Unopened:
            # Other content begins with two such bytes by chance, and was looked at as it is.
            source.unopened |= kind.certain

    def _stream(self, stream: BinaryIO, source: _Source, inside: tuple[str, ...]) -> bytes:
        """Look through a stream; its first bytes."""
        start = tail = b""
        seen: set[int] = set()
        at = 0
        while block := read(stream, BLOCK_BYTES):
            start = start or block[:MAGIC_BYTES]
            if inside:
                self._unpacked += len(block)
            else:
                self._bytes += len(block)
            held = tail + block
            self._block(held, at - len(tail), source.shown, inside, seen)
            at += len(block)
            tail = held[max(0, len(held) - self._overlap) :]
            # Whoever else runs in this process goes first.
            time.sleep(0)
        return start

    def _block(
        self, held: bytes, offset: int, shown: Path, inside: tuple[str, ...], seen: set[int]
    ) -> None:
        for index, at in self._needles.within(held):
            if index not in seen:
                seen.add(index)
                self._hits.append(Hit(shown, *self._meant[index], offset + at, inside))
