"""Listing: pages of an agent's memories, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from memsvc.core.fading import Fading
from memsvc.core.memory import Kind, Status
from memsvc.store.fading import shown_as
from memsvc.store.memories import UNRESTRICTED, MemoryRow
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What a page of the list holds; None leaves a column free.

    Expired memories never show, and the status is as `fading` shows it at `now`.
    """

    now: datetime
    fading: Fading
    kind: Kind | None = None
    status: Status | None = None
    user_no: int | None = None
    session_no: int | None = None
    before: int | None = None
    limit: int = 50
    statuses: tuple[Status, ...] = ()
    """Any of these; empty: whatever it is."""
    skip: int = 0


def page(tx: Tx, agent_key: int, query: PageQuery) -> tuple[list[MemoryRow], int]:
    """Up to `limit` memories, newest first, from below `before`; and how many there are in all."""
    held = select(func.count()).select_from(memories).where(*_held(agent_key, query))
    total = tx.execute(held).scalar_one()
    return rows(tx, agent_key, query), total


def rows(tx: Tx, agent_key: int, query: PageQuery) -> list[MemoryRow]:
    """Up to `limit` memories, newest first, from below `before`, less the first `skip`."""
    held = _held(agent_key, query)
    if query.before is not None:
        held.append(memories.c.number < query.before)
    statement = select(memories).where(*held).order_by(memories.c.number.desc()).limit(query.limit)
    return list(tx.execute(statement.offset(query.skip) if query.skip else statement))


def _held(agent_key: int, query: PageQuery) -> list[ColumnElement[bool]]:
    conditions = [
        memories.c.agent_key == agent_key,
        UNRESTRICTED,
        or_(memories.c.expires_at.is_(None), memories.c.expires_at > query.now),
    ]
    for column, wanted in (
        (memories.c.kind, query.kind),
        (memories.c.user_no, query.user_no),
        (memories.c.session_no, query.session_no),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    if query.status is not None:
        conditions.append(shown_as(query.status, query.fading, query.now))
    if query.statuses:
        shown = [shown_as(one, query.fading, query.now) for one in query.statuses]
        conditions.append(or_(*shown))
    return conditions
