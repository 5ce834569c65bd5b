"""The file of an export: begun, gone on with after an interruption, read again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from memsvc.errors import TransferUnusable
from memsvc.operations.exported import (
    FORMAT,
    FORMATS,
    End,
    Exported,
    Header,
    NotALine,
    OtherFormat,
    exported_in,
    header_in,
    line_of,
)
from memsvc.operations.exported_beside import Beside, Decision, MarkedSource
from memsvc.operations.exported_handbook import HandbookChange, OfferOutcome
from memsvc.sealing import durable

OWNER_ONLY = 0o600

LONGEST_HEADER = 2**16
"""Bytes of a first line that are looked at: any file may be named by mistake."""

FROM_ANOTHER_STORE = ". For another store's give --from mem0 or --from langgraph."


class Line(NamedTuple):
    """A memory and where its line stands: its number, from 1, and the byte after its end."""

    number: int
    ends: int
    exported: Exported


@dataclass(slots=True)
class Standing:
    """How far an export has come; the last agent's lines start at byte `agent_at`.

    `less_handbook` is how far it had come before the handbook of the last agent, where it has any
    of that: its places are counted as of one moment.
    """

    agents: int = 0
    memories: int = 0
    decisions: int = 0
    marks: int = 0
    changes: int = 0
    outcomes: int = 0
    agent_id: str | None = None
    agent_at: int = 0
    ends: int = field(default=0, repr=False)
    less_handbook: Standing | None = field(default=None, repr=False)

    def take(self, one: Exported | Beside, size: int) -> None:
        """Count what a line of so many bytes tells."""
        agent_id = one.memory.agent_id if isinstance(one, Exported) else one.agent_id
        if agent_id != self.agent_id:
            self.agents, self.agent_id, self.agent_at = self.agents + 1, agent_id, self.ends
            self.less_handbook = None
        if isinstance(one, HandbookChange | OfferOutcome) and self.less_handbook is None:
            self.less_handbook = replace(self)
        self.memories += isinstance(one, Exported)
        self.decisions += isinstance(one, Decision)
        self.marks += isinstance(one, MarkedSource)
        self.changes += isinstance(one, HandbookChange)
        self.outcomes += isinstance(one, OfferOutcome)
        self.ends += size


class Wording(NamedTuple):
    """Which wording of a memory a line has: its version, and of which memory of that id."""

    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class There:
    """What an interrupted export has of the agent in whose midst it stopped.

    Memories by id, pairs of ids that were decided of, in their order, and ids of marks.
    """

    memories: Mapping[str, Wording] = field(default_factory=dict)
    decisions: frozenset[tuple[str, str]] = frozenset()
    marks: frozenset[str] = frozenset()


NOTHING_THERE = There()


@contextmanager
def says_why(path: Path) -> Iterator[None]:
    """Turn what the system refuses into an error for the person at the terminal."""
    try:
        yield
    except OSError as error:
        raise TransferUnusable(f"{path}: {error.strerror or error}.") from error


@contextmanager
def begun(path: Path, header: Header) -> Iterator[tuple[BinaryIO, Standing]]:
    """The file, open at its end, of an export that begins here or was interrupted.

    A half line is cut off. Nobody else writes to the file meanwhile, and its owner alone may read
    it. Raises TransferUnusable, and leaves the file as it is, unless it holds the unfinished export
    of the same agents.
    """
    if path.exists() and not path.is_file():
        raise TransferUnusable(f"{path} is no file.")
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
    with durable.locked(path) as descriptor, open(descriptor, "r+b", closefd=False) as file:
        first = file.readline(LONGEST_HEADER)
        if first:
            standing = _gone_on_with(path, file, first, header)
        else:
            first = line_of(header)
            file.write(first)
            standing = Standing(ends=len(first))
        os.fchmod(descriptor, OWNER_ONLY)
        file.seek(standing.ends)
        file.truncate()
        yield file, standing


def keep(file: BinaryIO) -> None:
    """Return once what was written is on the disk."""
    file.flush()
    durable.flush(file.fileno())


def there_since(file: BinaryIO, at: int) -> There:
    """What an unfinished export has from that byte on, but for a handbook; reads to its end."""
    memories: dict[str, Wording] = {}
    decisions: set[tuple[str, str]] = set()
    marks: set[str] = set()
    file.seek(at)
    for line in file:
        one = exported_in(line)
        assert not isinstance(one, End), "an unfinished export"
        if isinstance(one, Exported):
            memories[one.memory.id] = Wording(one.memory.version, one.memory.created_at)
        elif isinstance(one, Decision):
            decisions.add((one.memory_id, one.other_id))
        elif isinstance(one, MarkedSource):
            marks.add(one.id)
    return There(memories, frozenset(decisions), frozenset(marks))


def header_of(path: Path, file: BinaryIO) -> Header:
    """The header of a file to import; raises TransferUnusable."""
    return _header(path, file.readline(LONGEST_HEADER), FROM_ANOTHER_STORE)


def lines_of(path: Path, file: BinaryIO) -> Iterator[Line | Beside | End]:
    """What stands below the header, one line after the other, and then the end.

    Raises TransferUnusable at the first line that is damaged, and at the end of a file that is not
    all there.
    """
    standing, end = Standing(ends=file.tell()), None
    number = 1
    for number, line in enumerate(file, start=2):
        if end is not None:
            raise _damaged(path, number)
        try:
            one = exported_in(line)
        except NotALine:
            raise _damaged(path, number) from None
        if isinstance(one, End):
            end = one
            continue
        standing.take(one, len(line))
        yield Line(number, standing.ends, one) if isinstance(one, Exported) else one
    if end is None:
        raise TransferUnusable(
            f"{path} ends after line {number}, before its last: the export was interrupted or the "
            "file cut off. Its memories are stored; finish the export and import again."
        )
    for what in ("memories", "decisions", "marks", "changes", "outcomes"):
        told, found = getattr(end, what), getattr(standing, what)
        if told != found:
            raise TransferUnusable(
                f"{path} tells of {told} {what} and has {found}: lines were lost. "
                "Its memories are stored; export anew and import again."
            )
    yield end


def _gone_on_with(path: Path, file: BinaryIO, first: bytes, header: Header) -> Standing:
    found = _header(path, first, ": give another file.")
    if (found.tenant, found.agents) != (header.tenant, header.agents):
        raise TransferUnusable(
            f"{path} was begun for agents {found.agents} of tenant {found.tenant}: ask for the "
            "same again, or give another file."
        )
    if found.format != FORMAT:
        raise TransferUnusable(
            f"{path} was begun by an earlier version of memsvc: give another file."
        )
    standing = Standing(ends=len(first))
    for number, line in enumerate(file, start=2):
        if not line.endswith(b"\n"):
            break
        try:
            one = exported_in(line)
        except NotALine:
            raise TransferUnusable(
                f"{path}, line {number} is damaged: give another file."
            ) from None
        if isinstance(one, End):
            raise TransferUnusable(f"{path} is a finished export: give another file.")
        standing.take(one, len(line))
    return standing.less_handbook or standing


def _header(path: Path, line: bytes, remedy: str) -> Header:
    try:
        if line.endswith(b"\n"):
            return header_in(line)
    except OtherFormat as error:
        raise TransferUnusable(
            f"{path} has format {error.found} and this version of memsvc knows {FORMATS[0]} to "
            f"{FORMAT}: use the version that wrote it."
        ) from None
    except NotALine:
        pass
    raise TransferUnusable(f"{path} is no export of memsvc{remedy}")


def _damaged(path: Path, number: int) -> TransferUnusable:
    return TransferUnusable(
        f"{path}, line {number} is damaged or cut off. Everything before it is stored; import the "
        "whole file again once it is mended or exported anew."
    )
