"""Opposed: to what a search found, what else is known that gives the same slot another value.

Both sides are shown with their dates: a reader who sees one statement alone takes it for the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from memsvc.core.frames.slots import is_slot
from memsvc.core.memory import SEARCHED, Memory, Status
from memsvc.core.statements import Statement, Verdicts, since, speaks_against, statement_of
from memsvc.index.protocol import MemoryIndex
from memsvc.operations.gate import Found, Sight, readable
from memsvc.runtime import Runtime
from memsvc.store import standings
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

MOST = 3
"""Memories shown beside a hit."""

LOOKED_AT = 12
"""Memories of one slot that are read for it: the latest that were written."""


def with_opposed(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    index: MemoryIndex,
    pages: Sequence[tuple[Sequence[Found], Sight]],
    now: datetime,
) -> list[Sequence[Found]]:
    """The pages, each hit with the memories that speak against it, the latest first.

    Those are of the same user, active or disputed, within the filters of the search, and true at
    the same time.
    """
    mates = _mates(index, [hit.memory for page, _ in pages for hit in page], now)
    if not mates:
        return [page for page, _ in pages]
    numbers = {number for some in mates.values() for number in some}
    seen = readable(runtime, tx, agent, sorted(numbers), [sight for _, sight in pages], now)
    verdicts = standings.decided_of(tx, agent.agent_key, sorted({*mates, *numbers}))
    read: dict[int, Statement] = {}
    return [
        [_with(hit, mates.get(hit.memory.number, ()), held, verdicts, read) for hit in page]
        for (page, _), held in zip(pages, seen, strict=True)
    ]


def _mates(index: MemoryIndex, hits: Iterable[Memory], now: datetime) -> dict[int, list[int]]:
    """By the number of a hit, those that fill one of its slots, as statement or in conversation."""
    filling = {
        one.number: [slot for slot in one.slots if is_slot(slot)] for one in hits if one.slots
    }
    if not filling:
        return {}
    keys = {key for slots in filling.values() for slot in slots for key in (slot, slot ^ 1)}
    at = index.standing_at(keys, now)
    mates = {}
    for number, slots in filling.items():
        some = {one for slot in slots for key in (slot, slot ^ 1) for one in at.get(key, ())}
        some.discard(number)
        if some:
            mates[number] = sorted(some)[-LOOKED_AT:]
    return mates


def _with(
    hit: Found,
    mates: Sequence[int],
    held: Mapping[int, Memory],
    verdicts: Verdicts,
    read: dict[int, Statement],
) -> Found:
    against: list[Memory] = []
    others = [
        held[one]
        for one in mates
        if one in held and held[one].status in SEARCHED and _meet(hit.memory, held[one])
    ]
    for other in sorted(others, key=since, reverse=True):
        told = _read(hit.memory, read)
        if len(against) < MOST and speaks_against(told, _read(other, read), verdicts):
            against.append(other)
    return replace(hit, against=tuple(against)) if against else hit


def _meet(one: Memory, other: Memory) -> bool:
    """Whether neither stands only until the other begins: then one follows the other."""
    return not (_makes_way(one, other) or _makes_way(other, one))


def _makes_way(one: Memory, other: Memory) -> bool:
    # What is superseded already was looked for all the same: what holds now speaks against it.
    if one.superseded_by is None or one.valid_to is None or one.status is Status.SUPERSEDED:
        return False
    return one.valid_to <= since(other)


def _read(memory: Memory, read: dict[int, Statement]) -> Statement:
    """What a memory says; read once, unless two questions see it worded differently."""
    told = read.get(memory.number)
    if told is None or told.memory.content != memory.content:
        told = read[memory.number] = statement_of(memory)
    return told
