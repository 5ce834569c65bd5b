"""Traces: attempts at tasks are recorded, read and listed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.activity import hour_of, written
from memsvc.core.fingerprint import fingerprint
from memsvc.core.handbook.told import told_in
from memsvc.core.memory import Draft, Event, Kind, Memory, spoken_text
from memsvc.embedding.protocol import Vectors
from memsvc.errors import AlreadyExists, NotFound
from memsvc.operations.fading import fading_of
from memsvc.operations.indexing import known_agent
from memsvc.operations.insert import Judged, insert
from memsvc.operations.marks import doubted
from memsvc.operations.once import Once, remember, replayed
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.operations.suppress import suppressed
from memsvc.operations.write import FORGOTTEN, locked_agent
from memsvc.runtime import Runtime
from memsvc.store import activity, memories, traces
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

NO_SUCH_TRACE = "No such trace, or not one this key may use."

OutcomeOf = Callable[[Tx, Agent, int], None]
"""Notes what came of an offer with the trace of its task, by the number of the trace's memory."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a trace: added, quarantined, suppressed, or duplicate where its id has it.

    `id` is None where it was suppressed and the caller gave none.
    """

    id: str | None
    event: Event
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TracePage:
    """Traces as readers see them, newest first; `next_before` continues the list, None at its end.

    It is the number that the next page stays below.
    """

    traces: Sequence[Memory]
    next_before: int | None


def record_trace(
    runtime: Runtime,
    scope: Scope,
    draft: Draft,
    once: Once | None = None,
    outcome_of: OutcomeOf | None = None,
) -> Recorded:
    """Store an attempt, `draft` being made by `core.handbook.told.draft_of`; durable on return.

    Two equal attempts are two traces. `outcome_of` is called in the same transaction once the
    memory is stored, but for what goes into quarantine: that is to tell nothing of behaviors.
    Raises AlreadyExists when a client-chosen id is taken by other content, InvalidRequest for an
    Idempotency-Key used with another body, and whatever `outcome_of` raises.
    """
    vectors = runtime.embedder.embed([spoken_text(draft.content, draft.speaker)])[0]
    work = partial(_record, runtime, scope, draft, vectors, once, outcome_of)
    return runtime.database.write(work, scope.about)


def _record(
    runtime: Runtime,
    scope: Scope,
    draft: Draft,
    vectors: Vectors,
    once: Once | None,
    outcome_of: OutcomeOf | None,
    tx: Tx,
) -> Recorded:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    if once is not None and (answer := replayed(runtime, tx, agent, once)) is not None:
        [(id_, event)] = answer
        return Recorded(id_, Event(event))
    recorded = _stored(runtime, tx, agent, draft, vectors, outcome_of)
    did = [(written(recorded.event), 1)]
    activity.note(tx, agent.agent_key, hour_of(runtime.clock.now()), did)
    if once is not None:
        remember(runtime, tx, agent, once, [(recorded.id, recorded.event)])
    return recorded


def _stored(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    draft: Draft,
    vectors: Vectors,
    outcome_of: OutcomeOf | None,
) -> Recorded:
    if suppressed(runtime, tx, agent, [draft]):
        return Recorded(draft.id, Event.SUPPRESSED, FORGOTTEN)
    if draft.id is not None and _is_taken(runtime, tx, agent, draft, draft.id):
        return Recorded(draft.id, Event.DUPLICATE)
    id_ = draft.id or secrets.token_hex(16)
    judged = Judged(draft, id_, vectors, fingerprint(draft), draft.trust)
    offers = doubted(runtime, tx, agent, [judged])
    insert(runtime, tx, agent, offers, runtime.clock.now())
    if outcome_of is not None and offers[0].doubt is None:
        outcome_of(tx, agent, memories.numbers_of(tx, agent.agent_key, [id_])[id_])
    doubt = offers[0].doubt
    return Recorded(id_, Event.ADDED if doubt is None else Event.QUARANTINED, doubt)


def _is_taken(runtime: Runtime, tx: Tx, agent: Agent, draft: Draft, id_: str) -> bool:
    """Whether the id has this very attempt; AlreadyExists where it has another, or anything else.

    Held back, or past its time, it is there for nobody, and its id is not free yet.
    """
    numbers = memories.numbers_of(tx, agent.agent_key, [id_]).values()
    if not numbers:
        return False
    for memory in opened(runtime.keyring, tx, agent, _rows(runtime, tx, agent, numbers)):
        if fingerprint(memory) == fingerprint(draft) and told_in(memory) == told_in(draft):
            return True
    raise AlreadyExists(
        "id is taken by a memory with other content; nothing was stored. Change the id."
    )


def get_trace(runtime: Runtime, scope: Scope, trace_id: str) -> Memory:
    """One trace with the status that readers see; raises NotFound, also for what is no trace."""
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        return traces_by_id(runtime, tx, agent, [trace_id])[0]


def traces_by_id(runtime: Runtime, tx: Tx, agent: Agent, ids: Sequence[str]) -> list[Memory]:
    """These traces, each once, in order of writing; NotFound unless all can be seen."""
    wanted = set(ids)
    numbers = traces.numbers_of(tx, agent.agent_key, sorted(wanted)).values()
    # Who asks for a damaged one by its id is told.
    found = _shown(
        runtime, tx, agent, opened(runtime.keyring, tx, agent, _rows(runtime, tx, agent, numbers))
    )
    if len(found) != len(wanted):
        raise NotFound(NO_SUCH_TRACE)
    return found


def list_traces(
    runtime: Runtime, scope: Scope, limit: int = 50, before: int | None = None
) -> TracePage:
    """A page of the agent's traces, whatever their status; raises NotFound for an unknown agent.

    `before`: the number that the page stays below, None for the first.
    """
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        found: list[Memory] = []
        # One more than asked for tells whether the list goes on; some may not be there to see.
        while len(found) <= limit:
            numbers = traces.latest(tx, agent.agent_key, limit + 1, before)
            found += reversed(_listed(runtime, tx, agent, numbers))
            if len(numbers) <= limit:
                break
            before = numbers[-1]
    more = len(found) > limit
    return TracePage(found[:limit], found[limit - 1].number if more else None)


def _listed(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> list[Memory]:
    rows = _rows(runtime, tx, agent, numbers)
    opens = partial(opened, runtime.keyring, tx, agent)
    return _shown(runtime, tx, agent, sparing(runtime.keyring, agent, rows, opens))


def _rows(runtime: Runtime, tx: Tx, agent: Agent, numbers: Collection[int]) -> list[MemoryRow]:
    """Rows of the memories that are there to see."""
    now = runtime.clock.now()
    rows = memories.by_numbers(tx, agent.agent_key, sorted(numbers)) if numbers else []
    return [row for row in rows if not memories.expired_by(row, now)]


def _shown(runtime: Runtime, tx: Tx, agent: Agent, held: Sequence[Memory]) -> list[Memory]:
    """The traces among memories as readers see them, in order of writing."""
    now = runtime.clock.now()
    told = [one for one in held if told_in(one) is not None]
    if not told:
        return []
    fading = fading_of(tx, agent, now, Kind.EPISODIC)
    return sorted((fading.shown(one, now) for one in told), key=lambda one: one.number)
