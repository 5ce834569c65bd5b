"""Forget what is selected: an agent's own forgetting, at once and for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.order import Derived, Order, Selector
from memsvc.operations import indexing
from memsvc.operations.erase import By, erase_closure
from memsvc.operations.forgetting.resolve import resolve
from memsvc.operations.reach import Erased
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.transaction import Tx

BATCH = 500
"""Memories erased in one transaction, with what follows: others write in between."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many memories were erased, those derived from them included, and how many demoted."""

    erased: int
    demoted: int


def forget_selected(
    runtime: Runtime, scope: Scope, selector: Selector, actor: str, *, dry: bool = False
) -> Forgotten:
    """Erase an agent's memories that a selector means, with their closure; or count them.

    On return no key that opens any of it exists. Unlike a forget request it leaves no tombstone:
    an agent may learn anew what it chose to forget. Raises NotFound for an unknown agent.
    """
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        order = Order(selector, derived=Derived.REDERIVE)
        plan = resolve(runtime, tx, scope.tenant, order, lock=False)
        parts = [one for one in plan.parts if one.agent.agent_key == agent.agent_key]
        roots = [number for one in parts for number in one.roots]
        rows = memories.by_numbers(tx, agent.agent_key, roots) if roots else []
    whom = parts[0].erased if parts else Erased()
    erased = sum(len(one.doomed.erased) for one in parts)
    demoted = sum(len(one.doomed.demoted) for one in parts)
    if not dry:
        numbers = sorted(row.number for row in rows)
        for start in range(0, len(numbers), BATCH):
            chunk = numbers[start : start + BATCH]
            work = partial(_erase, runtime, scope, whom, By(actor), chunk)
            runtime.keyring.shred(runtime.database.write(work, scope.about))
    return Forgotten(erased, demoted)


def _erase(
    runtime: Runtime, scope: Scope, whom: Erased, by: By, numbers: Sequence[int], tx: Tx
) -> list[int]:
    agent = indexing.known_agent(tx, scope, lock=True)
    there = [row.number for row in memories.by_numbers(tx, agent.agent_key, numbers)]
    return erase_closure(runtime, tx, agent, there, whom, by) if there else []
