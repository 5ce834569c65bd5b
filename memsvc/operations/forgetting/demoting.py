"""Demoting what lost sources to a request: by then others may have taken the rest."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.derived import FEWEST
from memsvc.core.erasure import Closure
from memsvc.core.memory import Kind
from memsvc.operations.erase import demote, erase
from memsvc.operations.handbook.restand import concerned, restand
from memsvc.runtime import Runtime
from memsvc.store import agents, lineage, memories, restrictions
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def demote_or_erase(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> list[int]:
    """Demote what still has sources enough, erase what has not; those that stay.

    What somebody keeps stays in any case. The agent is locked.
    """
    agent_key = agent.agent_key
    kept = restrictions.kept_among(tx, agent_key, numbers)
    left = lineage.parents_of(tx, agent_key, numbers)
    rows = memories.by_numbers(tx, agent_key, numbers, restricted=True) if numbers else []
    orphans = {
        row.number
        for row in rows
        if row.number not in kept and len(left.get(row.number, ())) < FEWEST[Kind(row.kind)]
    }
    if orphans:
        erase(runtime, tx, agent, Closure(tuple(sorted(orphans))))
    stay = [row.number for row in rows if row.number not in orphans]
    demote(tx, agent, stay)
    if concerned(tx, agent, stay):
        changed = restand(runtime, tx, agent)
        if changed:
            agents.record(tx, agent_key, changed)
    return stay
