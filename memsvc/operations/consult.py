"""Consult: a judge reads new statements beside the nearest that stand, where words do not tell.

It is asked before the transaction and never fails a write: what it cannot say is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import structlog

from memsvc.core.access import Scope
from memsvc.core.filters import And, Condition, Not
from memsvc.core.frames.slots import is_slot
from memsvc.core.in_force import is_in_force, standing_now
from memsvc.core.memory import SEARCHED, Draft, Event, Memory, Status
from memsvc.core.statements import Verdict, is_statement, since
from memsvc.errors import MemsvcError
from memsvc.index.protocol import MemoryIndex, Probe
from memsvc.judges.protocol import Judge, Pair, Relation, Said
from memsvc.judges.protocol import Verdict as Judgement
from memsvc.operations import indexing
from memsvc.operations.insert import Judged
from memsvc.operations.sealed import opened
from memsvc.operations.settle import NEWER_STANDS, Effect, settle_again
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, standings
from memsvc.store.agents import Agent
from memsvc.store.standings import Decided
from memsvc.store.transaction import Tx

NEAR = 0.6
"""Cosine from which on two statements may be about one thing."""

BESIDE = 5
"""Standing statements that a new one is read beside at most."""

PROPOSED = 3 * BESIDE
"""Memories looked at for that: some are no statements, some share a slot."""

SURE = 0.5
"""Margin from which on a judge is believed; a contradiction found with less is a dispute."""

MODEL = "model"

log: Any = structlog.get_logger("memsvc.judge")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge holds of a new memory, by id, and one that stands, as it was worded then."""

    id: str
    number: int
    version: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Question:
    offer: Judged
    standing: Memory
    pair: Pair


def is_read(offer: Judged) -> bool:
    """Whether a judge is asked about it."""
    return offer.doubt is None and is_statement(offer.draft)


def consult(runtime: Runtime, scope: Scope, offers: Sequence[Judged]) -> list[Opinion]:
    """What the judge, if there is one, holds of new statements and those that stand near them.

    Takes as long as a model takes: never call it inside a transaction.
    """
    judge = runtime.judge
    read = [one for one in offers if is_read(one)]
    if judge is None or not read:
        return []
    try:
        with runtime.database.snapshot() as tx:
            agent = agents.find(tx, scope.tenant, scope.agent_id)
        if agent is None:
            return []
        index = indexing.current(runtime, agent)
        with runtime.database.snapshot() as tx:
            asked = [one for offer in read for one in _questions(runtime, tx, agent, index, offer)]
        return _opinions(judge, agent.agent_key, asked)
    except MemsvcError as error:
        # The write says what is wrong with the agent; without the judge words alone decide.
        log.warning("judge_not_heard", code=error.code)
        return []


def _questions(
    runtime: Runtime, tx: Tx, agent: Agent, index: MemoryIndex, offer: Judged
) -> list[_Question]:
    draft, now = offer.draft, runtime.clock.now()
    if index.find(draft):
        # It is there already, word by word.
        return []
    own = {slot & ~1 for slot in offer.slots if is_slot(slot)}
    place = {number: at for at, number in enumerate(_nearest(index, offer, now))}
    rows = memories.by_numbers(tx, agent.agent_key, list(place)) if place else []
    rows = [row for row in rows if not memories.expired_by(row, now)]
    rows.sort(key=lambda row: place[row.number])
    opens = partial(opened, runtime.keyring, tx, agent)
    near = [
        one
        for one in sparing(runtime.keyring, agent, rows, opens)
        if standing_now(one, now).status in SEARCHED
        and one.user_id == draft.user_id
        and is_statement(one)
        # Where they share a slot, words decide.
        and own.isdisjoint(slot & ~1 for slot in one.slots)
    ]
    return [_Question(offer, one, _pair(draft, one, now)) for one in near[:BESIDE]]


def _nearest(index: MemoryIndex, offer: Judged, now: datetime) -> list[int]:
    """Numbers of the memories that mean most nearly the same, the nearest first."""
    standing = And(
        (
            Condition("status", "in", tuple(SEARCHED)),
            Condition("user_id", "eq", offer.draft.user_id),
            Not(Condition("expires_at", "lte", now)),
        )
    )
    [found] = index.search([Probe(offer.vectors[0], "", now, standing, pool=PROPOSED)])
    order = np.argsort(-found.dense, kind="stable")[:PROPOSED]
    near: list[int] = found.numbers[order[found.dense[order] >= NEAR]].tolist()
    return near


def _pair(draft: Draft, standing: Memory, now: datetime) -> Pair:
    began = draft.valid_from or draft.event_time or now
    fresh = Said(draft.content, began, draft.speaker)
    known = Said(standing.content, since(standing), standing.speaker)
    return Pair(known, fresh) if since(standing) <= began else Pair(fresh, known)


def _opinions(judge: Judge, agent_key: int, asked: Sequence[_Question]) -> list[Opinion]:
    if not asked:
        return []
    verdicts = judge.relations(agent_key, [one.pair for one in asked])
    found = []
    for one, judgement in zip(asked, verdicts, strict=True):
        verdict = _verdict(judgement)
        if verdict is not None:
            standing = one.standing
            found.append(Opinion(one.offer.id, standing.number, standing.version, verdict))
    return found


def _verdict(judgement: Judgement) -> Verdict | None:
    """What is made of it; None where it changes nothing."""
    if judgement.margin is None:
        return None
    sure = judgement.margin >= SURE
    if judgement.relation is Relation.CONTRADICTS:
        return Verdict.CONTRADICTS if sure else Verdict.DISPUTES
    return Verdict.DUPLICATE if sure and judgement.relation is Relation.DUPLICATE else None


def adopt(
    runtime: Runtime, tx: Tx, agent: Agent, stored: Sequence[Judged], opinions: Sequence[Opinion]
) -> Mapping[str, Effect]:
    """Keep the opinions of memories just stored as decisions; what these did because of them.

    Of a memory that was reworded, ended or erased since the judge read it nothing is kept.
    """
    ids = {one.id for one in stored if one.doubt is None}
    held = [one for one in opinions if one.id in ids]
    standing = _opened(runtime, tx, agent, {one.number for one in held})
    now = runtime.clock.now()
    held = [
        one
        for one in held
        if (known := standing.get(one.number)) is not None
        and known.version == one.version
        and standing_now(known, now).status in SEARCHED
    ]
    if not held:
        return {}
    numbers = memories.numbers_of(tx, agent.agent_key, sorted({one.id for one in held}))
    decided = [Decided(numbers[one.id], one.number, one.verdict, MODEL, now) for one in held]
    standings.decide(tx, agent.agent_key, decided)
    changed = settle_again(runtime, tx, agent, numbers.values())
    if changed:
        agents.record(tx, agent.agent_key, changed)
    after = _opened(runtime, tx, agent, {*numbers.values(), *standing})
    effects = {}
    for id_, number in numbers.items():
        about = [one for one in held if one.id == id_]
        others = [after[one.number] for one in about]
        effect = _effect(after[number], others, about, now)
        if effect is not None:
            effects[id_] = effect
    return effects


def _opened(runtime: Runtime, tx: Tx, agent: Agent, numbers: set[int]) -> dict[int, Memory]:
    rows = memories.by_numbers(tx, agent.agent_key, sorted(numbers)) if numbers else []
    return {one.number: one for one in opened(runtime.keyring, tx, agent, rows)}


def _effect(
    fresh: Memory, others: Sequence[Memory], about: Sequence[Opinion], now: datetime
) -> Effect | None:
    ended = {one.number: one.id for one in others if one.superseded_by == fresh.id}
    if fresh.status is Status.SUPERSEDED and not (ended and is_in_force(fresh, now)):
        return Effect(Event.ADDED, (fresh.superseded_by or "",), NEWER_STANDS)
    if fresh.status is Status.DISPUTED:
        against = [one.id for one in others if one.disputed_with == fresh.id]
        return Effect(Event.DISPUTED, tuple(dict.fromkeys([fresh.disputed_with or "", *against])))
    if not ended:
        return None
    restated = all(one.verdict is Verdict.DUPLICATE for one in about if one.number in ended)
    return Effect(Event.MERGED if restated else Event.SUPERSEDED, tuple(ended.values()))
