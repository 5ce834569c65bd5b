"""Forget: a memory and what was derived from it alone are erased, not hidden."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.audit import SERVICE
from memsvc.errors import NotFound, WrongState
from memsvc.operations import indexing
from memsvc.operations.erase import By, doomed_by, erase_closure, erase_doomed
from memsvc.operations.rederive import rederive_now
from memsvc.operations.revise import check_version
from memsvc.runtime import Runtime
from memsvc.store import agents, handbook_changes, memories
from memsvc.store.transaction import Tx

WORDS_OF_A_BEHAVIOR = (
    "The memory holds the words of a behavior: retire the behavior, or delete the traces that it "
    "rests on. A forget request erases the words themselves."
)


def delete_memory(
    runtime: Runtime,
    scope: Scope,
    memory_id: str,
    if_match: frozenset[int] | None = None,
    actor: str = SERVICE,
) -> None:
    """Erase one memory and its closure; on return no key that opens any of it exists.

    What others still support is derived anew, at once or, should that fail, by the scheduler.
    Raises NotFound, PreconditionFailed when none of the versions in `if_match` stands, and
    WrongState for the words of a behavior.
    """

    def work(tx: Tx) -> tuple[list[int], int, bool]:
        agent = indexing.known_agent(tx, scope, lock=True)
        row = memories.by_id(tx, agent.agent_key, memory_id)
        if row is None or memories.expired_by(row, runtime.clock.now()):
            raise NotFound("No such memory, or not one this key may use.")
        check_version(row, if_match)
        if handbook_changes.wordings_among(tx, agent.agent_key, [row.number]):
            raise WrongState(WORDS_OF_A_BEHAVIOR)
        doomed = doomed_by(runtime, tx, agent, [row.number])
        slots = erase_doomed(runtime, tx, agent, doomed, By(actor, row.id))
        return slots, agent.agent_key, bool(doomed.rederived)

    slots, agent_key, is_rederived = runtime.database.write(work, scope.about)
    runtime.keyring.shred(slots, agent_key)
    if is_rederived:
        rederive_now(runtime, agent_key)


def erase_expired(runtime: Runtime, limit: int = 500) -> int:
    """Erase memories whose `expires_at` has passed, with their closure; returns how many.

    What is to be derived anew is noted, and another job's affair.
    """
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        due = memories.expired(tx, now, limit)

    def work(agent_key: int, numbers: Sequence[int], tx: Tx) -> list[int]:
        agent = agents.by_key(tx, agent_key, lock=True)
        rows = memories.by_numbers(tx, agent_key, numbers)
        still = [row.number for row in rows if memories.expired_by(row, now)]
        return erase_closure(runtime, tx, agent, still) if still else []

    for agent_key in {agent_key for agent_key, _ in due}:
        numbers = [number for key, number in due if key == agent_key]
        slots = runtime.database.write(partial(work, agent_key, numbers))
        runtime.keyring.shred(slots, agent_key)
    return len(due)
