"""Credentials: issue, list, revoke and recognise API keys.

A key is shown once, when it is made; what is stored is its HMAC under a key derived from the root
key, so that a stolen database opens no door.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from memsvc.core.access import Principal, Role
from memsvc.core.audit import SERVICE, Act, Action
from memsvc.errors import InvalidRequest, NotFound
from memsvc.operations.audit import record
from memsvc.runtime import Safe
from memsvc.store import api_keys
from memsvc.store.locks import lock
from memsvc.store.transaction import Tx

MIN_LENGTH = 16
PREFIX = "msk_"


@dataclass(frozen=True, slots=True)
class KeyCard:
    """What is known of an API key, without the key."""

    key_id: str
    tenant: str
    name: str
    role: Role
    agent_pattern: str
    created_at: datetime
    expires_at: datetime | None = None


def issue_key(
    safe: Safe,
    tenant: str,
    role: Role,
    *,
    name: str = "",
    agent_pattern: str = "*",
    expires_at: datetime | None = None,
    actor: str = SERVICE,
) -> tuple[KeyCard, str]:
    """A new key: its card, and the key itself; the audit log names the actor."""
    value = PREFIX + secrets.token_urlsafe(32)
    card = KeyCard(
        secrets.token_hex(8), tenant, name, role, agent_pattern, safe.clock.now(), expires_at
    )
    safe.database.write(partial(_add, safe, card, _digest(safe, value), actor))
    return card, value


def _add(safe: Safe, card: KeyCard, digest: bytes, actor: str, tx: Tx) -> None:
    api_keys.add(
        tx,
        {
            "key_id": card.key_id,
            "tenant": card.tenant,
            "name": card.name,
            "role": card.role,
            "agent_pattern": card.agent_pattern,
            "digest": digest,
            "created_at": card.created_at,
            "expires_at": card.expires_at,
        },
    )
    act = Act(actor, Action.KEY_ISSUED, card.key_id, detail={"role": card.role})
    record(safe, tx, card.tenant, act)


def recognise(safe: Safe, value: str) -> Principal | None:
    """Whose key this is; None for an unknown, revoked or expired one."""
    digest = _digest(safe, value)
    with safe.database.snapshot() as tx:
        row = api_keys.by_digest(tx, digest)
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    return _living(row, safe.clock.now())


def still_good(safe: Safe, key_id: str) -> Principal | None:
    """Whose key has this id, for one who proved before to hold it; None once it is no good."""
    with safe.database.snapshot() as tx:
        row = api_keys.by_id(tx, key_id)
    return None if row is None else _living(row, safe.clock.now())


def _living(row: Any, now: datetime) -> Principal | None:
    if row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= now:
        return None
    return Principal(row.key_id, row.tenant, Role(row.role), row.agent_pattern)


def list_keys(safe: Safe, tenant: str) -> Sequence[KeyCard]:
    """The tenant's keys that are not revoked, oldest first."""
    with safe.database.snapshot() as tx:
        return [
            KeyCard(
                row.key_id,
                row.tenant,
                row.name,
                Role(row.role),
                row.agent_pattern,
                row.created_at,
                row.expires_at,
            )
            for row in api_keys.of_tenant(tx, tenant)
        ]


def revoke_key(safe: Safe, tenant: str, key_id: str, *, actor: str = SERVICE) -> None:
    """End a key; raises NotFound for one that is not the tenant's or is revoked already.

    The last living admin key of a tenant cannot be revoked: nobody could make another.
    """
    now = safe.clock.now()

    def work(tx: Tx) -> None:
        if not api_keys.revoke(tx, tenant, key_id, now):
            raise NotFound("No such key in this tenant.")
        if not api_keys.living_admins(tx, tenant, now):
            raise InvalidRequest(
                "This is the tenant's last admin key: make another before you revoke it."
            )
        record(safe, tx, tenant, Act(actor, Action.KEY_REVOKED, key_id))

    safe.database.write(work)


def first_admin_key(safe: Safe, tenant: str, chosen: str) -> str | None:
    """Have an admin key; returns one that was generated, to be shown this once.

    A chosen key that is not known yet becomes an admin key of the tenant; without one a key is
    generated when the tenant has no living admin. Several processes may start at once: it is
    decided inside the transaction. Raises InvalidRequest for a chosen key under 16 characters.
    """
    if chosen and len(chosen) < MIN_LENGTH:
        raise InvalidRequest.at("MEMSVC_ADMIN_KEY", f"needs at least {MIN_LENGTH} characters")
    value = chosen or PREFIX + secrets.token_urlsafe(32)
    digest = _digest(safe, value)
    now = safe.clock.now()
    card = KeyCard(secrets.token_hex(8), tenant, "first admin", Role.ADMIN, "*", now)

    def work(tx: Tx) -> bool:
        lock(tx, "first admin key")
        if chosen:
            needed = api_keys.by_digest(tx, digest) is None
        else:
            needed = not api_keys.living_admins(tx, tenant, now)
        if needed:
            _add(safe, card, digest, SERVICE, tx)
        return needed

    return value if safe.database.write(work) and not chosen else None


def _digest(safe: Safe, value: str) -> bytes:
    return safe.keyring.digest("api-key", value.encode("utf-8", "surrogateescape"))
