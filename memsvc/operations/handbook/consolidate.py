"""Consolidate: the handbook is put in order, as one version that can be rolled back.

A plan is made from what a snapshot shows, since counting and measuring take their time, and carried
out where nothing has changed by then; where an agent is written to all the time, it is made again
while writers wait.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus, Line
from memsvc.core.handbook.offered import OfferOutcome
from memsvc.core.handbook.plan import Ground, HandbookPlan, closeness, new_ones, planned
from memsvc.core.handbook.rating import ratings, sure
from memsvc.core.handbook.retirement import Rules, Standing
from memsvc.core.handbook.steps import frequent_steps
from memsvc.core.handbook.told import as_trace, told_in
from memsvc.core.handbook.wording import draft_of
from memsvc.core.handbook.worth import LineWorth, Verdict, line_worths
from memsvc.core.memory import Draft, Memory, Status
from memsvc.embedding.protocol import Vectors
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.by import By
from memsvc.operations.handbook.contests import Vector, cosines_among
from memsvc.operations.handbook.decide import retirement
from memsvc.operations.handbook.known_worth import as_outcomes
from memsvc.operations.handbook.propose import joining
from memsvc.operations.handbook.record import Noted, Recording, note
from memsvc.operations.handbook.wordings import store_wordings
from memsvc.operations.indexing import known_agent
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.operations.suppress import suppressed
from memsvc.runtime import Runtime
from memsvc.store import handbook_changes, memories, offer_outcomes, traces
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import What
from memsvc.store.transaction import Tx

MOST_TRACES = 2_000
"""The last traces, among which steps are counted."""
TRIES = 3
"""How often a plan is made while others may write."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A line as its outcomes so far rate it; as new, and without a verdict, where there are none.

    `mu` is what it is believed to add to success, give or take `sigma`.
    """

    name: str
    status: BehaviorStatus
    mu: float
    sigma: float
    sure: float
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be done to the handbook as of a version, and its lines as rated, by name.

    Ratings are told anew from the outcomes each time: nothing of them is stored.
    """

    version: int
    plan: HandbookPlan
    ratings: tuple[Rated, ...]


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The version that stands now, and what was done; where that is nothing, it is no new one."""

    version: int
    planned: Planned


class _Stamp(NamedTuple):
    """What is equal only where nothing changed of all that a plan is made from."""

    agent: tuple[int, int, object, object]
    changed: tuple[int, int]
    outcome: int


@dataclass(frozen=True, slots=True)
class _Material:
    """What a plan is made from; `drafts` are of the `found` lines, by name."""

    stamp: _Stamp
    book: Book
    outcomes: Sequence[OfferOutcome]
    found: Sequence[Line]
    drafts: Mapping[str, Draft]
    budget: int | None


class _Ready(NamedTuple):
    """A plan with what carrying it out takes."""

    material: _Material
    planned: Planned
    vectors: Mapping[str, Vectors]


def plan(runtime: Runtime, scope: Scope) -> Planned:
    """What would be done now; nothing is written. Raises NotFound for an unknown agent.

    Takes as long as a report, and some time for each trace of the last 2,000.
    """
    return _ready(runtime, scope, {}).planned


def consolidate(runtime: Runtime, scope: Scope, by: By) -> Consolidated:
    """Put the handbook in order, as one version; raises NotFound for an unknown agent."""
    vectors: dict[str, Vectors] = {}
    for tries_left in itertools.count(TRIES - 1, -1):
        ready = _ready(runtime, scope, vectors)
        if not ready.planned.plan:
            return Consolidated(ready.planned.version, ready.planned)
        work = partial(_carry_out, runtime, scope, by, ready, again=tries_left <= 0)
        done = runtime.database.write(work, scope.about)
        if done is not None:
            return done
    raise AssertionError("the last try carries out what it planned")


def _ready(runtime: Runtime, scope: Scope, vectors: dict[str, Vectors]) -> _Ready:
    """A plan as of now; the vectors of what is found are added to those by their words."""
    with runtime.database.snapshot() as tx:
        material = _material(runtime, tx, known_agent(tx, scope))
    said = [one.instruction for one in material.found if one.instruction not in vectors]
    if said:
        vectors.update(zip(said, runtime.embedder.embed(said), strict=True))
    return _made(material, vectors)


def _carry_out(
    runtime: Runtime, scope: Scope, by: By, ready: _Ready, tx: Tx, *, again: bool
) -> Consolidated | None:
    """Carry a plan out; None where things have changed since, unless it is to be made again."""
    agent = known_agent(tx, scope, lock=True)
    if _stamp(tx, agent) != ready.material.stamp:
        if not again:
            return None
        # What has no vector yet is put forward another time.
        ready = _made(_material(runtime, tx, agent), ready.vectors)
    done = ready.planned
    if not done.plan:
        return Consolidated(done.version, done)
    recording = _recording(runtime, tx, agent, by, ready)
    return Consolidated(note(runtime, tx, agent, recording).version, done)


def _recording(runtime: Runtime, tx: Tx, agent: Agent, by: By, ready: _Ready) -> Recording:
    """The changes that a plan is, with the wordings that are new stored."""
    material, (_, done, vectors) = ready.material, ready
    book = material.book
    noted = [change for one in done.plan.merges for change in joining(book, one.kept, one.gone)]
    reasons = {going.name: going.reasons[0].value for going in done.plan.retirements}
    noted += retirement(runtime, tx, agent, reasons)
    proposals = done.plan.proposals
    worded = [(material.drafts[one.name], vectors[one.instruction]) for one in proposals]
    numbers, unsound = store_wordings(runtime, tx, agent, worded) if worded else ([], [])
    noted += [Noted(What.PROPOSED, number=number) for number in numbers]
    return Recording(by.actor, noted, unsound=unsound)


def _stamp(tx: Tx, agent: Agent) -> _Stamp:
    settings = agent.settings.handbook
    return _Stamp(
        (agent.sequence, agent.erasure_epoch, settings, agent.suppress_until),
        handbook_changes.last(tx, agent.agent_key),
        offer_outcomes.last(tx, agent.agent_key),
    )


def _material(runtime: Runtime, tx: Tx, agent: Agent) -> _Material:
    book = load(runtime, tx, agent)
    told = _believed(runtime, tx, agent)
    # What was there once and was taken out, by rolling back, too, is not counted in again.
    ever = [*book.lines.values(), *(one.line for one in book.wordings.values())]
    found = new_ones(frequent_steps(map(as_trace, told.values())), ever)
    drafts = [
        draft_of(line, secrets.token_hex(16), [told[id_] for id_ in line.source_ids])
        for line in found
    ]
    kept_out = suppressed(runtime, tx, agent, drafts)
    left = [place for place in range(len(found)) if place not in kept_out]
    return _Material(
        stamp=_stamp(tx, agent),
        book=book,
        outcomes=as_outcomes(offer_outcomes.since(tx, agent.agent_key)),
        found=[found[place] for place in left],
        drafts={found[place].name: drafts[place] for place in left},
        budget=agent.settings.handbook.budget,
    )


def _believed(runtime: Runtime, tx: Tx, agent: Agent) -> dict[str, Memory]:
    """The last traces that readers may see, by id, less those in quarantine."""
    numbers = sorted(traces.latest(tx, agent.agent_key, MOST_TRACES))
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    now = runtime.clock.now()
    rows = [
        row
        for row in rows
        if not memories.expired_by(row, now) and row.status != Status.QUARANTINED
    ]
    held = sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
    return {one.id: one for one in held if told_in(one) is not None}


def _made(material: _Material, vectors: Mapping[str, Vectors]) -> _Ready:
    """The plan; what is found without a vector is left out."""
    book = material.book
    worths = line_worths(material.outcomes)
    found = [line for line in material.found if line.instruction in vectors]
    every = [*book.handbook.lines.values(), *found]
    ground = Ground(
        lines=list(book.handbook.lines.values()),
        ages=book.current,
        closeness=closeness(every, cosines_among(every, _vectors(book, found, vectors))),
        standings=dict(_standings(book, worths)),
        rules=Rules(budget=material.budget),
        found=found,
    )
    rated = tuple(_rated(book, material.outcomes, worths))
    return _Ready(material, Planned(book.version, planned(ground), rated), vectors)


def _vectors(
    book: Book, found: Iterable[Line], vectors: Mapping[str, Vectors]
) -> dict[str, Vector]:
    """The vector of each line, by name, of shape (dimension,)."""
    held = {
        name: np.asarray(book.vectors[number], np.float32)
        for name, number in book.current.items()
        if number in book.vectors
    }
    return held | {line.name: vectors[line.instruction][0] for line in found}


def _standings(book: Book, worths: Mapping[str, LineWorth]) -> Iterable[tuple[str, Standing]]:
    for name, number in book.current.items():
        worth = worths.get(str(number))
        if worth is not None:
            yield name, Standing(name, worth.offered, worth.uncited, worth.effect.high)


def _rated(
    book: Book, outcomes: Sequence[OfferOutcome], worths: Mapping[str, LineWorth]
) -> Iterable[Rated]:
    believed = ratings(outcomes)
    for name, line in book.lines.items():
        words = str(book.current[name])
        rating, worth = believed.line(words), worths.get(words)
        verdict = None if worth is None else worth.verdict
        yield Rated(name, line.status, rating.mu, rating.sigma, sure(rating), verdict)
