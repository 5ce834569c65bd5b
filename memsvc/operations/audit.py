"""Audit: record an act in the transaction that does it; read the log; sign where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from memsvc.core.audit import Act, Action, Entry, Record, checkpoint, digest
from memsvc.core.canonical import canonical
from memsvc.runtime import Safe
from memsvc.store import audit
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries in order; `next_after` continues the log, None at its end."""

    entries: Sequence[Entry]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a log stood: `content` as it was signed, and what to check it with."""

    content: Mapping[str, Any]
    public_key: bytes
    signature: bytes


def record(safe: Safe, tx: Tx, tenant: str, act: Act) -> None:
    """Append the act to the tenant's log: it is recorded when, and only when, `tx` commits.

    It is done at the end of the group, for until the commit every other process waits that
    appends to this log, and must not wait for an agent's lock meanwhile.
    """
    tx.at_end.append((f"audit {tenant}", partial(_append, safe, tenant, act)))


def _append(safe: Safe, tenant: str, act: Act, tx: Tx) -> None:
    place, before = audit.last(tx, tenant, appending=True)
    made = Record(
        tenant=tenant,
        place=place + 1,
        at=safe.clock.now(),
        actor=act.actor,
        action=act.action,
        target=act.target,
        agent_token=_agent_token(safe, tenant, act.agent_key),
        detail=act.detail,
    )
    audit.append(tx, made, act.agent_key, digest(before, made))


def read_audit(
    safe: Safe, tenant: str, after: int = 0, limit: int = 100, action: Action | None = None
) -> AuditPage:
    """The tenant's records after a place, oldest first; with `action` those of this one alone."""
    with safe.database.snapshot() as tx:
        # One more than asked for tells whether the log goes on.
        rows = audit.page(tx, tenant, after, limit + 1, action)
    entries = [_entry(safe, row) for row in rows[:limit]]
    return AuditPage(entries, entries[-1].record.place if len(rows) > limit else None)


def log_end(safe: Safe, tenant: str) -> dict[str, Any]:
    """`place` and `digest` (hex) of the tenant's last record, as a receipt names them."""
    with safe.database.snapshot() as tx:
        place, last = audit.last(tx, tenant)
    return {"place": place, "digest": last.hex()}


def sign_checkpoint(safe: Safe, tenant: str) -> Checkpoint:
    """The last place and digest of the tenant's log as of now, signed; place 0 for an empty one.

    Kept elsewhere, it shows later that nothing up to there was altered or cut off.
    """
    content = checkpoint(tenant, **log_end(safe, tenant), at=safe.clock.now())
    keyring = safe.keyring
    return Checkpoint(content, keyring.public_key, keyring.sign(canonical(content)))


def _entry(safe: Safe, row: Any) -> Entry:
    held = Record(
        tenant=row.tenant,
        place=row.place,
        at=row.at,
        actor=row.actor,
        action=row.action,
        target=row.target,
        agent_token=_agent_token(safe, row.tenant, row.agent_key),
        detail=_detail(row.detail),
    )
    return Entry(held, row.digest, row.agent_id)


def _detail(text: str) -> Mapping[str, Any]:
    try:
        detail = orjson.loads(text)
    except orjson.JSONDecodeError:
        detail = None
    # What was tampered with past reading is shown so, and breaks the chain.
    return detail if isinstance(detail, dict) else {"unreadable": True}


def _agent_token(safe: Safe, tenant: str, agent_key: int | None) -> str | None:
    """What stands for the agent outside: its key would tell how many agents others have made."""
    if agent_key is None:
        return None
    return safe.keyring.token(tenant, "agent", str(agent_key)).hex()
