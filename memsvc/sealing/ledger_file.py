"""The erasure ledger as a file: beside the data or elsewhere, and in no backup of it.

Several processes may use one file: who looks or appends holds its lock, and first reads what others
have appended meanwhile. Only whole lines that a flush has made durable count; a last line that was
cut off by a crash is written over. Anything else that breaks the chain is LedgerUnusable.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from memsvc.errors import LedgerUnusable
from memsvc.sealing import durable
from memsvc.sealing.ledger_format import (
    BEGINNING,
    Broken,
    Digest,
    Entry,
    Link,
    checked,
    database_in,
    entry_in,
    entry_line,
    first_line,
)

NAME = "erasures.ledger"

_BLOCK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far a file went when it was last looked at, and which file (device, inode) that was."""

    link: Link = BEGINNING
    last: Entry | None = None
    file: tuple[int, int] | None = None


_NOTHING = _Seen()


def database_named_by(path: Path, digest: Digest) -> str | None:
    """The database whose ledger a file is; None where there is no file, or no whole line in it.

    Raises LedgerUnusable for one that was made under another root key.
    """
    if not path.exists():
        return None
    with durable.told(path), durable.locked(path, reading=True) as descriptor:
        line = next(_lines(descriptor, 0), None)
    if line is None:
        return None
    try:
        checked(digest, BEGINNING, line)
        return database_in(line)
    except Broken:
        raise _foreign(path) from None


def _foreign(path: Path) -> LedgerUnusable:
    return LedgerUnusable(
        f"{path} is the ledger of another database or version, or its first line is damaged: put "
        "this database's own ledger there; to begin a new database, move this one away."
    )


class LedgerFile:
    """One ledger. Thread-safe: every look and every appending opens the file anew.

    `database` is the id by which it is the ledger of one database and of no other.
    """

    def __init__(self, path: Path, digest: Digest, database: str) -> None:
        self.path = path
        self._digest = digest
        self._database = database
        self._seen = _NOTHING
        self._flushed = BEGINNING

    @property
    def last(self) -> Entry | None:
        """The last entry when it was last looked at; None without any."""
        return self._seen.last

    def is_as_written(self) -> bool:
        """Whether the file is the one, and as long, as when this process last had it durable."""
        try:
            facts = self.path.stat()
        except OSError:
            return False
        seen = self._seen
        same = seen.file == _identity(facts) and seen.link.end == facts.st_size
        return same and seen.link == self._flushed

    def make(self) -> bool:
        """Make the file, with its first line, durably; False when there is one.

        Raises LedgerUnusable when its folder is not there: an empty ledger in place of one on a
        disk that is not mounted would hide what that one says.
        """
        if self.path.exists():
            return False
        if not self.path.parent.is_dir():
            raise LedgerUnusable(
                f"There is no folder {self.path.parent} for the ledger of erasures: mount the disk "
                "it is on, make the folder, or set MEMSVC_ERASURE_LEDGER."
            )
        try:
            with durable.told(self.path):
                durable.create(self.path, first_line(self._digest, self._database)[0])
        except FileExistsError:
            return False
        return True

    @contextmanager
    def looked_at(self) -> Iterator[Look]:
        """Hold the file against appending, with all that stands in it; empty where there is none.

        Raises LedgerUnusable for a foreign or damaged file.
        """
        if not self.path.exists():
            self._seen = _NOTHING
            yield Look(None, BEGINNING, None)
            return
        with durable.told(self.path), durable.locked(self.path, reading=True) as descriptor:
            seen = self._caught_up(descriptor)
            yield Look(descriptor, seen.link, seen.last)

    @contextmanager
    def written(self) -> Iterator[Writing]:
        """Hold the file, which must be there, to append to it."""
        with durable.told(self.path), durable.locked(self.path) as descriptor:
            seen = self._caught_up(descriptor)
            if seen.link != self._flushed:
                # Whoever appended it may have died before the flush.
                durable.flush(descriptor)
            writing = Writing(descriptor, self._digest, seen.link, seen.last)
            try:
                yield writing
            finally:
                self._seen = _Seen(writing.link, writing.last, _identity(os.fstat(descriptor)))
                self._flushed = writing.link

    def _caught_up(self, descriptor: int) -> _Seen:
        """What the file holds by now; of one that was seen before only what is new is read."""
        facts = os.fstat(descriptor)
        seen = self._seen
        if seen.file != _identity(facts) or facts.st_size < seen.link.end:
            seen = _NOTHING
        link, last = seen.link, seen.last
        line = b""
        for line, link in self._links(descriptor, seen.link):
            if link.place == 0:
                self._check_database(line)
        if line:
            last = entry_in(line) if link.place > 0 else None
        if link.place < 0:
            raise self._damaged("its first line is cut off")
        self._seen = _Seen(link, last, _identity(facts))
        return self._seen

    def _links(self, descriptor: int, link: Link) -> Iterator[tuple[bytes, Link]]:
        for line in _lines(descriptor, link.end):
            try:
                link = checked(self._digest, link, line)
            except Broken:
                if link.place < 0:
                    raise _foreign(self.path) from None
                raise self._damaged(
                    f"the line after entry {link.place} is not as written"
                ) from None
            yield line, link

    def _check_database(self, line: bytes) -> None:
        try:
            database = database_in(line)
        except Broken:
            raise _foreign(self.path) from None
        if database != self._database:
            raise _foreign(self.path)

    def _damaged(self, what: str) -> LedgerUnusable:
        return LedgerUnusable(
            f"{self.path} is damaged ({what}): put back a whole copy of it. Only if this database "
            "was never put back from a backup may you move it away: it is then made anew from the "
            "database."
        )


class Look:
    """A ledger that is held: how far it goes, and its entries."""

    def __init__(self, descriptor: int | None, link: Link, last: Entry | None) -> None:
        self._descriptor = descriptor
        self.link = link
        self.last = last

    @property
    def place(self) -> int:
        """The place of the last entry, 0 without any."""
        return max(self.link.place, 0)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """The entries beyond a place, in order."""
        for line in self._held_lines(after):
            yield entry_in(line)

    def _held_lines(self, after: int) -> Iterator[bytes]:
        if self._descriptor is None or after >= self.place:
            return
        for place, line in enumerate(_lines(self._descriptor, 0)):
            if place > self.link.place:
                return
            if place > after:
                yield line


class Writing(Look):
    """A ledger that is held to be appended to."""

    def __init__(self, descriptor: int, digest: Digest, link: Link, last: Entry | None) -> None:
        super().__init__(descriptor, link, last)
        self._file = descriptor
        self._digest = digest

    def append(self, entries: Sequence[Entry]) -> None:
        """Append entries, durable on return; ValueError when they would leave a gap."""
        lines, link = [], self.link
        for entry in entries:
            line, link = entry_line(self._digest, link, entry)
            lines.append(line)
        # What a crash has cut off goes first: it may be longer than what is written over it.
        os.ftruncate(self._file, self.link.end)
        if not lines:
            return
        try:
            durable.write_at(self._file, b"".join(lines), self.link.end)
            durable.flush(self._file)
        except OSError:
            # Whole lines among it would count later, though nobody knows whether they lie on disk.
            os.ftruncate(self._file, self.link.end)
            raise
        self.link, self.last = link, entries[-1]

    def cut(self, place: int) -> None:
        """Take back what stands beyond a place, durably: it stands elsewhere by then."""
        link, last = BEGINNING, None
        for line in _lines(self._file, 0):
            if link.place == place:
                break
            link = checked(self._digest, link, line)
            last = entry_in(line) if link.place > 0 else None
        os.ftruncate(self._file, link.end)
        durable.flush(self._file)
        self.link, self.last = link, last


def _identity(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_dev, facts.st_ino


def _lines(descriptor: int, offset: int) -> Iterator[bytes]:
    """Whole lines from an offset on; what follows the last end of line is none."""
    rest = b""
    while block := os.pread(descriptor, _BLOCK_BYTES, offset):
        offset += len(block)
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield line + b"\n"
