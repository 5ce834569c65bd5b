"""Once: the same Idempotency-Key with the same body gets the same answer again."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from memsvc.errors import IdempotencyMismatch
from memsvc.runtime import Runtime, Safe
from memsvc.store import agents, idempotency
from memsvc.store.agents import Agent
from memsvc.store.locks import lock
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Once:
    """An Idempotency-Key: whose it is, its value, and the request's body."""

    key_id: str
    value: str
    body: bytes


def replayed(
    runtime: Runtime, tx: Tx, agent: Agent, once: Once
) -> list[tuple[str | None, str]] | None:
    """The (id, event) pairs answered before, or None for a new key.

    Raises IdempotencyMismatch when the key came with another body.
    """
    record = idempotency.find(tx, agent.agent_key, _token(runtime, agent, once))
    if record is None:
        return None
    secret = _secret(runtime, tx, record.day, record.key_slot)
    if secret is None or not hmac.compare_digest(record.digest, _digest(secret, once)):
        raise IdempotencyMismatch(
            "This Idempotency-Key was used with another body; use a new key for a new request."
        )
    return [(id_, event) for id_, event in json.loads(record.answer)]


def remember(
    runtime: Runtime, tx: Tx, agent: Agent, once: Once, answer: Sequence[tuple[str | None, str]]
) -> None:
    """Record the answer in the transaction that it tells of."""
    now = runtime.clock.now()
    day, secret = secret_of_today(runtime, tx)
    idempotency.add(
        tx,
        agent.agent_key,
        _token(runtime, agent, once),
        day,
        _digest(secret, once),
        json.dumps(answer),
        now,
    )


def secret_of_today(runtime: Safe, tx: Tx) -> tuple[str, bytes]:
    """The day and its secret, made when it is the first use of the day; both go after the next."""
    day = runtime.clock.now().date().isoformat()
    row = idempotency.day_key(tx, day)
    if row is None:
        lock(tx, "idempotency day")
        row = idempotency.day_key(tx, day)
    if row is None:
        # Locked, or its key could be replaced meanwhile without this slot.
        service = agents.service(tx, lock=True)
        [key] = runtime.keyring.allocate(service.agent_key, service.wrapped_key, 1)
        idempotency.add_day(tx, day, key.slot)
        slot = key.slot
    else:
        slot = row.key_slot
    secret = _secret(runtime, tx, day, slot)
    assert secret is not None, "a day's key lives as long as its row"
    return day, secret


def secret_of(runtime: Safe, tx: Tx, day: str) -> bytes | None:
    """The secret of an earlier day, None once it was destroyed."""
    row = idempotency.day_key(tx, day)
    return None if row is None else _secret(runtime, tx, day, row.key_slot)


def _token(runtime: Runtime, agent: Agent, once: Once) -> bytes:
    return runtime.keyring.token(agent.tenant, "idempotency", f"{once.key_id} {once.value}")


def _secret(runtime: Safe, tx: Tx, day: str, slot: int | None) -> bytes | None:
    """The day's secret; in tier `store`, which seals nothing, one derived from the root key."""
    if slot is None:
        return runtime.keyring.digest("idempotency", day.encode())
    service = agents.service(tx)
    key = runtime.keyring.keys(service.agent_key, service.wrapped_key, [slot]).get(slot)
    return None if key is None else key.secret


def _digest(secret: bytes, once: Once) -> bytes:
    return hmac.new(secret, once.body, sha256).digest()
