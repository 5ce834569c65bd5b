"""Forget requests: their rows, with what they say in words sealed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, insert, select, update

from memsvc.core.forget_request import OVER, ForgetScope, Purpose, Regulation, RequestStatus
from memsvc.store.forgetting_tables import forget_requests
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as it lies in the database; `progress` is numbers, times and codes."""

    tenant: str
    id: str
    holder: int
    purpose: Purpose
    scope: ForgetScope
    regulation: Regulation
    derived: str
    mode: str
    status: RequestStatus
    received_at: datetime
    due_at: datetime
    extended: bool
    alarm: int
    progress: Mapping[str, Any]
    key_slot: int | None
    sealed: bytes | None
    receipt: str | None


def draw_holder() -> int:
    """A random number for a new request: 62 bits."""
    return secrets.randbits(62)


def add(tx: Tx, row: RequestRow) -> None:
    """Store a new request."""
    tx.execute(
        insert(forget_requests).values(
            **{name: getattr(row, name) for name in RequestRow.__slots__ if name != "progress"},
            progress=orjson.dumps(row.progress).decode(),
        )
    )


def find(tx: Tx, tenant: str, request_id: str, *, lock: bool = False) -> RequestRow | None:
    """The tenant's request of this id."""
    found = select(forget_requests).where(
        forget_requests.c.tenant == tenant, forget_requests.c.id == request_id
    )
    row = tx.execute(found.with_for_update() if lock else found).first()
    return None if row is None else _request(row)


def by_holder(tx: Tx, holder: int, *, lock: bool = False) -> RequestRow:
    """The request of a number that is known to exist."""
    found = select(forget_requests).where(forget_requests.c.holder == holder)
    return _request(tx.execute(found.with_for_update() if lock else found).one())


def change(tx: Tx, holder: int, values: Mapping[str, Any]) -> None:
    """Set columns of a request; `progress` as it is to be read again."""
    given = dict(values)
    if "progress" in given:
        given["progress"] = orjson.dumps(given["progress"]).decode()
    tx.execute(update(forget_requests).where(forget_requests.c.holder == holder).values(**given))


def standing(
    tx: Tx,
    statuses: Collection[RequestStatus],
    purpose: Purpose = Purpose.ERASURE,
    tenant: str | None = None,
) -> list[RequestRow]:
    """Requests in one of these states, of all tenants or of one, oldest first."""
    statement = (
        select(forget_requests)
        .where(
            forget_requests.c.status.in_([str(one) for one in statuses]),
            forget_requests.c.purpose == purpose,
        )
        .order_by(forget_requests.c.received_at, forget_requests.c.holder)
    )
    if tenant is not None:
        statement = statement.where(forget_requests.c.tenant == tenant)
    return [_request(row) for row in tx.execute(statement)]


def page(
    tx: Tx,
    tenant: str,
    statuses: Collection[RequestStatus],
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[RequestRow]:
    """Up to `limit` of the tenant's requests, newest first, those beyond `after` in that order."""
    received, id_ = forget_requests.c.received_at, forget_requests.c.id
    statement = select(forget_requests).where(
        forget_requests.c.tenant == tenant, forget_requests.c.purpose == Purpose.ERASURE
    )
    if statuses:
        statement = statement.where(forget_requests.c.status.in_([str(one) for one in statuses]))
    if after is not None:
        at, last = after
        statement = statement.where((received < at) | ((received == at) & (id_ > last)))
    rows = tx.execute(statement.order_by(received.desc(), id_).limit(limit))
    return [_request(row) for row in rows]


def counted(tx: Tx, tenant: str | None = None) -> Mapping[str, int]:
    """How many requests there are in each state, of all tenants or of one."""
    statement = (
        select(forget_requests.c.status, func.count())
        .where(forget_requests.c.purpose == Purpose.ERASURE)
        .group_by(forget_requests.c.status)
    )
    if tenant is not None:
        statement = statement.where(forget_requests.c.tenant == tenant)
    rows = tx.execute(statement)
    return {row[0]: row[1] for row in rows}


def open_until(tx: Tx, tenant: str) -> list[tuple[datetime, datetime]]:
    """When each request of a tenant that is not over was received, and by when it is due."""
    rows = tx.execute(
        select(forget_requests.c.received_at, forget_requests.c.due_at).where(
            forget_requests.c.tenant == tenant,
            forget_requests.c.purpose == Purpose.ERASURE,
            forget_requests.c.status.not_in([str(one) for one in OVER]),
        )
    )
    return [(row.received_at, row.due_at) for row in rows]


def alarmed(tx: Tx) -> Mapping[int, int]:
    """How many open requests have raised each alarm, of all tenants."""
    rows = tx.execute(
        select(forget_requests.c.alarm, func.count())
        .where(
            forget_requests.c.purpose == Purpose.ERASURE,
            forget_requests.c.alarm > 0,
            forget_requests.c.status.not_in([str(one) for one in OVER]),
        )
        .group_by(forget_requests.c.alarm)
    )
    return {row[0]: row[1] for row in rows}


def _request(row: Any) -> RequestRow:
    return RequestRow(
        tenant=row.tenant,
        id=row.id,
        holder=row.holder,
        purpose=Purpose(row.purpose),
        scope=ForgetScope(row.scope),
        regulation=Regulation(row.regulation),
        derived=row.derived,
        mode=row.mode,
        status=RequestStatus(row.status),
        received_at=row.received_at,
        due_at=row.due_at,
        extended=row.extended,
        alarm=row.alarm,
        progress=orjson.loads(row.progress),
        key_slot=row.key_slot,
        sealed=row.sealed,
        receipt=row.receipt,
    )
