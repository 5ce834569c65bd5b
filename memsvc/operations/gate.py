"""The gate: what an index proposes is opened from SQL and looked at once more.

A stale index can lose a hit; it can never return one that is erased, foreign or filtered out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from memsvc.core.contradiction import as_known
from memsvc.core.fading import Fading
from memsvc.core.filters import Filter, matches
from memsvc.core.memory import Memory
from memsvc.core.ranking import Judgement, Ranked
from memsvc.core.repetition import apart
from memsvc.core.sources import Hit, Turns, echoing, in_turn, is_counted, is_mainly_counted
from memsvc.operations.sealed import as_worded, opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the memory as it stands, its score in [0, 1], retention now, and the evidence.

    `against` are others that say otherwise of the same thing, the latest first.
    """

    memory: Memory
    score: float
    retention: float
    judgement: Judgement = field(repr=False)
    place: int
    against: tuple[Memory, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """What a question lets through: its filter, of memories as worded at `as_of` (None: now).

    The filter is about statuses as `fading` shows them.
    """

    filter: Filter
    as_of: datetime | None
    fading: Fading


@dataclass(frozen=True, slots=True)
class Sifted:
    """What was judged for one question, in one pass or two: its page is filled from the best."""

    judgement: Judgement
    best: Sequence[Ranked]
    limit: int
    sight: Sight
    deep: bool
    least: float = 0.0
    """The least score that is wanted."""


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
    best = one.best
    seen = one.limit
    turns = _in_turn(one, page)
    while not turns.is_settled:
        if seen >= len(best) and any(is_counted(hit.memory) for hit in page):
            # However many have been made to match, what others say is looked for behind them.
            best = one.judgement.best(len(one.judgement.evidence), one.least)
        if seen >= len(best):
            break
        more = [(one, best[seen : seen + one.limit])]
        page = page + _opened(runtime, tx, agent, more, now)[0]
        seen += one.limit
        turns = _in_turn(one, page)
    # Places in the page are in order of their scores.
    return [page[at] for at in sorted(turns.places[: one.limit])]


def _in_turn(one: Sifted, page: Sequence[Found]) -> Turns:
    """Places in the order in which they fill the page.

    What repeats a better hit comes last, before it what is more than its source may have.
    """
    distinct, repeated = apart([hit.memory for hit in page])
    if not any(is_counted(page[at].memory) for at in distinct):
        return Turns([*distinct, *repeated], len(distinct) >= one.limit)
    evidence, offered = one.judgement.evidence, [page[at] for at in distinct]
    echoes = echoing(evidence, [hit.place for hit in offered])
    hits = [Hit(hit.memory, hit.score, echo) for hit, echo in zip(offered, echoes, strict=True)]
    turns = in_turn(hits, one.limit, mainly=is_mainly_counted(evidence))
    return Turns([*(distinct[at] for at in turns.places), *repeated], turns.is_settled)


def readable(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    numbers: Iterable[int],
    sights: Iterable[Sight],
    now: datetime,
) -> list[dict[int, Memory]]:
    """For each sight the memories that pass, by number, as it shows them."""
    rows = memories.by_numbers(tx, agent.agent_key, list(numbers))
    found = sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
    held = {one.number: one for one in found}
    rows = [row for row in rows if row.number in held]
    passed = []
    for sight in sights:
        worded: Mapping[int, Memory] = held
        if sight.as_of is not None:
            then = as_worded(runtime.keyring, tx, agent, held, rows, sight.as_of)
            worded = {number: as_known(one, sight.as_of) for number, one in then.items()}
        shown = [sight.fading.shown(one, now) for one in worded.values()]
        passed.append({one.number: one for one in shown if matches(sight.filter, one)})
    return passed


def _opened(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    wanted: Sequence[tuple[Sifted, Sequence[Ranked]]],
    now: datetime,
) -> list[list[Found]]:
    numbers = {hit.number for _, ranked in wanted for hit in ranked}
    held = readable(runtime, tx, agent, numbers, [one.sight for one, _ in wanted], now)
    return [
        [
            Found(
                memory, hit.score, one.sight.fading.retention(memory, now), one.judgement, hit.place
            )
            for hit in ranked
            if (memory := passed.get(hit.number)) is not None
        ]
        for (one, ranked), passed in zip(wanted, held, strict=True)
    ]
