"""Idempotency records: keyed digests, ids and events; no content.

The digest's key belongs to a day and is destroyed with that day's records, so that a record says
nothing about the request once it has gone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, Table, delete, insert, or_, select

from memsvc.store.memories import CHUNK
from memsvc.store.tables import idempotency_keys, idempotency_records
from memsvc.store.transaction import Tx


def find(tx: Tx, agent_key: int, token: bytes) -> Row[*tuple[Any, ...]] | None:
    """The record of an earlier request with this token: day, digest, answer, key_slot."""
    return tx.execute(
        select(
            idempotency_records.c.day,
            idempotency_records.c.digest,
            idempotency_records.c.answer,
            idempotency_keys.c.key_slot,
        )
        .join(idempotency_keys)
        .where(idempotency_records.c.agent_key == agent_key, idempotency_records.c.token == token)
    ).first()


def day_key(tx: Tx, day: str) -> Row[*tuple[Any, ...]] | None:
    """The day's row, whose `key_slot` holds its secret."""
    return tx.execute(select(idempotency_keys).where(idempotency_keys.c.day == day)).first()


def add_day(tx: Tx, day: str, key_slot: int | None) -> None:
    """Open a day."""
    tx.execute(insert(idempotency_keys).values(day=day, key_slot=key_slot))


def add(
    tx: Tx, agent_key: int, token: bytes, day: str, digest: bytes, answer: str, now: datetime
) -> None:
    """Record an answered request."""
    tx.execute(
        insert(idempotency_records).values(
            agent_key=agent_key, token=token, day=day, digest=digest, answer=answer, created_at=now
        )
    )


def erase_days(tx: Tx, first: str, last: str) -> list[int]:
    """Delete days outside these (ISO dates) with their records; returns their key slots."""
    tx.execute(delete(idempotency_records).where(_outside(idempotency_records, first, last)))
    slots = tx.execute(
        delete(idempotency_keys)
        .where(_outside(idempotency_keys, first, last))
        .returning(idempotency_keys.c.key_slot)
    ).scalars()
    return [slot for slot in slots if slot is not None]


def has_days(tx: Tx, first: str, last: str) -> bool:
    """Whether there are days outside these (ISO dates)."""
    outside = _outside(idempotency_keys, first, last)
    return tx.execute(select(idempotency_keys.c.day).where(outside).limit(1)).first() is not None


def erase_naming(tx: Tx, agent_key: int, ids: Collection[str]) -> int:
    """Delete the agent's records that name any of these memories; how many.

    Others stay, also where what they name was deleted: their requests are answered as before.
    """
    held = tx.execute(
        select(idempotency_records.c.token, idempotency_records.c.answer).where(
            idempotency_records.c.agent_key == agent_key
        )
    ).all()
    wanted = set(ids)
    dead = [
        row.token
        for row in held
        if not wanted.isdisjoint(id_ for id_, _ in orjson.loads(row.answer) if id_)
    ]
    for start in range(0, len(dead), CHUNK):
        tx.execute(
            delete(idempotency_records).where(
                idempotency_records.c.agent_key == agent_key,
                idempotency_records.c.token.in_(dead[start : start + CHUNK]),
            )
        )
    return len(dead)


def _outside(table: Table, first: str, last: str) -> ColumnElement[bool]:
    return or_(table.c.day < first, table.c.day > last)
