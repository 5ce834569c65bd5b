"""Search: the index proposes, the store disposes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from memsvc.core.access import Scope
from memsvc.core.decay import retention_of
from memsvc.core.filters import And, Condition, Filter, Not, Or, matches
from memsvc.core.memory import Kind, Memory, Status
from memsvc.core.ranking import Candidate, Ranked, fuse
from memsvc.errors import NotFound
from memsvc.index.protocol import Probe
from memsvc.operations import indexing
from memsvc.operations.sealed import as_worded, opened
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

SEARCHED = (Status.ACTIVE, Status.DISPUTED)
"""Statuses searched unless the question includes more."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: None and empty leave a field free."""

    query: str
    kinds: tuple[Kind, ...] = ()
    limit: int = 10
    user_id: str | None = None
    session_id: str | None = None
    filters: tuple[Filter, ...] = ()
    as_of: datetime | None = None
    include: tuple[Status, ...] = ()
    min_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the memory as it stands, its score in [0, 1], retention now, and the evidence."""

    memory: Memory
    score: float
    retention: float
    evidence: Candidate = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    scope: Scope
    question: Question


Answer = list[Found] | Exception | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a hit is held against, and the moments that count."""

    filter: Filter
    now: datetime
    as_of: datetime | None


def search(runtime: Runtime, scope: Scope, question: Question) -> list[Found]:
    """The best memories for a question, best first; raises NotFound for an unknown agent."""
    (found,) = search_all(runtime, [Asked(scope, question)], wait=True)
    if isinstance(found, Exception):
        raise found
    assert found is not None, "waited for"
    return found


def search_all(
    runtime: Runtime,
    asked: Sequence[Asked],
    *,
    wait: bool,
    embedded: Callable[[], None] = lambda: None,
) -> list[Answer]:
    """What `search` gives for each question, all from one run of the model and one snapshot."""
    vectors = runtime.embedder.embed_queries([one.question.query for one in asked])
    embedded()
    now = runtime.clock.now()
    answers: list[Answer] = [None] * len(asked)
    with runtime.turn, runtime.database.snapshot() as tx:
        for scope in dict.fromkeys(one.scope for one in asked):
            places = [at for at, one in enumerate(asked) if one.scope == scope]
            try:
                agent = indexing.known_agent(tx, scope)
                index = indexing.current(runtime, agent.agent_key, agent.sequence)
            except NotFound as error:
                for at in places:
                    answers[at] = error
                continue
            sought = []
            helds = []
            probes = []
            shared = {}
            for at in places:
                question = asked[at].question
                key = (question.kinds, question.user_id, question.session_id, question.include, question.as_of, question.filters and id(question))
                f = shared.get(key)
                if f is None:
                    f = shared[key] = _filter(question, now)
                held = _Asked(f, now, question.as_of)
                helds.append(held)
                probes.append(Probe(vectors[at], question.query, held.filter, max(30, 2 * question.limit)))
            for at, held, found in zip(places, helds, index.search(probes)):
                question = asked[at].question
                best = fuse(found, question.limit, question.min_score)
                sought.append((at, held, best))
            if index.sequence == agent.sequence:
                for at, held, best in sought:
                    answers[at] = _gated(runtime, tx, agent, best, held)
            else:
                with runtime.database.snapshot() as later:
                    for at, held, best in sought:
                        answers[at] = _gated(runtime, later, agent, best, held)
    return answers


def _filter(question: Question, now: datetime) -> Filter:
    """Everything the question and the rules ask of a memory, as one filter."""
    statuses = [*SEARCHED, *question.include]
    parts: list[Filter] = [
        Condition("status", "in", tuple(statuses)),
        Not(Condition("expires_at", "lte", now)),
        *question.filters,
    ]
    if question.kinds:
        parts.append(Condition("kind", "in", question.kinds))
    if question.user_id is not None:
        parts.append(Condition("user_id", "eq", question.user_id))
    if question.session_id is not None:
        parts.append(Condition("session_id", "eq", question.session_id))
    if question.as_of is not None:
        parts += _as_of(question.as_of)
    return And(tuple(parts))


def _as_of(moment: datetime) -> list[Filter]:
    """Known by then, and valid then."""
    return [
        Condition("created_at", "lte", moment),
        Not(Condition("valid_from", "gt", moment)),
        Or((Condition("valid_to", "eq", None), Condition("valid_to", "gt", moment))),
    ]


def _gated(
    runtime: Runtime, tx: Tx, agent: Agent, best: Sequence[Ranked], asked: _Asked
) -> list[Found]:
    """Hydrate from SQL: a stale index can lose a hit, it can never return a wrong one."""
    if not best:
        return []
    rows = memories.by_numbers(tx, agent.agent_key, [one.candidate.number for one in best])
    held = {one.number: one for one in opened(runtime.keyring, tx, agent, rows)}
    if asked.as_of is not None:
        held = as_worded(runtime.keyring, tx, agent, held, rows, asked.as_of)
    found = []
    for one in best:
        memory = held.get(one.candidate.number)
        if memory is not None and matches(asked.filter, memory):
            retention = retention_of(memory, asked.now)
            found.append(Found(memory, one.relevance, retention, one.candidate))
    return found
