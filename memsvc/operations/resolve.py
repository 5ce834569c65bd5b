"""Resolve: a person decides a conflict; the decision is kept as long as the memories."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from memsvc.core.access import Scope
from memsvc.core.audit import Act, Action
from memsvc.core.conflict import ConflictKind, losers
from memsvc.core.fading import Seen
from memsvc.core.memory import Memory, Trust
from memsvc.core.statements import Statement, Verdict
from memsvc.errors import Forbidden, InvalidRequest, NotFound, PreconditionFailed, WrongState
from memsvc.operations import indexing
from memsvc.operations.audit import record
from memsvc.operations.conflicts import conflict_of
from memsvc.operations.fading import fading_of
from memsvc.operations.sealed import opened
from memsvc.operations.settle import settle_again
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, standings
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.standings import Decided
from memsvc.store.transaction import Tx

PERSON = "person"

NOTHING_OPEN = "There is nothing to resolve: no other memory speaks against this one."

OTHERS_BY_NOW = (
    "Other memories are in this conflict by now, or they were changed: look at it again."
)

_DRAWN = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, and whether against what is trusted more than an agent.

    `as_seen` are the versions, by id, of the memories that they saw in the conflict; None: they
    decide about whatever is in it.
    """

    actor: str
    may_overrule: bool
    as_seen: Mapping[str, int] | None = None

    def may_decide_against(self, memory: Memory) -> bool:
        return self.may_overrule or memory.trust.weight <= Trust.AGENT.weight


def resolve(
    runtime: Runtime, scope: Scope, conflict_id: str, keep: str | None, by: Decider
) -> list[Seen]:
    """Decide that one memory of a conflict holds, or, with `keep` None, that all may hold.

    Returns the memories of the conflict as they stand then. What is kept supersedes the others,
    where those are statements; turns of conversations are no longer shown as contradicting it.
    Raises NotFound for an unknown memory, WrongState where it is in no conflict, InvalidRequest for
    a `keep` that is not in it, PreconditionFailed where the decider saw another, Forbidden.
    """
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
    # Which turns speak of one thing, the index alone knows; loading it may take long.
    indexing.current(runtime, agent)
    work = partial(_resolve, runtime, scope, conflict_id, keep, by)
    return runtime.database.write(work, scope.about)


def _resolve(
    runtime: Runtime, scope: Scope, conflict_id: str, keep: str | None, by: Decider, tx: Tx
) -> list[Seen]:
    agent = indexing.known_agent(tx, scope, lock=True)
    row = known_row(runtime, tx, agent, conflict_id)
    found = conflict_of(runtime, tx, agent, row.number, _turns(runtime, tx, agent, row))
    if found is None:
        raise WrongState(NOTHING_OPEN)
    taking = found.conflict.statements
    if by.as_seen not in (None, {one.memory.id: one.memory.version for one in taking}):
        raise PreconditionFailed(OTHERS_BY_NOW)
    decided = _all_hold(taking) if keep is None else _one_holds(taking, keep)
    against = {number for one in decided for number in (one if keep is None else one[1:2])}
    if not all(by.may_decide_against(one.memory) for one in taking if one.number in against):
        raise Forbidden(
            "Only operators and admins decide against what was said by a user or an operator."
        )
    verdict = Verdict.UNRELATED if keep is None else Verdict.BEATS
    now = runtime.clock.now()
    standings.decide(
        tx, agent.agent_key, [Decided(*pair, verdict, PERSON, now) for pair in decided]
    )
    numbers = [one.number for one in taking]
    if found.conflict.kind is ConflictKind.DISPUTE:
        changed = settle_again(runtime, tx, agent, numbers)
        if changed:
            agents.record(tx, agent.agent_key, changed)
    act = Act(
        by.actor,
        Action.CONFLICT_RESOLVED,
        drawn(found.id),
        agent.agent_key,
        {"memories": len(taking), "decided": len(decided)},
    )
    record(runtime, tx, agent.tenant, act)
    return seen_now(runtime, tx, agent, numbers)


def _turns(runtime: Runtime, tx: Tx, agent: Agent, row: MemoryRow) -> list[int]:
    """Turns that speak of the same things, so far as the index knows by now."""
    index = runtime.indexes.peek(agent.agent_key)
    [memory] = opened(runtime.keyring, tx, agent, [row])
    odd = [slot for slot in memory.slots if slot % 2]
    return index.filling(odd) if index is not None and odd else []


def _one_holds(taking: Sequence[Statement], keep: str) -> list[tuple[int, int]]:
    kept = next((one for one in taking if one.memory.id == keep), None)
    if kept is None:
        raise InvalidRequest.at("keep", "must be the id of a memory of this conflict, or all")
    return [(kept.number, one.number) for one in losers(kept, taking)]


def _all_hold(taking: Sequence[Statement]) -> list[tuple[int, int]]:
    return list(combinations([one.number for one in taking], 2))


def known_row(runtime: Runtime, tx: Tx, agent: Agent, memory_id: str) -> MemoryRow:
    """The row of a memory that can be read; raises NotFound."""
    row = memories.by_id(tx, agent.agent_key, memory_id)
    if row is None or memories.expired_by(row, runtime.clock.now()):
        raise NotFound("No such memory, or not one this key may use.")
    if not opened(runtime.keyring, tx, agent, [row]):
        raise NotFound("No such memory, or not one this key may use.")
    return row


def seen_now(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> list[Seen]:
    """These memories as readers see them, in order of writing."""
    now = runtime.clock.now()
    fading = fading_of(tx, agent, now)
    rows = memories.by_numbers(tx, agent.agent_key, numbers)
    rows.sort(key=lambda row: row.number)
    return [fading.seen(one, now) for one in opened(runtime.keyring, tx, agent, rows)]


def drawn(memory_id: str) -> str | None:
    """The id for the audit log, if the service drew it: one that a caller chose may be a name."""
    return memory_id if _DRAWN.fullmatch(memory_id) else None
