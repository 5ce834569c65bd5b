"""Forget what is selected: an agent's own forgetting, at once and for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.erasure import Closure
from memsvc.core.order import Derived, Order, Selector
from memsvc.operations import indexing
from memsvc.operations.erase import By, doomed_by, erase_doomed
from memsvc.operations.forgetting.resolve import resolve
from memsvc.operations.reach import Erased
from memsvc.operations.rederive import rederive_now
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

BATCH = 500
"""Memories erased in one transaction, with what follows: others write in between."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many memories were erased, those derived from them included, and how many demoted.

    What is held back from the agent is not among them, whatever becomes of it.
    """

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
        numbers = _shown(tx, agent, [number for one in parts for number in one.roots])
        whom = parts[0].erased if parts else Erased()
        if dry:
            return _counted([_as_shown(tx, agent, doomed_by(runtime, tx, agent, numbers, whom))])
    done = []
    for start in range(0, len(numbers), BATCH):
        chunk = numbers[start : start + BATCH]
        work = partial(_erase, runtime, scope, whom, By(actor), chunk)
        doomed, slots = runtime.database.write(work, scope.about)
        runtime.keyring.shred(slots, agent.agent_key)
        done.append(doomed)
    rederive_now(runtime, agent.agent_key)
    return _counted(done)


def _erase(
    runtime: Runtime, scope: Scope, whom: Erased, by: By, numbers: Sequence[int], tx: Tx
) -> tuple[Closure, list[int]]:
    agent = indexing.known_agent(tx, scope, lock=True)
    there = _shown(tx, agent, numbers)
    if not there:
        return Closure(()), []
    doomed = doomed_by(runtime, tx, agent, there, whom)
    told = _as_shown(tx, agent, doomed)
    return told, erase_doomed(runtime, tx, agent, doomed, by)


def _shown(tx: Tx, agent: Agent, numbers: Sequence[int]) -> tuple[int, ...]:
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    return tuple(sorted({row.number for row in rows}))


def _as_shown(tx: Tx, agent: Agent, doomed: Closure) -> Closure:
    """As much of it as the agent is shown."""
    gone = sorted({*doomed.erased, *doomed.rederived})
    return Closure(_shown(tx, agent, gone), _shown(tx, agent, doomed.demoted))


def _counted(closures: Sequence[Closure]) -> Forgotten:
    erased = {number for one in closures for number in one.erased}
    # A batch may demote what a later one erases.
    demoted = {number for one in closures for number in one.demoted} - erased
    return Forgotten(len(erased), len(demoted))
