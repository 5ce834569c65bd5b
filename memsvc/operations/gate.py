"""The gate: what an index proposes is opened from SQL and looked at once more.

A stale index can lose a hit; it can never return one that is erased, foreign or filtered out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from memsvc.core.decay import retention_of
from memsvc.core.filters import Filter, matches
from memsvc.core.memory import Memory
from memsvc.core.ranking import Judgement, Ranked
from memsvc.core.repetition import apart
from memsvc.operations.sealed import as_worded, opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the memory as it stands, its score in [0, 1], retention now, and the evidence."""

    memory: Memory
    score: float
    retention: float
    judgement: Judgement = field(repr=False)
    place: int


@dataclass(frozen=True, slots=True)
class Sifted:
    """What was judged for one question, in one pass or two: its page is filled from the best."""

    judgement: Judgement
    best: Sequence[Ranked]
    limit: int
    filter: Filter
    as_of: datetime | None
    deep: bool


def gated(
    runtime: Runtime, tx: Tx, agent: Agent, sifted: Sequence[Sifted], now: datetime
) -> list[list[Found]]:
    """A page for each question. What repeats a better hit comes in only where room is left."""
    pages = _opened(runtime, tx, agent, [(one, one.best[: one.limit]) for one in sifted], now)
    return [
        _filled(runtime, tx, agent, one, page, now) for one, page in zip(sifted, pages, strict=True)
    ]


def _filled(
    runtime: Runtime, tx: Tx, agent: Agent, one: Sifted, page: list[Found], now: datetime
) -> list[Found]:
    """The page, with the next best for what repeats a better hit or is no longer there."""
    distinct, repeated = apart([hit.memory for hit in page])
    seen = one.limit
    while len(distinct) < one.limit and seen < len(one.best):
        more = [(one, one.best[seen : seen + one.limit])]
        page = page + _opened(runtime, tx, agent, more, now)[0]
        seen += one.limit
        distinct, repeated = apart([hit.memory for hit in page])
    # Places in the page are in order of their scores.
    return [page[at] for at in sorted([*distinct, *repeated][: one.limit])]


def readable(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    numbers: Iterable[int],
    asked: Iterable[tuple[Filter, datetime | None]],
) -> list[dict[int, Memory]]:
    """For each filter and moment (None: now) the memories that pass, by number, as worded then."""
    rows = memories.by_numbers(tx, agent.agent_key, list(numbers))
    found = sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
    held = {one.number: one for one in found}
    rows = [row for row in rows if row.number in held]
    passed = []
    for filter_, moment in asked:
        worded: Mapping[int, Memory] = held
        if moment is not None:
            worded = as_worded(runtime.keyring, tx, agent, held, rows, moment)
        passed.append({number: one for number, one in worded.items() if matches(filter_, one)})
    return passed


def _opened(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    wanted: Sequence[tuple[Sifted, Sequence[Ranked]]],
    now: datetime,
) -> list[list[Found]]:
    numbers = {hit.number for _, ranked in wanted for hit in ranked}
    asked = [(one.filter, one.as_of) for one, _ in wanted]
    held = readable(runtime, tx, agent, numbers, asked)
    return [
        [
            Found(memory, hit.score, retention_of(memory, now), one.judgement, hit.place)
            for hit in ranked
            if (memory := passed.get(hit.number)) is not None
        ]
        for (one, ranked), passed in zip(wanted, held, strict=True)
    ]
