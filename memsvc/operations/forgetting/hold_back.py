"""Hold back: from one commit on no reader sees the memories of a plan; and letting go again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.forget_request import Act
from memsvc.operations import indexing
from memsvc.operations.forgetting.resolve import Plan
from memsvc.runtime import Runtime
from memsvc.store import agents, restrictions, suppressions
from memsvc.store.transaction import Tx


def hold_back(runtime: Runtime, tx: Tx, holder: int, plan: Plan, act: Act | None = None) -> None:
    """Restrict all that the plan touches; its agents are locked already.

    `act` in place of what the plan says is to become of each.
    """
    for part in plan.parts:
        acts = part.acts if act is None else dict.fromkeys(part.acts, act)
        restrictions.hold_back(tx, holder, part.agent.agent_key, acts)
        changed(runtime, tx, part.agent.agent_key, sorted(acts))


def let_go(runtime: Runtime, tx: Tx, holder: int) -> int:
    """Give back to readers what nobody else holds; how many memories that are.

    What is given back may be said again, too: tombstones that stand by then are taken down.
    """
    count = 0
    for agent_key in restrictions.agents_of(tx, holder):
        agents.by_key(tx, agent_key, lock=True)
        held = restrictions.numbers_of(tx, holder, agent_key, Act)
        free = restrictions.let_go(tx, holder, agent_key, held)
        changed(runtime, tx, agent_key, free)
        count += len(free)
    suppressions.lift_request(tx, holder)
    return count


def changed(runtime: Runtime, tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Have every process look again: a write judged before fails, caches are dropped."""
    if not numbers:
        return
    agents.record(tx, agent_key, numbers)
    agents.advance_epoch(tx, agent_key)
    after = agents.by_key(tx, agent_key).sequence
    tx.after_commit.append(runtime.embedder.forget)
    tx.after_commit.append(partial(indexing.bring_up, runtime, agent_key, after))
