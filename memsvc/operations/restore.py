"""Restore: a memory that was superseded, or taken out of search, stands again."""

from __future__ import annotations

from functools import partial

from memsvc.core.access import Scope
from memsvc.core.audit import Act, Action
from memsvc.core.contradiction import Standing, is_ended, opposes
from memsvc.core.fading import Seen
from memsvc.core.hinted import beside_each_other
from memsvc.core.memory import Memory, Status
from memsvc.core.statements import Statement, Verdict, Verdicts
from memsvc.errors import Forbidden, WrongState
from memsvc.operations import indexing
from memsvc.operations.audit import record
from memsvc.operations.fading import fading_of
from memsvc.operations.read import see_memory
from memsvc.operations.resolve import PERSON, Decider, drawn, known_row, seen_now
from memsvc.operations.revise import Revision, revise
from memsvc.operations.same_thing import said_beside
from memsvc.operations.sealed import opened
from memsvc.operations.settle import settle_again
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, standings
from memsvc.store.agents import Agent
from memsvc.store.standings import Decided
from memsvc.store.transaction import Tx


def restore(runtime: Runtime, scope: Scope, memory_id: str, by: Decider) -> Seen:
    """Have a memory stand again; returns it as readers see it.

    One that was superseded stands beside what superseded it, until something newer ends both. One
    that was archived, or has faded, is held ready again from now on. Raises NotFound, WrongState
    where it stands already or is disputed, and Forbidden for one in quarantine, or one that is
    trusted less than what superseded it, unless the key may overrule.
    """
    seen = see_memory(runtime, scope, memory_id)
    status = seen.memory.status
    if status in (Status.ARCHIVED, Status.QUARANTINED):
        released = Revision({"status": Status.ACTIVE}, may_release=by.may_overrule)
        return revise(runtime, scope, memory_id, released)
    work = partial(_restore, runtime, scope, memory_id, by)
    return runtime.database.write(work, scope.about)


def _restore(runtime: Runtime, scope: Scope, memory_id: str, by: Decider, tx: Tx) -> Seen:
    agent = indexing.known_agent(tx, scope, lock=True)
    row = known_row(runtime, tx, agent, memory_id)
    [memory] = opened(runtime.keyring, tx, agent, [row])
    if memory.status is not Status.SUPERSEDED:
        raise WrongState("It was not superseded. What is disputed is resolved as a conflict.")
    against = _against(runtime, tx, agent, memory)
    if not by.may_overrule and any(
        one.trust.weight > memory.trust.weight for one in against.values()
    ):
        raise Forbidden(
            "Only operators and admins restore what is trusted less than its successor."
        )
    now = runtime.clock.now()
    decided = [Decided(row.number, other, Verdict.UNRELATED, PERSON, now) for other in against]
    standings.decide(tx, agent.agent_key, decided)
    standings.change(
        tx, agent.agent_key, row.number, Standing(Status.ACTIVE, valid_to=row.stated_valid_to)
    )
    if fading_of(tx, agent, now, memory.kind).faded(memory, now):
        memories.change(tx, agent.agent_key, row.number, {"last_used_at": now})
    changed = settle_again(runtime, tx, agent, [row.number])
    agents.record(tx, agent.agent_key, sorted({row.number, *changed}))
    counts = {"decided": len(decided)}
    act = Act(by.actor, Action.MEMORY_RESTORED, drawn(row.id), agent.agent_key, counts)
    record(runtime, tx, agent.tenant, act)
    [seen] = seen_now(runtime, tx, agent, [row.number])
    return seen


def _against(runtime: Runtime, tx: Tx, agent: Agent, memory: Memory) -> dict[int, Memory]:
    """What keeps a memory from standing: all that end it or speak against it, by number."""
    same = said_beside(runtime, tx, agent, [memory.number])
    statements = beside_each_other(same.statements)
    own = next((one for one in statements if one.number == memory.number), None)
    found = {
        other.number: other.memory
        for other in statements
        if own is not None and _bars(own, other, same.verdicts)
    }
    by = memory.superseded_by
    row = None if by is None else memories.by_id(tx, agent.agent_key, by)
    if row is not None and row.number not in found:
        found |= {one.number: one for one in opened(runtime.keyring, tx, agent, [row])}
    return found


def _bars(own: Statement, other: Statement, verdicts: Verdicts) -> bool:
    if is_ended(own, other, verdicts):
        return True
    # What it ends itself, when it stands again, does not.
    return opposes(own, other, verdicts) and not is_ended(other, own, verdicts)
