"""Subgoals: one is completed, so that one line stands for it; the working memory of a session."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.fading import Seen
from memsvc.core.fingerprint import fingerprint
from memsvc.core.in_force import standing_now
from memsvc.core.memory import SEARCHED, Draft, Memory, Trust, spoken_text
from memsvc.core.subgoals import agenda_of, is_summary, relation_of, subgoal_summary
from memsvc.core.working_memory import WorkingMemory, composed
from memsvc.embedding.protocol import Vectors
from memsvc.errors import InvalidRequest, NotFound, Unavailable
from memsvc.operations import indexing
from memsvc.operations.fading import fading_of
from memsvc.operations.identify import number_of
from memsvc.operations.insert import Judged, insert
from memsvc.operations.known import with_sources
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.operations.succeed import succeed
from memsvc.operations.suppress import suppressed
from memsvc.runtime import Runtime
from memsvc.store import memories, selections
from memsvc.store.agents import Agent
from memsvc.store.identities import SESSIONS
from memsvc.store.transaction import Tx

ATTEMPTS = 8

UNKNOWN_SESSION = "No such session of this agent, or not one this key may use."


@dataclass(frozen=True, slots=True)
class Completion:
    """That a subgoal of a session is finished: `summary` in one line, None to have one extracted.

    `trust` is that of who says so.
    """

    session_id: str
    name: str
    met: bool
    summary: str | None = None
    trust: Trust = Trust.AGENT


@dataclass(frozen=True, slots=True)
class _Subgoal:
    """A subgoal as it stood at a sequence of its agent: its memories, and former summaries."""

    sequence: int
    episodes: Sequence[Memory]
    former: Sequence[Memory]


def complete(runtime: Runtime, scope: Scope, completion: Completion) -> Seen:
    """Store the summary of a finished subgoal; it supersedes the one of an earlier completion.

    Completed again with the same outcome and nothing new, the summary stands as it is. Raises
    NotFound for a session or subgoal without memories, InvalidRequest for a summary that was
    forgotten on request.
    """
    for _ in range(ATTEMPTS):
        with runtime.database.snapshot() as tx:
            agent = indexing.known_agent(tx, scope)
            found = _subgoal(runtime, tx, agent, completion)
        draft = _drafted(completion, found)
        standing = _standing(draft, found)
        if standing is not None:
            with runtime.database.snapshot() as tx:
                now = runtime.clock.now()
                return fading_of(tx, agent, now, standing.kind).seen(standing, now)
        vectors = runtime.embedder.embed([spoken_text(draft.content, draft.speaker)])[0]
        work = partial(_complete, runtime, scope, completion, found, draft, vectors)
        seen = runtime.database.write(work, scope.about)
        if seen is not None:
            return seen
    raise Unavailable("The agent is being written by many at once; try again.", retry_after=1)


def _subgoal(runtime: Runtime, tx: Tx, agent: Agent, completion: Completion) -> _Subgoal:
    told = [
        one
        for one in _session(runtime, tx, agent, completion.session_id)
        if one.subgoal == completion.name and one.status in SEARCHED
    ]
    episodes = [one for one in told if not is_summary(one)]
    if not episodes:
        raise NotFound("No memory of this session has that subgoal.")
    return _Subgoal(agent.sequence, episodes, [one for one in told if is_summary(one)])


def _session(runtime: Runtime, tx: Tx, agent: Agent, session_id: str) -> list[Memory]:
    """The memories of a session that are not past their time, in order of writing.

    As they stand now, but for fading.
    """
    session_no = number_of(runtime, tx, agent, SESSIONS, session_id)
    if session_no is None:
        raise NotFound(UNKNOWN_SESSION)
    numbers = selections.within(tx, agent.agent_key, [session_no], None, None)
    rows = memories.by_numbers(tx, agent.agent_key, numbers)
    now = runtime.clock.now()
    living = [row for row in rows if not memories.expired_by(row, now)]
    found = sparing(runtime.keyring, agent, living, partial(opened, runtime.keyring, tx, agent))
    return sorted((standing_now(one, now) for one in found), key=lambda one: one.number)


def _drafted(completion: Completion, found: _Subgoal) -> Draft:
    draft = subgoal_summary(found.episodes, met=completion.met, said=completion.summary)
    assert draft is not None, "there are memories"
    trust = Trust.OPERATOR if completion.summary is None else completion.trust
    return replace(draft, trust=trust, id=secrets.token_hex(16))


def _standing(draft: Draft, found: _Subgoal) -> Memory | None:
    """The summary that says all this already."""
    for one in found.former:
        same = one.content == draft.content and one.metadata == draft.metadata
        if same and set(one.source_ids) == set(draft.source_ids):
            return one
    return None


def _complete(
    runtime: Runtime,
    scope: Scope,
    completion: Completion,
    found: _Subgoal,
    draft: Draft,
    vectors: Vectors,
    tx: Tx,
) -> Seen | None:
    """Store the summary; None when the agent was written meanwhile."""
    agent = indexing.known_agent(tx, scope, lock=True)
    if agent.sequence != found.sequence:
        return None
    if completion.summary is not None and suppressed(runtime, tx, agent, [draft]):
        raise InvalidRequest.at(
            "summary", "was forgotten, or is held back, on request: ask an operator"
        )
    now = runtime.clock.now()
    assert draft.id is not None, "drawn with the draft"
    judged = Judged(draft, draft.id, vectors, fingerprint(draft), draft.trust)
    offers = with_sources(tx, agent, [judged])
    insert(runtime, tx, agent, offers, now, relation_of(met=completion.met))
    succeed(tx, agent, [one.number for one in found.former], draft.id, now)
    return _stored(runtime, tx, agent, draft.id, now)


def _stored(runtime: Runtime, tx: Tx, agent: Agent, memory_id: str, now: datetime) -> Seen:
    row = memories.by_id(tx, agent.agent_key, memory_id)
    assert row is not None, "stored in this transaction"
    [memory] = opened(runtime.keyring, tx, agent, [row])
    return fading_of(tx, agent, now, memory.kind).seen(memory, now)


@dataclass(frozen=True, slots=True)
class SessionMemory:
    """The working memory of a session, and retention of the memories shown, by number."""

    working: WorkingMemory
    retentions: dict[int, float]


def working_memory(
    runtime: Runtime, scope: Scope, session_id: str, expand: Sequence[str], budget: int
) -> SessionMemory:
    """The working memory of a session in at most `budget` tokens, with some subgoals expanded.

    Raises NotFound for an unknown agent, an unknown session, and a subgoal to be expanded that
    is not a finished one.
    """
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        agenda = agenda_of(_session(runtime, tx, agent, session_id))
        now = runtime.clock.now()
        fading = fading_of(tx, agent, now)
    if not {one.name for one in agenda.finished} >= set(expand):
        raise NotFound("No finished subgoal of this session has that name.")
    working = composed(agenda, expand, budget, runtime.count_tokens)
    current = working.current.memories if working.current else ()
    shown = [*current, *(one for part in working.expanded for one in part.memories)]
    return SessionMemory(working, {one.number: fading.retention(one, now) for one in shown})
