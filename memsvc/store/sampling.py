"""Which rows an examination looks at: how many there are, the newest, and some at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select

from memsvc.store import agents
from memsvc.store.tables import idempotency_keys, memories, people, sessions, vectors
from memsvc.store.transaction import Tx


def sizes(tx: Tx) -> list[tuple[int, int]]:
    """(agent_key, memories) of every agent that has any, the largest first."""
    count = func.count()
    rows = tx.execute(
        select(memories.c.agent_key, count)
        .group_by(memories.c.agent_key)
        .order_by(count.desc(), memories.c.agent_key)
    )
    return [(row[0], row[1]) for row in rows]


def sample(tx: Tx, each: int) -> dict[int, list[int]]:
    """Numbers of the `each` newest memories and of as many drawn at random, by agent_key."""
    newest, any_order = memories.c.created_at.desc(), func.random()
    chosen = {*_first(tx, newest, each), *_first(tx, any_order, each)}
    by_agent: dict[int, list[int]] = {}
    for agent_key, number in sorted(chosen):
        by_agent.setdefault(agent_key, []).append(number)
    return by_agent


def _first(tx: Tx, order: ColumnElement[Any], limit: int) -> Sequence[tuple[int, int]]:
    rows = tx.execute(select(memories.c.agent_key, memories.c.number).order_by(order).limit(limit))
    return [(row.agent_key, row.number) for row in rows]


def numbers(tx: Tx, agent_key: int) -> set[int]:
    """Numbers of all the agent's memories."""
    statement = select(memories.c.number).where(memories.c.agent_key == agent_key)
    return set(tx.execute(statement).scalars())


def without_vector(tx: Tx) -> int:
    """How many memories have no vector."""
    same = (vectors.c.agent_key == memories.c.agent_key) & (vectors.c.number == memories.c.number)
    joined = memories.outerjoin(vectors, same)
    lone = select(func.count()).select_from(joined).where(vectors.c.number.is_(None))
    return int(tx.execute(lone).scalar_one())


def other_slots(tx: Tx, limit: int | None) -> dict[int, list[int]]:
    """By agent_key, key slots that are no memory's: people's, sessions' and days'.

    Up to `limit` of people and of sessions, those with the highest numbers of slots; None: all.
    """
    found: dict[int, list[int]] = {}
    for table in (people, sessions):
        statement = select(table.c.agent_key, table.c.key_slot).where(table.c.key_slot.is_not(None))
        if limit is not None:
            statement = statement.order_by(table.c.key_slot.desc()).limit(limit)
        for row in tx.execute(statement):
            found.setdefault(row.agent_key, []).append(row.key_slot)
    days = select(idempotency_keys.c.key_slot).where(idempotency_keys.c.key_slot.is_not(None))
    of_days = list(tx.execute(days).scalars())
    if of_days:
        found.setdefault(agents.service(tx).agent_key, []).extend(of_days)
    return found
