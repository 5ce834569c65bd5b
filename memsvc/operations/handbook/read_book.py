"""Read the book: a handbook as it stands, what happened to a line, and what versions differ in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from memsvc.core.access import Scope
from memsvc.core.handbook.changes import (
    Approved,
    Change,
    Edited,
    Merged,
    Proposed,
    Retired,
    RolledBack,
)
from memsvc.core.handbook.line import Line
from memsvc.core.handbook.versions import LineDiff, diff
from memsvc.errors import NotFound
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.by import NO_VERSION
from memsvc.operations.handbook.contests import with_contests
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store.handbook_changes import What

_WHAT: Mapping[type[Change], What] = {
    Proposed: What.PROPOSED,
    Edited: What.EDITED,
    Approved: What.APPROVED,
    Merged: What.MERGED,
    Retired: What.RETIRED,
    RolledBack: What.ROLLED_BACK,
}


class Happened(NamedTuple):
    """A change of a line, in which version of the handbook, and the line after it.

    The line is None where it was not there any more. `reason` is why it was retired, `merged_with`
    the other line of a merger.
    """

    version: int
    at: datetime
    actor: str
    what: What
    line: Line | None
    reason: str | None = None
    merged_with: str | None = None


class VersionInfo(NamedTuple):
    """A version of a handbook: when and by which key it was made, and of which changes."""

    number: int
    at: datetime
    actor: str
    changes: Mapping[str, int]


def read_book(runtime: Runtime, scope: Scope) -> Book:
    """The handbook of an agent as it stands; raises NotFound for an unknown agent."""
    with runtime.database.snapshot() as tx:
        return load(runtime, tx, known_agent(tx, scope))


def happened(book: Book, name: str) -> list[Happened]:
    """What happened to a line, in order."""
    version_of = {
        change.number: version.number for version in book.versions for change in version.changes
    }
    return [
        Happened(
            version_of[one.number],
            one.at,
            one.actor,
            _WHAT[type(one)],
            # As it stands it may be contested, which is told of what stands beside it.
            book.lines.get(name) if line == book.handbook.lines.get(name) else line,
            reason=(one.reason or None) if isinstance(one, Retired) else None,
            merged_with=_other_of(one, name),
        )
        for one, line in book.handbook.history(name)
    ]


def _other_of(change: Change, name: str) -> str | None:
    if not isinstance(change, Merged):
        return None
    return change.name if name in change.gone else ", ".join(change.gone)


def versions(book: Book) -> list[VersionInfo]:
    """The versions of a handbook, the newest first."""
    found = []
    for version in reversed(book.versions):
        counts = Counter(_WHAT[type(change)].value for change in version.changes)
        last = version.changes[-1]
        found.append(VersionInfo(version.number, last.at, last.actor, counts))
    return found


def lines_of(book: Book, version: int | None) -> Mapping[str, Line]:
    """The lines of a version, 0 for before the first, by name in order; None: as they stand.

    Those that said the opposite of another one then are flagged. Raises NotFound for a version that
    is not there.
    """
    if version is None:
        lines: Mapping[str, Line] = book.lines
    else:
        found = book.at(version)
        if found is None and version != 0:
            raise NotFound(NO_VERSION)
        then = book.handbook.as_of(found.place if found else 0).lines.values()
        current = {line.name: book.memory_of(line).number for line in then}
        lines = with_contests(then, current, book.vectors)
    return {name: lines[name] for name in sorted(lines)}


def differing(book: Book, one: int, other: int | None) -> Sequence[LineDiff]:
    """The lines that differ between two versions; raises NotFound for one that is not there."""
    return diff(lines_of(book, one), lines_of(book, other))
