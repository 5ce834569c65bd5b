"""History of a memory: how it was worded, what it ended and what ended it, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from memsvc.core.access import Scope
from memsvc.core.in_force import standing_now
from memsvc.core.memory import Memory
from memsvc.operations import indexing
from memsvc.operations.resolve import known_row
from memsvc.operations.sealed import keys_of, opened, opened_version
from memsvc.runtime import Runtime
from memsvc.store import lineage, memories, standings, versions
from memsvc.store.agents import Agent
from memsvc.store.lineage import Edge
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

CHAIN = 100
"""Memories that are followed on each side, along what ended what."""

CLOSURE = 200
"""Memories that are followed on each side, along what was derived from what."""


@dataclass(frozen=True, slots=True)
class Version:
    """How a memory was worded, and when; `until` is None for the words that it has now."""

    version: int
    content: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """`ended_by`: what took its place, then what took the place of that; `ended`: the reverse."""

    memory: Memory
    versions: Sequence[Version]
    ended_by: Sequence[Memory]
    ended: Sequence[Memory]


@dataclass(frozen=True, slots=True)
class Kin:
    """A memory in a lineage: under which relation it is connected with which one, on the way."""

    memory: Memory
    relation: str
    through: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a memory was derived from, and what from it, the nearest first.

    `complete` unless there are more than are shown, or some that cannot be shown.
    """

    memory: Memory
    sources: Sequence[Kin]
    derived: Sequence[Kin]
    complete: bool


def history(runtime: Runtime, scope: Scope, memory_id: str) -> History:
    """The history of a memory, whatever its status; raises NotFound."""
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        row = known_row(runtime, tx, agent, memory_id)
        [memory] = opened(runtime.keyring, tx, agent, [row])
        return History(
            standing_now(memory, runtime.clock.now()),
            _versions(runtime, tx, agent, row, memory),
            _ended_by(runtime, tx, agent, memory),
            _ended(runtime, tx, agent, memory),
        )


def _versions(
    runtime: Runtime, tx: Tx, agent: Agent, row: MemoryRow, memory: Memory
) -> list[Version]:
    key = keys_of(runtime.keyring, agent, [row]).get(row.key_slot)
    past = versions.versions_of(tx, agent.agent_key, row.number) if key is not None else []
    found = []
    for old in past:
        assert key is not None, "without a key there is no past"
        worded = opened_version(runtime.keyring, key, agent, row, old)
        found.append(Version(old.version, worded.content, old.recorded_at, old.superseded_at))
    since = past[-1].superseded_at if past else memory.created_at
    return [*found, Version(memory.version, memory.content, since, None)]


def _ended_by(runtime: Runtime, tx: Tx, agent: Agent, memory: Memory) -> list[Memory]:
    found: list[Memory] = []
    seen = {memory.id}
    following = memory.superseded_by
    while following is not None and following not in seen and len(found) < CHAIN:
        seen.add(following)
        numbers = memories.numbers_of(tx, agent.agent_key, [following])
        some = _shown(runtime, tx, agent, list(numbers.values()))
        found += some
        following = some[0].superseded_by if some else None
    return found


def _ended(runtime: Runtime, tx: Tx, agent: Agent, memory: Memory) -> list[Memory]:
    found: list[Memory] = []
    seen = {memory.number}
    edge = [memory.id]
    while edge and len(found) < CHAIN:
        numbers = standings.superseded_by(tx, agent.agent_key, edge, CHAIN - len(found))
        fresh = [one for one in numbers if one not in seen]
        seen.update(fresh)
        some = _shown(runtime, tx, agent, fresh)
        found += some
        edge = [one.id for one in some]
    return found


def get_lineage(runtime: Runtime, scope: Scope, memory_id: str) -> Lineage:
    """What a memory rests on and what rests on it; raises NotFound."""
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        row = known_row(runtime, tx, agent, memory_id)
        [memory] = opened(runtime.keyring, tx, agent, [row])

        def up(numbers: Sequence[int]) -> list[tuple[int, Edge]]:
            edges = lineage.edges_up(tx, agent.agent_key, numbers)
            return [(one.parent, one) for one in edges]

        def down(numbers: Sequence[int]) -> list[tuple[int, Edge]]:
            edges = lineage.edges_down(tx, agent.agent_key, numbers)
            return [(one.child, one) for one in edges]

        sources, all_sources = _kin(runtime, tx, agent, memory, up)
        derived, all_derived = _kin(runtime, tx, agent, memory, down)
        now = standing_now(memory, runtime.clock.now())
        return Lineage(now, sources, derived, all_sources and all_derived)


def _kin(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    memory: Memory,
    step: Callable[[Sequence[int]], list[tuple[int, Edge]]],
) -> tuple[list[Kin], bool]:
    """All that a walk reaches, the nearest first, and whether that is all that there is."""
    ids = {memory.number: memory.id}
    found: list[Kin] = []
    edge = [memory.number]
    complete = True
    while edge:
        reached: dict[int, Edge] = {}
        for number, through in step(edge):
            if number not in ids:
                reached.setdefault(number, through)
        room = sorted(reached)[: CLOSURE - len(found)]
        shown = {one.number: one for one in _shown(runtime, tx, agent, room)}
        complete = complete and len(shown) == len(reached)
        for number, one in sorted(shown.items()):
            ids[number] = one.id
            through = reached[number]
            near = through.child if through.parent == number else through.parent
            found.append(Kin(one, through.relation, ids[near]))
        edge = sorted(shown)
    return found, complete


def _shown(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> list[Memory]:
    """Those of these memories that can be read, in the order given, as they stand now."""
    now = runtime.clock.now()
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    place = {number: at for at, number in enumerate(numbers)}
    rows = sorted(
        (row for row in rows if not memories.expired_by(row, now)),
        key=lambda row: place[row.number],
    )
    return [standing_now(one, now) for one in opened(runtime.keyring, tx, agent, rows)]
