"""Search: the index proposes, the store disposes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.decay import retention_of
from memsvc.core.filters import matches
from memsvc.core.memory import Memory
from memsvc.core.ranking import Candidate, Ranked, fuse
from memsvc.errors import MemsvcError
from memsvc.index.protocol import Probe, Vector
from memsvc.operations import indexing
from memsvc.operations.question import Asked, Filters, Question
from memsvc.operations.sealed import as_worded, opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

SMALLEST_POOL = 30
"""Candidates each arm proposes at least; twice the limit where that is more."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the memory as it stands, its score in [0, 1], retention now, and the evidence."""

    memory: Memory
    score: float
    retention: float
    evidence: Candidate = field(repr=False)


Answer = list[Found] | MemsvcError | None
"""Hits, best first; what went wrong with this agent; None where its index was not waited for."""


@dataclass(frozen=True, slots=True)
class _Sought:
    """A question on its way, with its place among those asked."""

    place: int
    question: Question
    probe: Probe


def search(runtime: Runtime, scope: Scope, question: Question) -> list[Found]:
    """The best memories for a question, best first; raises NotFound for an unknown agent."""
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
    """The answer to each question, from one run of the model and one snapshot.

    Calls `embedded` when the model is done. With `wait` off, questions to an agent whose index
    must first be loaded or has much to catch up with are answered None.
    """
    vectors = runtime.embedder.embed_queries([one.question.query for one in asked])
    embedded()
    now = runtime.clock.now()
    answers: list[Answer] = [None] * len(asked)
    with runtime.database.snapshot() as tx:
        for scope, sought in _by_agent(asked, vectors, now).items():
            found: Sequence[Answer]
            try:
                found = _found(runtime, tx, scope, sought, now, wait=wait)
            except MemsvcError as error:
                # Of this agent alone: others asked about theirs.
                found = [error] * len(sought)
            for one, answer in zip(sought, found, strict=True):
                answers[one.place] = answer
    return answers


def _by_agent(
    asked: Sequence[Asked], vectors: Sequence[Vector], now: datetime
) -> dict[Scope, list[_Sought]]:
    filters = Filters(now)
    grouped: dict[Scope, list[_Sought]] = {}
    for place, (one, vector) in enumerate(zip(asked, vectors, strict=True)):
        question = one.question
        pool = max(SMALLEST_POOL, 2 * question.limit)
        probe = Probe(vector, question.query, filters.of(question), pool)
        grouped.setdefault(one.scope, []).append(_Sought(place, question, probe))
    return grouped


def _found(
    runtime: Runtime, tx: Tx, scope: Scope, sought: Sequence[_Sought], now: datetime, *, wait: bool
) -> Sequence[list[Found] | None]:
    """What one agent's index proposes for each question, as it stands in SQL."""
    agent = indexing.known_agent(tx, scope)
    index = indexing.current(runtime, agent, wait=wait)
    if index is None:
        return [None] * len(sought)
    proposed = index.search([one.probe for one in sought])
    best = [
        fuse(candidates, one.question.limit, one.question.min_score)
        for one, candidates in zip(sought, proposed, strict=True)
    ]
    if index.sequence == agent.sequence:
        return _gated(runtime, tx, agent, sought, best, now)
    # The index went on meanwhile: what it proposes may be newer than this snapshot.
    with runtime.database.snapshot() as later:
        return _gated(runtime, later, agent, sought, best, now)


def _gated(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    sought: Sequence[_Sought],
    best: Sequence[Sequence[Ranked]],
    now: datetime,
) -> list[list[Found]]:
    """Hydrate from SQL: a stale index can lose a hit, it can never return a wrong one."""
    numbers = {one.candidate.number for ranked in best for one in ranked}
    rows = memories.by_numbers(tx, agent.agent_key, list(numbers))
    readable = sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
    held = {one.number: one for one in readable}
    rows = [row for row in rows if row.number in held]
    found = []
    for one, ranked in zip(sought, best, strict=True):
        worded: Mapping[int, Memory] = held
        if one.question.as_of is not None:
            worded = as_worded(runtime.keyring, tx, agent, held, rows, one.question.as_of)
        found.append(
            [
                Found(memory, hit.relevance, retention_of(memory, now), hit.candidate)
                for hit in ranked
                if (memory := worded.get(hit.candidate.number)) is not None
                and matches(one.probe.filter, memory)
            ]
        )
    return found
