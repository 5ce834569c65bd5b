"""What consolidation reads of an agent, and which agents it is due for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from memsvc.store.living_tables import runs
from memsvc.store.memories import CHUNK, UNRESTRICTED, MemoryRow
from memsvc.store.tables import agents, lineage, memories
from memsvc.store.transaction import Tx


def next_rows(tx: Tx, agent_key: int, after: int, now: datetime) -> list[MemoryRow]:
    """The next memories that a reader may see, whatever their status, ascending, one chunk."""
    living = or_(memories.c.expires_at.is_(None), memories.c.expires_at > now)
    statement = (
        select(memories)
        .where(memories.c.agent_key == agent_key, memories.c.number > after, UNRESTRICTED, living)
        .order_by(memories.c.number)
        .limit(CHUNK)
    )
    return list(tx.execute(statement))


def relations_of(tx: Tx, agent_key: int, children: Sequence[int]) -> dict[int, str]:
    """How each of these memories was derived; those that were not are left out."""
    found: dict[int, str] = {}
    for start in range(0, len(children), CHUNK):
        statement = (
            select(lineage.c.child, func.min(lineage.c.relation))
            .where(
                lineage.c.agent_key == agent_key,
                lineage.c.child.in_(children[start : start + CHUNK]),
            )
            .group_by(lineage.c.child)
        )
        found.update((child, relation) for child, relation in tx.execute(statement))
    return found


def due(tx: Tx, until: datetime) -> list[tuple[int, int]]:
    """(agent_key, sequence) of agents that were there and written to, and had no run since."""
    had_one = (
        select(runs.c.run_id)
        .where(runs.c.agent_key == agents.c.agent_key, runs.c.started_at > until)
        .exists()
    )
    statement = (
        select(agents.c.agent_key, agents.c.sequence)
        .where(
            agents.c.sequence > 0,
            agents.c.created_at <= until,
            agents.c.agent_id != "",
            ~had_one,
        )
        .order_by(agents.c.agent_key)
    )
    return [(row.agent_key, row.sequence) for row in tx.execute(statement)]


def with_status(tx: Tx, statuses: Sequence[str]) -> list[tuple[int, str]]:
    """(agent_key, run_id) of the runs in one of these states, the oldest first."""
    statement = (
        select(runs.c.agent_key, runs.c.run_id)
        .where(runs.c.status.in_(list(statuses)))
        .order_by(runs.c.started_at, runs.c.run_id)
    )
    return [(row.agent_key, row.run_id) for row in tx.execute(statement)]
