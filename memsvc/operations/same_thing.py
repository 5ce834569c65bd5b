"""What is said of the same things: statements that share a slot, or of which somebody decided.

Found in the agent's index where that is at hand, else in SQL; in either case, what this transaction
has written counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType

from memsvc.core.contradiction import LIVING
from memsvc.core.frames.slots import is_slot, sought
from memsvc.core.memory import Memory, Status
from memsvc.core.statements import Statement, Verdict, is_statement, since, statement_of
from memsvc.index.protocol import MemoryIndex
from memsvc.operations import indexing
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, standings
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

ALL_UP_TO = 64
"""So many statements about one thing are read all; of more, those that what comes may change."""

MOST = 1_000
"""Statements about one thing that are read at most: those that stand, and the nearest in time."""

ROUNDS = 4
"""How far decisions about memories are followed from one thing to the next."""


@dataclass(frozen=True, slots=True)
class SameThing:
    """Statements, what was decided of them, and the ids of those that were left out."""

    statements: Sequence[Statement]
    verdicts: Mapping[tuple[int, int], Verdict]
    left_out: Collection[str]


def said_of(runtime: Runtime, tx: Tx, agent: Agent, fresh: Sequence[Memory]) -> SameThing:
    """What is said of the things that memories about to be stored speak of. The agent is locked."""
    gathering = _Gathering(runtime, tx, agent, [since(one) for one in fresh])
    firsts: dict[int, datetime] = {}
    for one in fresh:
        for slot in one.slots:
            firsts[slot] = min(firsts.get(slot, since(one)), since(one))
    gathering.fill(firsts, firsts)
    return gathering.found()


def said_beside(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> SameThing:
    """These memories, and what is said of the same things. The agent is locked."""
    gathering = _Gathering(runtime, tx, agent, [])
    own = gathering.read(numbers)
    gathering.moments += [since(one) for one in own]
    gathering.fill({slot for one in own for slot in one.slots})
    return gathering.found()


def ended_beside(
    runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int], slots: Iterable[int] = ()
) -> set[int]:
    """Superseded statements about the same things as these memories, or about these slots.

    Since when one of them is known to be over may be due to a memory that does not name it. What
    these memories say has to be readable still.
    """
    gathering = _Gathering(runtime, tx, agent, [])
    own = gathering.read(standings.stating(tx, agent.agent_key, numbers))
    gathering.moments += [since(one) for one in own]
    filled = {*slots, *(slot for one in own for slot in one.slots)}
    # What is said in conversations, in odd slots, ends nothing.
    beside = gathering.fill({slot for slot in filled if slot % 2 == 0})
    return {one.number for one in beside if one.status is Status.SUPERSEDED}


def note_slots(tx: Tx, agent: Agent, stored: Iterable[Memory]) -> None:
    """Tell later requests of this group, whose index does not know it yet, what these fill."""
    for one in stored:
        for slot in one.slots:
            noted = tx.noted((agent.agent_key, "slot", slot)) or ()
            tx.note((agent.agent_key, "slot", slot), (*noted, one.number))


class _Gathering:
    """Statements on their way together; `moments` are the times that matter most."""

    def __init__(self, runtime: Runtime, tx: Tx, agent: Agent, moments: Sequence[datetime]) -> None:
        self._runtime, self._tx, self._agent = runtime, tx, agent
        self._now = runtime.clock.now()
        self.moments = list(moments)
        self._memories: dict[int, Memory] = {}
        self._seen: set[int] = set()
        self._slots: set[int] = set()
        self._left_out: set[str] = set()
        self._index: MemoryIndex | None = None
        self._by_slot: dict[int, list[int]] | None = None

    def read(self, numbers: Iterable[int]) -> list[Memory]:
        """Those of these memories that take part, opened."""
        wanted = sorted(set(numbers) - self._seen)
        self._seen.update(wanted)
        return self._read(self._living(wanted))

    def fill(
        self, slots: Collection[int], firsts: Mapping[int, datetime] = MappingProxyType({})
    ) -> list[Memory]:
        """Read the statements that fill one of these slots; returns those not read before.

        `firsts`: by slot, from when on something else may be true of it. Of many statements those
        are left out that were ended before.
        """
        wanted = sorted(set(slots) - self._slots)
        self._slots.update(wanted)
        if not self._is_any_at([slot for slot in wanted if not is_slot(slot)]):
            # Hardly any value is ever taken back: one look for all of them.
            wanted = list(filter(is_slot, wanted))
        at = {slot: self._numbers_at(sought(slot)) - self._seen for slot in wanted}
        every = sorted({number for numbers in at.values() for number in numbers})
        self._seen.update(every)
        rows = {row.number: row for row in self._living(every)}
        kept: dict[int, MemoryRow] = {}
        for slot, numbers in at.items():
            some = [rows[number] for number in sorted(numbers & rows.keys())]
            kept.update((row.number, row) for row in self._cut(some, firsts.get(slot)))
        self._left_out.update(row.id for number, row in rows.items() if number not in kept)
        return self._read(list(kept.values()))

    def _follow(self) -> None:
        """Read on from what was read to what it may concern: values, and what is only hinted at."""
        for _ in range(ROUNDS):
            slots = {slot for one in self._memories.values() for slot in one.slots}
            if not self.fill(slots):
                return

    def found(self) -> SameThing:
        """All that was read, with what was decided of it, and what that leads to."""
        self._follow()
        verdicts: dict[tuple[int, int], Verdict] = {}
        edge = sorted(self._memories)
        for _ in range(ROUNDS):
            decided = standings.decided_of(self._tx, self._agent.agent_key, edge) if edge else {}
            verdicts |= decided
            partners = self.read({number for pair in decided for number in pair})
            slots = {slot for one in partners for slot in one.slots}
            edge = [one.number for one in (*partners, *self.fill(slots))]
        spoken = {number for pair in verdicts for number in pair}
        # What fills no slot was ended by other means than words, and stays so.
        statements = [
            statement_of(one)
            for one in self._memories.values()
            if is_statement(one) and (one.slots or one.number in spoken)
        ]
        return SameThing(statements, verdicts, frozenset(self._left_out))

    def _living(self, numbers: Sequence[int]) -> list[MemoryRow]:
        rows = memories.by_numbers(self._tx, self._agent.agent_key, numbers) if numbers else []
        return [
            row for row in rows if row.status in LIVING and not memories.expired_by(row, self._now)
        ]

    def _read(self, rows: Sequence[MemoryRow]) -> list[Memory]:
        opens = partial(opened, self._runtime.keyring, self._tx, self._agent)
        found = sparing(self._runtime.keyring, self._agent, rows, opens)
        self._memories.update((one.number, one) for one in found)
        return found

    def _cut(self, rows: list[MemoryRow], first: datetime | None) -> list[MemoryRow]:
        if first is not None and len(rows) > ALL_UP_TO:
            rows = [
                row
                for row in rows
                if row.status != Status.SUPERSEDED or row.valid_to is None or row.valid_to > first
            ]
        return sorted(rows, key=self._distance)[:MOST] if len(rows) > MOST else rows

    def _distance(self, row: MemoryRow) -> tuple[bool, float, int]:
        """What stands comes first, then the nearest in time."""
        began = row.valid_from or row.event_time or row.created_at
        apart = (abs((began - moment).total_seconds()) for moment in self.moments)
        return row.status == Status.SUPERSEDED, min(apart, default=0.0), row.number

    def _is_any_at(self, values: Sequence[int]) -> bool:
        """Whether somebody speaks against one of these values, or gives one of them."""
        keys = [sought(value) for value in values]
        if not keys:
            return False
        self._look()
        if any(self._tx.noted((self._agent.agent_key, "slot", key)) for key in keys):
            return True
        if self._by_slot is not None:
            return not self._by_slot.keys().isdisjoint(keys)
        return self._index is not None and bool(self._index.filling(keys))

    def _numbers_at(self, slot: int) -> set[int]:
        noted = self._tx.noted((self._agent.agent_key, "slot", slot)) or ()
        self._look()
        if self._by_slot is not None:
            return {*noted, *self._by_slot.get(slot, ())}
        return {*noted, *(self._index.filling([slot]) if self._index is not None else ())}

    def _look(self) -> None:
        """Find the index, or read what fills slots from SQL; once."""
        if self._index is not None or self._by_slot is not None:
            return
        agent_key = self._agent.agent_key
        committed = agents.committed(self._tx, self._agent)
        index = self._runtime.indexes.peek(agent_key)
        if committed <= 0:
            self._by_slot = {}
        elif indexing.brought_near(self._runtime, index, agent_key, committed):
            self._index = index
        else:
            # Loading the index would read more, and hold up everybody who writes meanwhile.
            self._by_slot = {}
            for rows in standings.may_state(self._tx, agent_key):
                opens = partial(opened, self._runtime.keyring, self._tx, self._agent)
                for one in sparing(self._runtime.keyring, self._agent, rows, opens):
                    for slot in one.slots:
                        self._by_slot.setdefault(slot, []).append(one.number)
