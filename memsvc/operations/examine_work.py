"""Work that a running service would have done by now."""

from __future__ import annotations

from datetime import datetime, timedelta

from memsvc.core.finding import Finding, ok, warning
from memsvc.core.forget_request import OVERDUE, RequestStatus
from memsvc.operations.purge import GIVEN_UP, RECORDS_KEPT
from memsvc.store import forget_requests, health, idempotency, state
from memsvc.store.database import Database

WORK = "work"

FOREVER = "9999-12-31"

PATIENCE = timedelta(minutes=5)
"""So much later than it is due work may come: a large purge, a long rotation."""

RUN = (
    "Is the service running? If it is, look for `job_failed` in its log; if not, start it: it does "
    "this first."
)


LOOK = (
    "GET /v1/forget-requests?status=failed shows what is left (`verifier`); mend that and POST "
    "…/verify. Those past their time wait for a decision, or for what `waits_for` names."
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
        requests = {
            "forget requests that failed": forget_requests.counted(tx).get(RequestStatus.FAILED, 0),
            "forget requests past their time": forget_requests.alarmed(tx).get(OVERDUE, 0),
        }
        old_days = idempotency.has_days(tx, (late - RECORDS_KEPT).date().isoformat(), FOREVER)
    found = [f"{what}: {count}" for what, count in overdue.items() if count]
    for how, (noted, until) in purges.items():
        if noted is not None and datetime.fromisoformat(noted) < until:
            found.append(f"a purge was {how} at {noted}")
    if old_days:
        found.append("records of requests are older than a day")
    waiting = [f"{what}: {count}" for what, count in requests.items() if count]
    told = [warning(WORK, one, RUN) for one in found]
    told += [warning(WORK, one, LOOK) for one in waiting]
    return told or [ok(WORK, "nothing is overdue")]
