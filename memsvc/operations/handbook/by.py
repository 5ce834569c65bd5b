"""By: who asks for a change of a handbook, and which line they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from memsvc.core.handbook.line import Line
from memsvc.core.memory import Trust
from memsvc.errors import NotFound, PreconditionFailed
from memsvc.operations.handbook.book import Book

NO_BEHAVIOR = "No such behavior of this agent."
NO_VERSION = "No such version of this agent's handbook."
OTHER_WORDS = "The behavior has other words by now: read it again, and repeat the request."


@dataclass(frozen=True, slots=True)
class By:
    """Which key asks, how far what it says is believed, and of which words it speaks.

    `memory_id` is that of the memory with the words that the caller read; None for whatever stands.
    """

    actor: str
    trust: Trust = Trust.AGENT
    memory_id: str | None = None


class LineAt(NamedTuple):
    """A line as it stands in a version of the handbook, and the memory with its words."""

    line: Line
    version: int
    memory_id: str


def line_of(book: Book, name: str, by: By) -> Line:
    """The line of a name as it stands.

    Raises NotFound, and PreconditionFailed where it has other words than the caller read.
    """
    line = book.lines.get(name)
    if line is None:
        raise NotFound(NO_BEHAVIOR)
    if by.memory_id is not None and book.memory_of(line).id != by.memory_id:
        raise PreconditionFailed(OTHER_WORDS)
    return line


def as_it_stands(book: Book, name: str) -> LineAt:
    """The line of a name in the version that stands."""
    line = book.lines[name]
    return LineAt(line, book.version, book.memory_of(line).id)
