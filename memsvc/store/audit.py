"""The audit log of each tenant: appended to, read in order, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Row, and_, insert, select

from memsvc.core.audit import START, Action, Record
from memsvc.store.forgetting_tables import audit
from memsvc.store.locks import lock
from memsvc.store.tables import agent_names
from memsvc.store.transaction import Tx


def last(tx: Tx, tenant: str, *, appending: bool = False) -> tuple[int, bytes]:
    """Place and digest of the tenant's last record; 0 and `START` before the first.

    Who is going to append says so: until its commit everybody else waits who is, too.
    """
    if appending:
        lock(tx, f"audit {tenant}")
    row = tx.execute(
        select(audit.c.place, audit.c.digest)
        .where(audit.c.tenant == tenant)
        .order_by(audit.c.place.desc())
        .limit(1)
    ).first()
    return (0, START) if row is None else (row.place, row.digest)


def append(tx: Tx, record: Record, agent_key: int | None, digest: bytes) -> None:
    """Write the record that comes after the `last`."""
    tx.execute(
        insert(audit).values(
            tenant=record.tenant,
            place=record.place,
            at=record.at,
            actor=record.actor,
            action=record.action,
            target=record.target,
            agent_key=agent_key,
            detail=orjson.dumps(record.detail).decode(),
            digest=digest,
        )
    )


def page(
    tx: Tx, tenant: str, after: int, limit: int, action: Action | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The tenant's records after a place, in order, with `agent_id` where the agent exists."""
    same_agent = and_(
        agent_names.c.agent_key == audit.c.agent_key, agent_names.c.tenant == audit.c.tenant
    )
    chosen = (
        select(audit, agent_names.c.agent_id)
        .outerjoin(agent_names, same_agent)
        .where(audit.c.tenant == tenant, audit.c.place > after)
        .order_by(audit.c.place)
        .limit(limit)
    )
    if action is not None:
        chosen = chosen.where(audit.c.action == action)
    return tx.execute(chosen).all()
