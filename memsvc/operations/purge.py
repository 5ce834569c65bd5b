"""Purge: finish destroying keys, and give freed pages and the log back."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from memsvc.runtime import Runtime
from memsvc.store import agents, idempotency, journals, shreddings, state
from memsvc.store.transaction import Tx

VACUUM_UP_TO_BYTES = 64 * 2**20
"""Sealed databases beyond this are not rewritten: their freed pages are unreadable anyway."""

GIVEN_UP = timedelta(minutes=10)
"""A purge that was begun so long ago and is not over failed, or died with its process."""

JOURNAL_KEPT = 25_000
"""Changes by which an index may be behind: one that is further is built anew."""
TRIMMED_AT_ONCE = 5_000
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
    or when `purge_now` could not (the next call tries again)."""
    finish_shreddings(runtime)
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        due, begun = state.get(tx, state.PURGE_DUE), state.get(tx, state.PURGE_BEGUN)
    if not _is_past(due, after, now) and not _is_past(begun, GIVEN_UP, now):
        return False
    return purge_now(runtime)


def purge_now(runtime: Runtime) -> bool:
    """Purge whatever is noted; False when a reader held the log or an index: it stays owed then.

    For who must know that it was done after what they erased. Another purge may be under way, or
    have died with its process: done twice it does no harm.
    """
    finish_shreddings(runtime)
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        due, begun = state.get(tx, state.PURGE_DUE), state.get(tx, state.PURGE_BEGUN)
    tidy = runtime.large is None or runtime.large.tidy(runtime)
    if not tidy or not runtime.database.let_log_go():
        # In vain as yet: nothing is written either, for the log would grow with each try.
        if due is None:
            runtime.database.write(partial(_owe, (begun or now.isoformat())))
        return False
    runtime.database.write(partial(_begin, now))
    # Part by part: no writer waits for all of a long journal.
    while runtime.database.write(_trim):
        continue
    small = runtime.database.size_bytes() <= VACUUM_UP_TO_BYTES
    # Where nothing is sealed, what is left in freed pages can be read.
    vacuum = runtime.keyring.tier == "store" or (small and not runtime.keyring.rotates)
    done = runtime.database.purge(vacuum=vacuum)
    runtime.database.write(partial(_end, None if done else due or begun or now.isoformat()))
    return done


def _is_past(noted: str | None, wait: timedelta, now: datetime) -> bool:
    if noted is None:
        return False
    age = now - datetime.fromisoformat(noted)
    # One noted in the future was noted by a clock that has been set back since.
    return not timedelta(0) <= age < wait


def _begin(now: datetime, tx: Tx) -> None:
    # An erasure from now on orders another purge; that this one is owed stays noted until its end.
    state.put(tx, state.PURGE_DUE, None)
    state.put(tx, state.PURGE_BEGUN, now.isoformat())


def _trim(tx: Tx) -> bool:
    return journals.trim_journals(tx, JOURNAL_KEPT, TRIMMED_AT_ONCE)


def _owe(since: str, tx: Tx) -> None:
    if state.get(tx, state.PURGE_DUE) is None:
        state.put(tx, state.PURGE_DUE, since)


def _end(still_due: str | None, tx: Tx) -> None:
    state.put(tx, state.PURGE_BEGUN, None)
    if still_due is not None:
        state.put(tx, state.PURGE_DUE, still_due)


def drop_idempotency_records(runtime: Runtime) -> None:
    """Erase records older than a day, and destroy their days' keys.

    Those of days to come go, too: a clock that was ahead for a while wrote them.
    """
    now = runtime.clock.now()
    kept = [(now + days).date().isoformat() for days in (-RECORDS_KEPT, RECORDS_KEPT)]

    def work(tx: Tx) -> list[int]:
        slots = idempotency.erase_days(tx, *kept)
        service = agents.service(tx).agent_key
        shreddings.order(tx, service, slots, now)
        if runtime.keyring.rotates:
            agents.order_rotation(tx, service, now)
        return slots

    with runtime.database.snapshot() as tx:
        if not idempotency.has_days(tx, *kept):
            return
    runtime.keyring.shred(runtime.database.write(work))
