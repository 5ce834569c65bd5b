"""Conflicts: what is disputed, and what conversations told differently, found and listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from memsvc.core.access import Scope
from memsvc.core.conflict import Conflict, ConflictKind, conflict_among
from memsvc.core.fading import Fading, Seen
from memsvc.core.hinted import beside_each_other
from memsvc.core.memory import SEARCHED
from memsvc.core.statements import statement_of
from memsvc.index.protocol import MemoryIndex
from memsvc.operations import indexing
from memsvc.operations.fading import fading_of
from memsvc.operations.sealed import opened
from memsvc.operations.settle import joined_by
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import memories, standings
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

MEMBERS = 20
"""Memories of one conflict that are read at most: the latest that were written."""

DISPUTED = 20_000
"""Disputed memories of an agent that are gone through, the oldest."""

EXAMINED = 200
"""Things that conversations spoke of, which are looked at for one page."""


class After(NamedTuple):
    """Where a list goes on: behind the conflict of this kind whose oldest has this number."""

    kind: ConflictKind
    number: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A conflict, and its memories as readers see them. Its id is that of the oldest."""

    conflict: Conflict
    seen: Sequence[Seen]

    @property
    def id(self) -> str:
        return self.conflict.statements[0].memory.id


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Conflicts, disputes first, each kind by its oldest memory; `next_after` is None at the end.

    A page that has no room left, or has looked at enough, is followed by another.
    """

    shown: Sequence[Shown]
    next_after: After | None


def list_conflicts(
    runtime: Runtime,
    scope: Scope,
    kind: ConflictKind | None = None,
    after: After | None = None,
    limit: int = 50,
) -> ConflictPage:
    """A page of the conflicts that a reader of the agent may see; raises NotFound."""
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
    index = None
    if kind is not ConflictKind.DISPUTE:
        index = indexing.current(runtime, agent)
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        look = _Look(runtime, tx, agent)
        groups = _groups(look, index, kind, after)
        shown: list[Shown] = []
        last = after
        for place, numbers in islice(groups, EXAMINED):
            if len(shown) == limit:
                return ConflictPage(shown, last)
            last = place
            found = look.conflict(place.kind, numbers)
            if found is not None:
                shown.append(found)
        return ConflictPage(shown, last if next(groups, None) is not None else None)


def _groups(
    look: _Look, index: MemoryIndex | None, kind: ConflictKind | None, after: After | None
) -> Iterator[tuple[After, Sequence[int]]]:
    """Numbers of memories that may be in conflict, behind a place, in order."""
    start = -1 if after is None else after.number
    if kind is not ConflictKind.LINK and (after is None or after.kind is ConflictKind.DISPUTE):
        for group in look.disputes():
            if group[0] > start:
                yield After(ConflictKind.DISPUTE, group[0]), group
        start = -1
    if index is not None:
        for group in crossing(index):
            if group[0] > start:
                yield After(ConflictKind.LINK, group[0]), group


def crossing(index: MemoryIndex) -> list[list[int]]:
    """Turns that speak of one thing: a list for each oldest turn, ascending."""
    by_oldest: dict[int, set[int]] = {}
    for numbers in index.crossing():
        by_oldest.setdefault(numbers[0], set()).update(numbers)
    return [sorted(by_oldest[oldest]) for oldest in sorted(by_oldest)]


class _Look:
    """Looks at an agent's conflicts within one transaction."""

    def __init__(self, runtime: Runtime, tx: Tx, agent: Agent) -> None:
        self._runtime, self._tx, self._agent = runtime, tx, agent
        self._now: datetime = runtime.clock.now()
        self._fading: Fading = fading_of(tx, agent, self._now)

    def disputes(self) -> list[list[int]]:
        """Numbers of disputed memories in groups, by their oldest."""
        rows = standings.disputed(self._tx, self._agent.agent_key, self._now, DISPUTED)
        pairs = [(id_, row.number) for row in rows for id_ in (row.id, row.disputed_with)]
        groups = joined_by((row.number for row in rows), pairs)
        return sorted(sorted(group) for group in groups if len(group) > 1)

    def conflict(self, kind: ConflictKind, numbers: Sequence[int]) -> Shown | None:
        """The conflict among these, as far as a reader may see them."""
        opens = partial(opened, self._runtime.keyring, self._tx, self._agent)
        rows = memories.by_numbers(
            self._tx, self._agent.agent_key, [numbers[0], *numbers[1:][1 - MEMBERS :]]
        )
        rows = [row for row in rows if not memories.expired_by(row, self._now)]
        seen = {
            one.number: self._fading.seen(one, self._now)
            for one in sparing(self._runtime.keyring, self._agent, rows, opens)
        }
        verdicts = standings.decided_of(self._tx, self._agent.agent_key, sorted(seen))
        standing = [one.memory for one in seen.values() if one.memory.status in SEARCHED]
        found = conflict_among(kind, beside_each_other(map(statement_of, standing)), verdicts)
        if found is None:
            return None
        return Shown(found, [seen[one.number] for one in found.statements])


def conflict_of(
    runtime: Runtime, tx: Tx, agent: Agent, number: int, turns: Sequence[int]
) -> Shown | None:
    """The conflict that a memory takes part in; `turns` are those that fill a slot with it."""
    look = _Look(runtime, tx, agent)
    found = None
    for group in look.disputes():
        if number in group:
            found = look.conflict(ConflictKind.DISPUTE, group)
    if found is None and turns:
        found = look.conflict(ConflictKind.LINK, sorted({number, *turns}))
    if found is None or number not in {one.number for one in found.conflict.statements}:
        return None
    return found
