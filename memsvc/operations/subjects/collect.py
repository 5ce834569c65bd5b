"""Collect: all that is held of a person, whatever its status, part by part.

Who reads slowly holds no transaction open: each part is read as of its own moment, and what was
erased before its turn came is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from memsvc.core.audit import Act, Action
from memsvc.core.subject import About, Earlier, Held, Relation, counted
from memsvc.operations.audit import record
from memsvc.operations.export_whole import exported_of
from memsvc.operations.fading import fading_of
from memsvc.operations.forgetting.people import subject_of
from memsvc.runtime import Safe
from memsvc.store import agents, lineage, memories, selections, subjects
from memsvc.store.agents import Agent
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx

Moments = Sequence[tuple[datetime, int]]
"""When each memory happened, and its number; in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one agent holds of the person."""

    agent_key: int
    agent_id: str
    timeline: Moments
    relations: Mapping[int, Relation] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Collection:
    """Which memories are a person's, by agent in order of their ids: numbers, not yet contents."""

    about: About
    parts: tuple[Part, ...]


def collect(
    safe: Safe, tenant: str, actor: str, subject_id: str, agent_id: str | None = None
) -> Collection:
    """What is held of a person, under all their aliases, in all agents or in one; recorded.

    From and about them, whatever its status, restricted memories too, and all that was derived from
    it. Left out is what an erasure under way is to erase, and what is past its time.
    """
    now = safe.clock.now()
    with safe.database.snapshot() as tx:
        subject = subject_of(safe, tx, tenant, subject_id)
        people = selections.of_people_by_agent(tx, subject.tokens)
        keys = selections.agents_of(tx, tenant, people)
        found = [agents.by_key(tx, key) for key in keys]
        parts = [
            _part(tx, one, people[one.agent_key], now)
            for one in found
            if agent_id in (None, one.agent_id)
        ]
    parts = [part for part in parts if part.timeline]
    counts = counted([part.relations for part in parts])
    about = About(subject.person.identities, subject.person.names, now, agent_id, counts)
    act = Act(
        actor,
        Action.SUBJECT_EXPORTED,
        detail={"agents": counts["agents"], "memories": counts["memories"]},
    )
    safe.database.write(lambda tx: record(safe, tx, tenant, act))
    return Collection(about, tuple(parts))


def _part(tx: Tx, agent: Agent, people: Sequence[int], now: datetime) -> Part:
    relations = _relations(tx, agent.agent_key, people)
    timeline = subjects.timeline(tx, agent.agent_key, sorted(relations), now)
    return Part(
        agent.agent_key,
        agent.agent_id,
        timeline,
        {number: relations[number] for _, number in timeline},
    )


def _relations(tx: Tx, agent_key: int, people: Sequence[int]) -> dict[int, Relation]:
    """Why each memory is theirs, but for what is being erased and what rests on that alone."""
    spoken = subjects.from_people(tx, agent_key, people)
    told = subjects.about_people(tx, agent_key, people)
    frontier = sorted(spoken | told)
    relations = dict.fromkeys(told, Relation.ABOUT) | dict.fromkeys(spoken, Relation.FROM)
    gone: set[int] = set()
    while frontier:
        gone |= subjects.being_erased(tx, agent_key, frontier)
        left = [one for one in frontier if one not in gone]
        children = lineage.children_of(tx, agent_key, left).values()
        derived = {one for of_parent in children for one in of_parent} - relations.keys()
        relations |= dict.fromkeys(derived, Relation.DERIVED)
        frontier = sorted(derived)
    return {number: relation for number, relation in relations.items() if number not in gone}


def held(safe: Safe, collection: Collection) -> Iterator[tuple[str, Iterator[Held]]]:
    """The memories, opened, by agent and in order of time; 500 at once lie in memory.

    With the status that readers saw when the collection was made.
    """
    for part in collection.parts:
        yield part.agent_id, _of_part(safe, part, collection.about.made_at)


def _of_part(safe: Safe, part: Part, now: datetime) -> Iterator[Held]:
    for start in range(0, len(part.timeline), CHUNK):
        with safe.database.snapshot() as tx:
            chunk = _chunk(safe, tx, part, part.timeline[start : start + CHUNK], now)
        yield from chunk


def _chunk(safe: Safe, tx: Tx, part: Part, moments: Moments, now: datetime) -> list[Held]:
    agent = agents.any_by_key(tx, part.agent_key)
    if agent is None:
        return []
    numbers = [number for _, number in moments]
    gone = subjects.being_erased(tx, part.agent_key, numbers)
    left = [one for one in numbers if one not in gone]
    rows = memories.by_numbers(tx, part.agent_key, left, restricted=True) if left else []
    restricted = {row.number for row in rows if row.restricted}
    found = {one.memory.number: one for one in exported_of(safe, tx, agent, rows)}
    sources = [id_ for one in found.values() for id_ in one.memory.source_ids]
    known = memories.numbers_of(tx, part.agent_key, sources)
    fading = fading_of(tx, agent, now)
    return [
        Held(
            memory=fading.shown((one := found[number]).memory, now),
            relation=part.relations[number],
            happened=happened,
            derived_from=tuple(
                id_ for id_ in one.memory.source_ids if known.get(id_) in part.relations
            ),
            restricted=number in restricted,
            history=tuple(
                Earlier(past.memory, past.recorded_at, past.superseded_at) for past in one.history
            ),
        )
        for happened, number in moments
        if number in found
    ]
