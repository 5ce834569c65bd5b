"""Write: drafts become memories.

Models run before the transaction; inside it the agent's sequence is compared with what the index
had seen, and a write whose ground moved is judged again.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.activity import hour_of
from memsvc.core.activity import written as measure_of
from memsvc.core.admission import Admission, rejection
from memsvc.core.derived import POSTED
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import Draft, Event, spoken_text
from memsvc.core.statements import slots_said
from memsvc.errors import MemsvcError, Unavailable
from memsvc.operations import indexing
from memsvc.operations.consult import Opinion, adopt, consult, is_read
from memsvc.operations.insert import Judged, insert
from memsvc.operations.known import GroundMoved, Known, Written, with_sources
from memsvc.operations.marks import doubted
from memsvc.operations.once import Once, remember, replayed
from memsvc.operations.settle import Effect
from memsvc.operations.suppress import suppressed
from memsvc.runtime import Runtime
from memsvc.store import activity, agents
from memsvc.store.agents import Agent
from memsvc.store.locks import lock
from memsvc.store.transaction import Tx

ATTEMPTS = 8

FORGOTTEN = "It was forgotten, or is held back, on request: see an operator."


@dataclass(frozen=True, slots=True)
class Offered:
    """The drafts of one request, for one agent."""

    scope: Scope
    drafts: Sequence[Draft]
    once: Once | None = None
    relation: str = POSTED
    """How those that have sources were derived from them."""


Outcome = list[Written] | Exception | None
"""One answer for each draft, or why nothing was stored; None where an index was not waited for."""


def write(
    runtime: Runtime, scope: Scope, drafts: Sequence[Draft], once: Once | None = None
) -> list[Written]:
    """Store drafts, all or none; one answer for each, in order, durable on return.

    Raises AlreadyExists when a client-chosen id is taken by other content, InvalidRequest for an
    unknown source or an Idempotency-Key used with another body.
    """
    [outcome] = write_all(runtime, [Offered(scope, drafts, once)])
    if isinstance(outcome, Exception):
        raise outcome
    assert outcome is not None, "the index was waited for"
    return outcome


def write_all(
    runtime: Runtime,
    offered: Sequence[Offered],
    embedded: Callable[[], None] = lambda: None,
    *,
    wait: bool = True,
) -> list[Outcome]:
    """What `write` does for each request, with one run of the model and, mostly, one commit.

    Calls `embedded` when the model is done. With `wait` off, requests to an agent whose index must
    first be loaded or has much to catch up with are answered None.
    """
    judged = _judged(runtime, offered)
    embedded()
    outcomes: list[Outcome] = [None] * len(offered)
    left = list(range(len(offered)))
    opinions: dict[int, list[Opinion]] = {}
    if runtime.judge is not None:
        # A judge takes long: others are not to wait for it.
        left = [at for at in left if wait or not any(map(is_read, judged[at]))]
        opinions = {at: consult(runtime, offered[at].scope, judged[at]) for at in left}
    for attempt in range(ATTEMPTS):
        ready = {
            scope: _ready(runtime, scope, wait=wait) for scope in {offered[at].scope for at in left}
        }
        for at in left:
            outcomes[at] = ready[offered[at].scope].error
        left = [at for at in left if ready[offered[at].scope].ready]
        works = [
            (
                offered[at].scope.about,
                partial(_write, runtime, offered[at], judged[at], opinions.get(at, ())),
            )
            for at in left
        ]
        for at, outcome in zip(left, runtime.database.write_all(works), strict=True):
            outcomes[at] = outcome
        left = [at for at in left if isinstance(outcomes[at], GroundMoved)]
        if not left:
            break
        time.sleep(0.002 * attempt)
    for at in left:
        outcomes[at] = Unavailable(
            "The agent is being written by many at once; try again.", retry_after=1
        )
    return outcomes


def _judged(runtime: Runtime, offered: Sequence[Offered]) -> list[list[Judged]]:
    drafts = [draft for one in offered for draft in one.drafts]
    found = iter(runtime.embedder.embed([spoken_text(one.content, one.speaker) for one in drafts]))
    return [
        [
            Judged(
                draft,
                draft.id or _new_id(),
                next(found),
                fingerprint(draft),
                draft.trust,
                slots=slots_said(draft),
            )
            for draft in one.drafts
        ]
        for one in offered
    ]


def _new_id() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class _Readiness:
    ready: bool
    error: MemsvcError | None = None


def _ready(runtime: Runtime, scope: Scope, *, wait: bool) -> _Readiness:
    """Have the index of a known agent loaded and caught up before the transaction begins."""
    try:
        with runtime.database.snapshot() as tx:
            agent = agents.find(tx, scope.tenant, scope.agent_id)
        return _Readiness(agent is None or indexing.current(runtime, agent, wait=wait) is not None)
    except MemsvcError as error:
        return _Readiness(False, error)


def _write(
    runtime: Runtime,
    request: Offered,
    offers: Sequence[Judged],
    opinions: Sequence[Opinion],
    tx: Tx,
) -> list[Written]:
    now, once = runtime.clock.now(), request.once
    agent = locked_agent(runtime, request.scope, now, tx)
    if once is not None and (answer := replayed(runtime, tx, agent, once)) is not None:
        return [Written(id_, Event(event)) for id_, event in answer]
    offers = doubted(runtime, tx, agent, with_sources(tx, agent, offers))
    known = Known(runtime, tx, agent, now)
    kept_out = _kept_out(runtime, tx, agent, [one.draft for one in offers])
    answers, fresh = known.sorted_out(
        [one for place, one in enumerate(offers) if place not in kept_out]
    )
    for place in sorted(kept_out):
        answers.insert(place, kept_out[place])
    if fresh:
        effects = {
            **insert(runtime, tx, agent, fresh, now, request.relation),
            **adopt(runtime, tx, agent, fresh, opinions),
        }
        answers = [_told(one, effects) for one in answers]
    did = Counter(measure_of(one.event) for one in answers)
    activity.note(tx, agent.agent_key, hour_of(now), did.items())
    if once is not None:
        remember(runtime, tx, agent, once, [(one.id, one.event) for one in answers])
    return answers


def _kept_out(
    runtime: Runtime, tx: Tx, agent: Agent, drafts: Sequence[Draft]
) -> dict[int, Written]:
    """Answers for the drafts, by place, that are not stored whatever else there is."""
    answers = {}
    if agent.settings.admission is Admission.STANDARD:
        for place, draft in enumerate(drafts):
            if (reason := rejection(draft)) is not None:
                answers[place] = Written(draft.id, Event.REJECTED, reason=reason)
    for place in suppressed(runtime, tx, agent, drafts):
        answers[place] = Written(drafts[place].id, Event.SUPPRESSED, reason=FORGOTTEN)
    return answers


def _told(answer: Written, effects: Mapping[str, Effect]) -> Written:
    """The answer with what the memory did to others, where it was stored."""
    effect = effects.get(answer.id or "") if answer.event is Event.ADDED else None
    if effect is None:
        return answer
    return Written(answer.id, effect.event, effect.affected, effect.reason)


def locked_agent(runtime: Runtime, scope: Scope, now: datetime, tx: Tx) -> Agent:
    """The agent, locked; its row and key are made when there are none."""
    found = agents.find(tx, scope.tenant, scope.agent_id, lock=True)
    if found is not None:
        return found
    lock(tx, f"agent {scope.tenant}/{scope.agent_id}")
    made = agents.find(tx, scope.tenant, scope.agent_id, lock=True)
    if made is not None:
        # By another process, while we waited.
        return made
    agent_key = agents.reserve(tx, scope.tenant, scope.agent_id, now)
    agents.set_key(tx, agent_key, runtime.keyring.new_agent_key(agent_key))
    return agents.by_key(tx, agent_key)
