"""Roll back: what came from a marked source is erased, with all that was derived from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.audit import Act, Action
from memsvc.operations import indexing
from memsvc.operations.audit import record
from memsvc.operations.erase import By, doomed_by, erase_doomed
from memsvc.operations.mark import find_mark
from memsvc.operations.reach import Erased
from memsvc.runtime import Runtime
from memsvc.store import marked_sources, memories
from memsvc.store.transaction import Tx

BATCH = 500
"""Memories erased in one transaction, with what follows: others write in between."""


def roll_back(runtime: Runtime, scope: Scope, mark_id: str, actor: str) -> int:
    """Erase what came from a marked source and everything derived from it; how much that was.

    The mark stands. On return no key that opens any of it exists. What is held for a legal claim,
    or restricted, stays. Raises NotFound.
    """
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        source = find_mark(tx, agent, mark_id)
        numbers = marked_sources.numbers_from(tx, agent.agent_key, source)
    erased = 0
    for start in range(0, len(numbers), BATCH):
        chunk = numbers[start : start + BATCH]
        work = partial(_erase, runtime, scope, By(actor), chunk)
        count, slots = runtime.database.write(work, scope.about)
        runtime.keyring.shred(slots, agent.agent_key)
        erased += count
    runtime.database.write(partial(_note, runtime, scope, mark_id, actor, erased), scope.about)
    return erased


def _erase(
    runtime: Runtime, scope: Scope, by: By, numbers: Sequence[int], tx: Tx
) -> tuple[int, list[int]]:
    agent = indexing.known_agent(tx, scope, lock=True)
    rows = memories.by_numbers(tx, agent.agent_key, numbers, restricted=True)
    there = sorted(row.number for row in rows)
    doomed = doomed_by(runtime, tx, agent, there, Erased(derived_too=True)) if there else None
    if doomed is None or not doomed.erased:
        return 0, []
    return len(doomed.erased), erase_doomed(runtime, tx, agent, doomed, by)


def _note(runtime: Runtime, scope: Scope, mark_id: str, actor: str, erased: int, tx: Tx) -> None:
    agent = indexing.known_agent(tx, scope)
    act = Act(actor, Action.SOURCE_ROLLED_BACK, mark_id, agent.agent_key, {"erased": erased})
    record(runtime, tx, agent.tenant, act)
