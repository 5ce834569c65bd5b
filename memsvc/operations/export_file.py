"""The file of an export: begun, gone on with after an interruption, read again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from memsvc.errors import TransferUnusable
from memsvc.operations.exported import (
    FORMAT,
    End,
    Exported,
    Header,
    NotALine,
    OtherFormat,
    exported_in,
    header_in,
    line_of,
)
from memsvc.sealing import durable

OWNER_ONLY = 0o600

LONGEST_HEADER = 2**16
"""Bytes of a first line that are looked at: any file may be named by mistake."""


class Line(NamedTuple):
    """A memory and where it stands: the line's number, from 1, and the byte after its end."""

    number: int
    ends: int
    exported: Exported


@dataclass(slots=True)
class Standing:
    """How far an export has come; the last agent's lines start at byte `agent_at`."""

    agents: int = 0
    memories: int = 0
    agent_id: str | None = None
    agent_at: int = 0
    ends: int = field(default=0, repr=False)

    def take(self, agent_id: str, size: int) -> None:
        """Count one memory, whose line has so many bytes."""
        if agent_id != self.agent_id:
            self.agents, self.agent_id, self.agent_at = self.agents + 1, agent_id, self.ends
        self.memories += 1
        self.ends += size


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


def ids_since(file: BinaryIO, at: int) -> Iterator[str]:
    """Ids of the memories from that byte on; leaves the file at its end."""
    file.seek(at)
    for line in file:
        one = exported_in(line)
        assert isinstance(one, Exported), "an unfinished export"
        yield one.memory.id


def header_of(path: Path, file: BinaryIO) -> Header:
    """The header of a file to import; raises TransferUnusable."""
    return _header(path, file.readline(LONGEST_HEADER))


def lines_of(path: Path, file: BinaryIO) -> Iterator[Line | End]:
    """The memories below the header, one after the other, and then the end.

    Raises TransferUnusable at the first line that is damaged, and at the end of a file that is not
    all there.
    """
    ends, count, end = file.tell(), 0, None
    number = 1
    for number, line in enumerate(file, start=2):
        ends += len(line)
        if end is not None:
            raise _damaged(path, number)
        try:
            one = exported_in(line)
        except NotALine:
            raise _damaged(path, number) from None
        if isinstance(one, End):
            end = one
        else:
            count += 1
            yield Line(number, ends, one)
    if end is None:
        raise TransferUnusable(
            f"{path} ends after line {number}, before its last: the export was interrupted or the "
            "file cut off. Everything in it is stored; finish the export and import again."
        )
    if end.memories != count:
        raise TransferUnusable(
            f"{path} tells of {end.memories} memories and has {count}: lines were lost. "
            "Everything in it is stored; export anew and import again."
        )
    yield end


def _gone_on_with(path: Path, file: BinaryIO, first: bytes, header: Header) -> Standing:
    found = _header(path, first)
    if (found.tenant, found.agents) != (header.tenant, header.agents):
        raise TransferUnusable(
            f"{path} was begun for agents {found.agents} of tenant {found.tenant}: ask for the "
            "same again, or give another file."
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
        standing.take(one.memory.agent_id, len(line))
    return standing


def _header(path: Path, line: bytes) -> Header:
    try:
        if line.endswith(b"\n"):
            return header_in(line)
    except OtherFormat as error:
        raise TransferUnusable(
            f"{path} has format {error.found} and this version of memsvc knows {FORMAT}: use the "
            "version that wrote it."
        ) from None
    except NotALine:
        pass
    raise TransferUnusable(f"{path} is no export of memsvc.")


def _damaged(path: Path, number: int) -> TransferUnusable:
    return TransferUnusable(
        f"{path}, line {number} is damaged or cut off. Everything before it is stored; import the "
        "whole file again once it is mended or exported anew."
    )
