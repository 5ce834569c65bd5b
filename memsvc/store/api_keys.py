"""API keys: digests, never the keys themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from memsvc.store.tables import api_keys
from memsvc.store.transaction import Tx

_BY_DIGEST = select(api_keys).where(api_keys.c.digest == bindparam("digest"))


def by_digest(tx: Tx, digest: bytes) -> Row[*tuple[Any, ...]] | None:
    """The key with this digest, revoked and expired ones included."""
    return tx.connection.execute(_BY_DIGEST, {"digest": digest}).first()


def by_id(tx: Tx, key_id: str) -> Row[*tuple[Any, ...]] | None:
    """The key of an id, whosever; revoked and expired ones included."""
    return tx.execute(select(api_keys).where(api_keys.c.key_id == key_id)).first()


def add(tx: Tx, row: dict[str, Any]) -> None:
    """Insert a key: key_id, tenant, name, role, agent_pattern, digest, created_at, expires_at."""
    tx.execute(insert(api_keys).values(**row))


def of_tenant(tx: Tx, tenant: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The tenant's keys that are not revoked, oldest first."""
    return tx.execute(
        select(api_keys)
        .where(api_keys.c.tenant == tenant, api_keys.c.revoked_at.is_(None))
        .order_by(api_keys.c.created_at, api_keys.c.key_id)
    ).all()


def revoke(tx: Tx, tenant: str, key_id: str, now: datetime) -> bool:
    """End a key of the tenant; False when there is no such living key."""
    statement = (
        update(api_keys)
        .where(
            api_keys.c.tenant == tenant,
            api_keys.c.key_id == key_id,
            api_keys.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return tx.execute(statement).rowcount == 1


def living_admins(tx: Tx, tenant: str, now: datetime) -> int:
    """How many admin keys of the tenant still work."""
    statement = (
        select(func.count())
        .select_from(api_keys)
        .where(
            api_keys.c.tenant == tenant,
            api_keys.c.role == "admin",
            api_keys.c.revoked_at.is_(None),
            (api_keys.c.expires_at.is_(None)) | (api_keys.c.expires_at > now),
        )
    )
    return int(tx.execute(statement).scalar_one())
