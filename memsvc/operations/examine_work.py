"""Work that a running service would have done by now."""

from __future__ import annotations

from datetime import datetime, timedelta

from memsvc.core.finding import Finding, ok, warning
from memsvc.operations.purge import GIVEN_UP, RECORDS_KEPT
from memsvc.store import health, idempotency, state
from memsvc.store.database import Database

WORK = "work"

FOREVER = "9999-12-31"

PATIENCE = timedelta(minutes=5)
"""So much later than it is due work may come: a large purge, a long rotation."""

RUN = (
    "Is the service running? If it is, look for `job_failed` in its log; if not, start it: it does "
    "this first."
)


def examine_work(database: Database, now: datetime, purge_after: timedelta) -> list[Finding]:
    """What is overdue by more than `PATIENCE`."""
    late = now - PATIENCE
    with database.snapshot() as tx:
        purges = {
            "due": (state.get(tx, state.PURGE_DUE), late - purge_after),
            "begun and not ended": (state.get(tx, state.PURGE_BEGUN), late - GIVEN_UP),
        }
        overdue = {
            "keys ordered destroyed, perhaps still there": health.shreddings_since(tx, late),
            "expired memories not erased": health.expired_since(tx, late),
            "agents whose key is to be replaced": health.rotations_since(tx, late - purge_after),
        }
        old_days = idempotency.has_days(tx, (late - RECORDS_KEPT).date().isoformat(), FOREVER)
    found = [f"{what}: {count}" for what, count in overdue.items() if count]
    for how, (noted, until) in purges.items():
        if noted is not None and datetime.fromisoformat(noted) < until:
            found.append(f"a purge was {how} at {noted}")
    if old_days:
        found.append("records of requests are older than a day")
    return [warning(WORK, one, RUN) for one in found] or [ok(WORK, "nothing is overdue")]
