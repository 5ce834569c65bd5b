"""The book: an agent's handbook as it stands, read from its changes and the wordings' memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from memsvc.core.handbook.changes import Change
from memsvc.core.handbook.line import BehaviorStatus, Line, Words, words_of
from memsvc.core.handbook.versions import Handbook, handbook
from memsvc.core.handbook.wording import line_in
from memsvc.core.memory import Memory
from memsvc.operations.handbook.contests import Vector, with_contests
from memsvc.operations.handbook.told_changes import told
from memsvc.operations.sealed import keys_of, opened, opened_vectors
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import handbook_changes, memories
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import ChangeRow, What
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx


class Wording(NamedTuple):
    """A memory with a behavior's words, and the line that it holds."""

    memory: Memory
    line: Line


class Version(NamedTuple):
    """A version: its number, counted from 1, and the changes that led to it, the last at `place`.

    Numbers count what survives: those after an erased version move up.
    """

    number: int
    place: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A handbook.

    `lines` are those of `handbook`, less that contested ones are candidates. `wordings` are all by
    the memory's number, `current` the number of each line's words by its name, `first` that of any
    words that a line ever had, `vectors` those of all wordings, of shape (dimension,), by number.
    `tokens` is what finding it all took. `unjoined` tells of wordings of which that was not noted
    yet which memory first held their words.
    """

    handbook: Handbook
    lines: Mapping[str, Line]
    wordings: Mapping[int, Wording]
    current: Mapping[str, int]
    first: Mapping[Words, int]
    vectors: Mapping[int, Vector]
    versions: Sequence[Version]
    tokens: int
    unjoined: Mapping[int, int]

    @property
    def version(self) -> int:
        """The number of the version that stands, 0 for an empty handbook."""
        return len(self.versions)

    def having(self, status: BehaviorStatus) -> tuple[Line, ...]:
        """The lines of a status, by name."""
        return tuple(line for line in self.lines.values() if line.status is status)

    def at(self, version: int) -> Version | None:
        """A version by its number; None where there is none."""
        return self.versions[version - 1] if 1 <= version <= len(self.versions) else None

    def saying(self, line: Line) -> tuple[int, ...]:
        """Numbers of the memories with a line's words, ascending.

        What is decided of a line is recorded of each, so that it holds whichever are erased.
        """
        wanted = words_of(line)
        return tuple(
            sorted(
                number for number, (_, held) in self.wordings.items() if words_of(held) == wanted
            )
        )

    def memory_of(self, line: Line) -> Memory:
        """The memory that first held a line's words, in whatever version it was."""
        return self.wordings[self.first[words_of(line)]].memory

    def standing(self, name: str) -> Line | None:
        """The line of a name, unless it is retired."""
        line = self.lines.get(name)
        return None if line is None or line.status is BehaviorStatus.RETIRED else line

    def near(self, names: Sequence[str], least: float) -> dict[str, list[tuple[float, str]]]:
        """For each of these lines, the others whose words have at least that cosine with its own.

        The nearest first, then by name; nothing for a line without a vector.
        """
        held = [name for name in self.lines if self.current[name] in self.vectors]
        wanted = [name for name in names if self.current[name] in self.vectors]
        if not wanted:
            return {}
        all_of_them = np.stack([self.vectors[self.current[name]] for name in held])
        own = np.stack([self.vectors[self.current[name]] for name in wanted])
        cosines = own @ all_of_them.T
        found: dict[str, list[tuple[float, str]]] = {name: [] for name in wanted}
        for at, other in np.argwhere(cosines >= least).tolist():
            if held[other] != wanted[at]:
                found[wanted[at]].append((float(cosines[at, other]), held[other]))
        return {
            name: sorted(near, key=lambda one: (-one[0], one[1])) for name, near in found.items()
        }


def load(runtime: Runtime, tx: Tx, agent: Agent) -> Book:
    """The handbook of an agent; empty where it has none."""
    rows = handbook_changes.of_agent(tx, agent.agent_key)
    named = {one for row in rows for one in (row.number, row.other) if one is not None}
    wordings, vectors = _wordings(runtime, tx, agent, sorted(named))
    shown = [row for row in rows if _is_shown(row, wordings)]
    changes = told(shown, {number: one.line for number, one in wordings.items()})
    book = handbook(changes)
    first = _first(shown, wordings)
    current = {name: first[words_of(line)] for name, line in book.lines.items()}
    return Book(
        handbook=book,
        lines=with_contests(book.lines.values(), current, vectors),
        wordings=wordings,
        current=current,
        first=first,
        vectors=vectors,
        versions=_versions(shown, changes),
        tokens=sum(row.tokens for row in shown),
        unjoined=_unjoined(shown, wordings),
    )


def _wordings(
    runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]
) -> tuple[dict[int, Wording], dict[int, Vector]]:
    rows = memories.some_with_vectors(tx, agent.agent_key, numbers) if numbers else []
    opens = partial(_opened, runtime, tx, agent)
    found = sparing(runtime.keyring, agent, rows, opens)
    return (
        {memory.number: Wording(memory, line) for memory, line, _ in found},
        {memory.number: vector for memory, _, vector in found if vector is not None},
    )


def _opened(
    runtime: Runtime, tx: Tx, agent: Agent, rows: Sequence[MemoryRow]
) -> list[tuple[Memory, Line, Vector | None]]:
    keys = keys_of(runtime.keyring, agent, rows)
    by_number = {row.number: row for row in rows}
    dimension = runtime.embedder.identity.dimension
    found = []
    for memory in opened(runtime.keyring, tx, agent, rows, keys):
        line, row = line_in(memory), by_number[memory.number]
        if line is not None:
            held = row.model_no == runtime.model_no
            pieces = opened_vectors(runtime.keyring, keys, agent, row, dimension) if held else None
            found.append((memory, line, None if pieces is None else pieces[0]))
    return found


def _is_shown(row: ChangeRow, wordings: Mapping[int, Wording]) -> bool:
    """Whether all that a change is about can be seen."""
    return all(one is None or one in wordings for one in (row.number, row.other))


def _first(rows: Sequence[ChangeRow], wordings: Mapping[int, Wording]) -> dict[Words, int]:
    """The memories that first held some words of a behavior."""
    first: dict[Words, int] = {}
    for row in rows:
        if row.what in (What.PROPOSED, What.EDITED) and row.number is not None:
            first.setdefault(words_of(wordings[row.number].line), row.number)
    return first


def _unjoined(rows: Sequence[ChangeRow], wordings: Mapping[int, Wording]) -> dict[int, int]:
    joined: dict[Words, int] = {}
    found: dict[int, int] = {}
    for row in rows:
        if row.what in (What.PROPOSED, What.EDITED) and row.number is not None:
            words = words_of(wordings[row.number].line)
            first = joined.setdefault(words, row.words or row.number)
            if row.words is None:
                found[row.number] = first
    return found


def _versions(rows: Sequence[ChangeRow], changes: Sequence[Change]) -> list[Version]:
    held: dict[int, list[Change]] = {}
    for row, change in zip(rows, changes, strict=True):
        held.setdefault(row.version, []).append(change)
    return [
        Version(number, of_version[-1].number, tuple(of_version))
        for number, of_version in enumerate(held.values(), start=1)
    ]
