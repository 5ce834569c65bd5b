"""Agents with a retention policy, and their memories in order of age."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from memsvc.core.retaining import RetentionPolicy
from memsvc.store.agent_settings import WITH_RETENTION, settings_in
from memsvc.store.memories import UNRESTRICTED
from memsvc.store.tables import agents, memories
from memsvc.store.transaction import Tx


def policies(tx: Tx) -> dict[int, RetentionPolicy]:
    """The policies of the agents that keep some kind for a time only."""
    rows = tx.execute(
        select(agents.c.agent_key, agents.c.settings).where(
            agents.c.settings.contains(WITH_RETENTION, autoescape=True)
        )
    )
    return {agent_key: settings_in(settings).retention for agent_key, settings in rows}


def oldest(tx: Tx, agent_key: int, kind: str, limit: int) -> list[tuple[datetime, int]]:
    """When the oldest memories of the kind were written, and their numbers, in that order.

    Neither pinned nor restricted ones. All of the agent's rows are looked at: no index has their
    times.
    """
    rows = tx.execute(
        select(memories.c.created_at, memories.c.number)
        .where(
            memories.c.agent_key == agent_key,
            memories.c.kind == kind,
            memories.c.pinned.is_(False),
            UNRESTRICTED,
        )
        .order_by(memories.c.created_at, memories.c.number)
        .limit(limit)
    )
    return [(row.created_at, row.number) for row in rows]
