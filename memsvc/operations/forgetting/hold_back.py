"""Hold back: from one commit on no reader sees the memories of a plan; and letting go again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from memsvc.core.forget_request import Act, ForgetScope
from memsvc.operations import indexing
from memsvc.operations.erase import erase_closure
from memsvc.operations.forgetting.resolve import Plan
from memsvc.operations.forgetting.tombstones import put_up_for
from memsvc.operations.handbook.restand import concerned, restand
from memsvc.operations.settle import beside, settle_again
from memsvc.runtime import Runtime
from memsvc.store import agents, lineage, memories, restrictions, suppressions
from memsvc.store.agents import Agent
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx


def hold_back(
    runtime: Runtime, tx: Tx, request: RequestRow, plan: Plan, act: Act | None = None
) -> datetime | None:
    """Restrict all that the plan touches; its agents are locked already.

    Tombstones stand from the same commit on: no moment is left to write any of it again. An agent
    that is to go altogether has none, for they would go with it. `act` in place of what the plan
    says is to become of each. Returns until when the tombstones stand.
    """
    until = None
    tokens = frozenset(token for one in plan.subjects for token in one.tokens)
    for part in plan.parts:
        acts = part.acts if act is None else dict.fromkeys(part.acts, act)
        near = beside(runtime, tx, part.agent, sorted(acts))
        restrictions.hold_back(tx, request.holder, part.agent.agent_key, acts)
        # What nobody sees any more ends and disputes nothing that is seen.
        others = settle_again(runtime, tx, part.agent, near) if near else []
        if concerned(tx, part.agent, acts):
            others += restand(runtime, tx, part.agent)
        changed(runtime, tx, part.agent.agent_key, sorted({*acts, *others}))
        if request.scope is not ForgetScope.ENVIRONMENT:
            # What is only retold says in part what others said, and may say again.
            gone = sorted({*part.doomed.erased, *part.doomed.rederived}.difference(part.retold))
            stand = put_up_for(runtime, tx, part.agent, request.holder, gone, tokens)
            until = stand or until
    return until


def let_go(runtime: Runtime, tx: Tx, holder: int) -> int:
    """Give back to readers what nobody else holds; how many memories that are.

    What is given back may be said again, too: tombstones that stand by then are taken down.
    """
    count = 0
    for agent_key in restrictions.agents_of(tx, holder):
        agent = agents.by_key(tx, agent_key, lock=True)
        held = restrictions.numbers_of(tx, holder, agent_key, Act)
        free = restrictions.let_go(tx, holder, agent_key, held)
        others = settle_again(runtime, tx, agent, free)
        if concerned(tx, agent, free):
            others += restand(runtime, tx, agent)
        changed(runtime, tx, agent_key, sorted({*free, *others}))
        count += len(free) - _erase_orphans(runtime, tx, agent, free)
    suppressions.lift_request(tx, holder)
    return count


def _erase_orphans(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> int:
    """Erase what lost all its sources while it was held back; how many.

    Their keys are destroyed with the next purge, as ordered.
    """
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    derived = [row.number for row in rows if row.derived]
    left = lineage.parents_of(tx, agent.agent_key, derived)
    orphans = sorted(one for one in derived if one not in left)
    if orphans:
        erase_closure(runtime, tx, agent, orphans)
    return len(orphans)


def changed(runtime: Runtime, tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Have every process look again: a write judged before fails, caches are dropped."""
    if not numbers:
        return
    agents.record(tx, agent_key, numbers)
    agents.advance_epoch(tx, agent_key)
    after = agents.by_key(tx, agent_key).sequence
    tx.after_commit.append(runtime.embedder.forget)
    tx.after_commit.append(partial(indexing.bring_up, runtime, agent_key, after))
