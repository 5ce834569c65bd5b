"""What an export reads and an import writes beyond the rows of everyday."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, exists, func, insert, or_, select

from memsvc.core.agent_settings import AgentSettings
from memsvc.store.agent_settings import settings_in
from memsvc.store.handbook_tables import handbook_changes, offer_outcomes
from memsvc.store.living_tables import feedback, marked_sources
from memsvc.store.memories import CHUNK, UNRESTRICTED, MemoryRow
from memsvc.store.tables import agents, memories, memory_versions
from memsvc.store.transaction import Tx


class Holding(NamedTuple):
    """An agent's id, how many memories it has, and whether it has anything beside them."""

    agent_id: str
    memories: int
    has_more: bool


def held_by_agents(tx: Tx, tenant: str, after: str) -> list[Holding]:
    """What the next agents of the tenant hold, in order of their ids."""
    held = (
        select(func.count())
        .select_from(memories)
        .where(memories.c.agent_key == agents.c.agent_key, UNRESTRICTED)
        .scalar_subquery()
    )
    beside = [
        exists().where(table.c.agent_key == agents.c.agent_key)
        for table in (marked_sources, handbook_changes, offer_outcomes)
    ]
    rows = tx.execute(
        select(agents.c.agent_id, held, or_(*beside))
        .where(agents.c.tenant == tenant, agents.c.agent_id > after)
        .order_by(agents.c.agent_id)
        .limit(CHUNK)
    )
    return [Holding(agent_id, count, bool(has_more)) for agent_id, count, has_more in rows]


def settings_of_agents(tx: Tx, tenant: str) -> dict[str, AgentSettings]:
    """The settings of those agents of the tenant that were given any, in order of their ids."""
    rows = tx.execute(
        select(agents.c.agent_id, agents.c.settings)
        .where(agents.c.tenant == tenant, agents.c.settings.is_not(None))
        .order_by(agents.c.agent_id)
    )
    return {agent_id: settings_in(settings) for agent_id, settings in rows}


def memories_after(tx: Tx, agent_key: int, number: int) -> Iterator[list[MemoryRow]]:
    """The agent's memories beyond the number, ascending, in chunks."""
    statement = select(memories).where(memories.c.agent_key == agent_key, UNRESTRICTED)
    while True:
        further = statement.where(memories.c.number > number).order_by(memories.c.number)
        rows = list(tx.execute(further.limit(CHUNK)))
        if not rows:
            return
        yield rows
        number = rows[-1].number


def expired_numbers(tx: Tx, agent_key: int, now: datetime) -> list[int]:
    """The agent's memories whose time is over and that are not erased yet."""
    return list(
        tx.execute(
            select(memories.c.number).where(
                memories.c.agent_key == agent_key, memories.c.expires_at <= now, UNRESTRICTED
            )
        ).scalars()
    )


def versions_of(tx: Tx, agent_key: int, numbers: Sequence[int]) -> dict[int, list[MemoryRow]]:
    """The earlier versions of each of these memories that has any, oldest first."""
    found: dict[int, list[MemoryRow]] = {}
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(memory_versions)
            .where(
                memory_versions.c.agent_key == agent_key,
                memory_versions.c.number.in_(numbers[start : start + CHUNK]),
            )
            .order_by(memory_versions.c.number, memory_versions.c.version)
        )
        for row in rows:
            found.setdefault(row.number, []).append(row)
    return found


def add_versions(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store earlier versions of memories that were just inserted."""
    if rows:
        tx.execute(insert(memory_versions), rows)


def feedback_of(
    tx: Tx, agent_key: int, numbers: Sequence[int]
) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    """What was told of each of these memories of which anything was, in order."""
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(feedback)
            .where(
                feedback.c.agent_key == agent_key,
                feedback.c.number.in_(numbers[start : start + CHUNK]),
            )
            .order_by(feedback.c.number, feedback.c.place)
        )
        for row in rows:
            found.setdefault(row.number, []).append(row)
    return found
