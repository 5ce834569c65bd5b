"""Search: the question is read, the index proposes, the ranking judges, the store disposes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from memsvc.core.access import Scope
from memsvc.core.fading import Fading, bounded
from memsvc.core.ranking import judge
from memsvc.core.reading import Reading, read
from memsvc.errors import MemsvcError
from memsvc.index.protocol import MemoryIndex, Probe, Vector
from memsvc.operations import indexing
from memsvc.operations.deepen import Looked, deepened, is_doubtful
from memsvc.operations.gate import Found, Sifted, Sight, gated
from memsvc.operations.opposed import with_opposed
from memsvc.operations.question import Asked, Filters, Mode, Question, Timing
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

SMALLEST_POOL = 64
"""Memories each arm proposes at least; twice the limit where that is more."""

PAGES = 4
"""Pages of the best that a page may be filled from, where they repeat each other."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits, best first; `deep` where it took a second pass."""

    found: Sequence[Found]
    deep: bool = False


Answer = Hits | MemsvcError | None
"""Hits; what went wrong with this agent; None where that was not waited for."""


@dataclass(frozen=True, slots=True)
class _Sought:
    """A question on its way, with its place among those asked, and how it was read."""

    place: int
    question: Question
    reading: Reading


@dataclass(frozen=True, slots=True)
class _Agent:
    """Whom questions are about, with the index that answers them."""

    scope: Scope
    agent: Agent
    index: MemoryIndex
    sought: Sequence[_Sought]


def search(runtime: Runtime, scope: Scope, question: Question) -> Hits:
    """The best memories for a question; raises NotFound for an unknown agent."""
    (answer,) = search_all(runtime, [Asked(scope, question)])
    if isinstance(answer, MemsvcError):
        raise answer
    assert answer is not None, "the index was waited for"
    return answer


def search_all(
    runtime: Runtime,
    asked: Sequence[Asked],
    embedded: Callable[[], None] = lambda: None,
    *,
    wait: bool = True,
) -> list[Answer]:
    """The answer to each question: for all first passes one run of the model and two snapshots.

    Calls `embedded` when the model is done. With `wait` off, questions that take long are answered
    None: to an agent whose index must first be loaded or has much to catch up with, and those that
    need a second pass.
    """
    now = runtime.clock.now()
    answers: list[Answer] = [None] * len(asked)
    known = _read(runtime, asked, answers, now, wait=wait)
    texts = [one.reading.neutral for each in known for one in each.sought]
    vectors = iter(runtime.embedder.embed_queries(texts))
    embedded()
    filters = Filters(now)
    looked = [(each, _looked(each, vectors, filters, now)) for each in known]
    sifted = [(each, _sifted(runtime, each, seen, wait=wait)) for each, seen in looked]
    with runtime.database.snapshot() as tx:
        for each, pages in sifted:
            found: Sequence[Answer]
            try:
                found = _gated(runtime, tx, each, pages, now)
            except MemsvcError as error:
                # Of this agent alone: others asked about theirs.
                found = [error] * len(pages)
            for one, answer in zip(each.sought, found, strict=True):
                answers[one.place] = answer
    return answers


def _read(
    runtime: Runtime, asked: Sequence[Asked], answers: list[Answer], now: datetime, *, wait: bool
) -> list[_Agent]:
    """Each agent asked about, its index as of now, and its questions read with the names it knows.

    What goes wrong with an agent is the answer to its questions.
    """
    grouped: dict[Scope, list[int]] = {}
    for place, one in enumerate(asked):
        grouped.setdefault(one.scope, []).append(place)
    known = []
    with runtime.database.snapshot() as tx:
        for scope, places in grouped.items():
            try:
                agent = indexing.known_agent(tx, scope)
                index = indexing.current(runtime, agent, wait=wait)
            except MemsvcError as error:
                for place in places:
                    answers[place] = error
                continue
            if index is not None:
                sought = [
                    _Sought(at, asked[at].question, _reading(asked[at].question, index, now))
                    for at in places
                ]
                known.append(_Agent(scope, agent, index, sought))
    return known


def _reading(question: Question, index: MemoryIndex, now: datetime) -> Reading:
    """The question as read beside this index.

    Times in it are seen from `reference_time`, or `as_of`. Without either they are seen from now,
    unless nothing is remembered of then: an agent may tell of a past that ended long ago, and "in
    May" means its last.
    """
    mentions = index.mentions(question.query)
    reference = question.reference_time or question.as_of
    reading = read(question.query, mentions, reference or now)
    if question.timing is Timing.OFF:
        return reading._replace(intervals=())
    if reading.intervals and reference is None:
        latest = index.latest(now)
        if latest is not None and not index.remembers(reading.intervals, now):
            return read(question.query, mentions, latest)
    return reading


def _looked(
    each: _Agent, vectors: Iterator[Vector], filters: Filters, now: datetime
) -> list[Looked]:
    """The first pass over one agent's memories."""
    probes = []
    policies = each.agent.settings.decay
    today = bounded(policies, each.index.cutoffs(policies.budgets, now))
    # Of what was valid then nothing has faded.
    then = Fading(policies)
    for one in each.sought:
        strict = one.question.timing is Timing.FILTER
        probes.append(
            Probe(
                next(vectors),
                one.reading.text,
                now,
                filters.of(one.question, one.reading.intervals if strict else ()),
                one.reading.people,
                max(SMALLEST_POOL, 2 * one.question.limit),
                fading=today if one.question.as_of is None else then,
            )
        )
    return [
        Looked(
            each.agent,
            each.index,
            one.reading,
            probe,
            Sight(probe.filter, one.question.as_of, probe.fading),
            judge(evidence, one.reading, each.agent.settings.weights),
        )
        for one, probe, evidence in zip(each.sought, probes, each.index.search(probes), strict=True)
    ]


def _sifted(
    runtime: Runtime, each: _Agent, looked: Sequence[Looked], *, wait: bool
) -> list[Sifted | MemsvcError | None]:
    """The best for each question, after a second pass where that is wanted.

    What went wrong in that pass is the answer to this question alone; None: not waited for.
    """
    pages: list[Sifted | MemsvcError | None] = []
    for one, seen in zip(each.sought, looked, strict=True):
        question, judgement = one.question, seen.judgement
        deep = question.mode is Mode.DEEP or (
            question.mode is Mode.AUTO
            and is_doubtful(judgement.best(question.limit + 1), question.limit)
        )
        if deep and not wait:
            pages.append(None)
            continue
        if deep:
            try:
                judgement = deepened(runtime, seen)
            except MemsvcError as error:
                pages.append(error)
                continue
        best = judgement.best(PAGES * question.limit, question.min_score)
        pages.append(Sifted(judgement, best, question.limit, seen.sight, deep, question.min_score))
    return pages


def _gated(
    runtime: Runtime,
    tx: Tx,
    each: _Agent,
    pages: Sequence[Sifted | MemsvcError | None],
    now: datetime,
) -> list[Answer]:
    agent = indexing.known_agent(tx, each.scope)
    judged = [page for page in pages if isinstance(page, Sifted)]
    hits = gated(runtime, tx, agent, judged, now)
    shown = [(page, one.sight) for page, one in zip(hits, judged, strict=True)]
    found = iter(with_opposed(runtime, tx, agent, each.index, shown, now))
    return [Hits(next(found), page.deep) if isinstance(page, Sifted) else page for page in pages]
