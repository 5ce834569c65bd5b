"""Hygiene: an agent's memories are looked through, and what should be looked after is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memsvc.core.access import Scope
from memsvc.core.hygiene import Inspection, Report
from memsvc.core.in_force import standing_now
from memsvc.core.memory import Memory
from memsvc.errors import KeysDamaged
from memsvc.operations import indexing
from memsvc.operations.sealed import keys_of, opened
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx


def hygiene(runtime: Runtime, scope: Scope) -> Report:
    """Look through all memories of an agent as of one moment, chunk by chunk.

    No writer waits for it. Raises NotFound for an unknown agent, and KeysDamaged when its own key
    does not open.
    """
    now = runtime.clock.now()
    inspection = Inspection(now)
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        for rows in memories.all_rows(tx, agent.agent_key):
            living = [row for row in rows if not memories.expired_by(row, now)]
            for found in _each(runtime, tx, agent, living):
                if isinstance(found, Memory):
                    inspection.look(standing_now(found, now))
                else:
                    inspection.damaged(found)
    return inspection.report()


def _each(
    runtime: Runtime, tx: Tx, agent: Agent, rows: Sequence[MemoryRow]
) -> Iterator[Memory | str]:
    """The memories of the rows in their order; of one that does not open its id."""
    try:
        yield from opened(runtime.keyring, tx, agent, rows)
    except KeysDamaged:
        if not rows[1:]:
            # Not its own key but the agent's may be at fault, and then all of them are.
            keys_of(runtime.keyring, agent, [])
            yield from (row.id for row in rows)
            return
        middle = len(rows) // 2
        yield from _each(runtime, tx, agent, rows[:middle])
        yield from _each(runtime, tx, agent, rows[middle:])
