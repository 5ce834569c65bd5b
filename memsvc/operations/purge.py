"""Purge: finish destroying keys, and give freed pages and the log back."""

from __future__ import annotations

from datetime import datetime, timedelta

from memsvc.runtime import Runtime
from memsvc.store import agents, idempotency, shreddings, state
from memsvc.store.transaction import Tx

VACUUM_UP_TO_BYTES = 256 * 2**20
"""Sealed databases beyond this are not rewritten: their freed pages are unreadable anyway."""

JOURNAL_KEPT = 10_000
RECORDS_KEPT = timedelta(days=1)


def finish_shreddings(runtime: Runtime) -> int:
    """Destroy every key slot that an erasure ordered destroyed; returns how many were ordered.

    Idempotent: a slot that is destroyed already stays so.
    """
    with runtime.database.snapshot() as tx:
        slots = shreddings.ordered(tx)
    if slots:
        runtime.keyring.shred(slots)
        runtime.database.write(lambda tx: shreddings.done(tx, slots))
    return len(slots)


def purge(runtime: Runtime, after: timedelta) -> bool:
    """Purge once the oldest unpurged erasure is `after` old; False when there was nothing to do,
    or when a reader held the log (the next call tries again)."""
    finish_shreddings(runtime)
    with runtime.database.snapshot() as tx:
        due = state.get(tx, state.PURGE_DUE)
    if due is None or runtime.clock.now() - datetime.fromisoformat(due) < after:
        return False
    runtime.database.write(_begin)
    small = runtime.database.size_bytes() <= VACUUM_UP_TO_BYTES
    vacuum = small or runtime.keyring.tier == "store"
    if runtime.database.purge(vacuum=vacuum):
        return True
    runtime.database.write(lambda tx: state.put(tx, state.PURGE_DUE, due))
    return False


def _begin(tx: Tx) -> None:
    state.put(tx, state.PURGE_DUE, None)
    agents.trim_journals(tx, JOURNAL_KEPT)


def drop_idempotency_records(runtime: Runtime) -> None:
    """Erase records older than a day, and destroy their days' keys."""
    now = runtime.clock.now()
    before = (now - RECORDS_KEPT).date().isoformat()

    def work(tx: Tx) -> list[int]:
        slots = idempotency.erase_days(tx, before)
        service = agents.service(tx).agent_key
        shreddings.order(tx, service, slots, now)
        if runtime.keyring.rotates:
            agents.order_rotation(tx, service, now)
        return slots

    with runtime.database.snapshot() as tx:
        if not idempotency.has_days(tx, before):
            return
    runtime.keyring.shred(runtime.database.write(work))
