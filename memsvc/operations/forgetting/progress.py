"""Progress: how far a request is, written down step by step.

A request's progress holds numbers, codes and times, nothing personal: the steps that are done and
when, counts, what it waits for, and what the proof needs to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from memsvc.core import audit
from memsvc.core.forget_request import REACHED, UNDER_WAY, RequestStatus, Step
from memsvc.operations.audit import record
from memsvc.runtime import Safe
from memsvc.store import forget_requests
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx


class Waits(Exception):
    """A step cannot end yet: a code that says what for, and the ids of requests that keep it."""

    def __init__(self, code: str, *ids: str) -> None:
        super().__init__(code)
        self.code = code
        self.ids = ids


class Stopped(Exception):
    """Somebody decided otherwise meanwhile: the service is not to go on with the request."""


def note(
    safe: Safe,
    tx: Tx,
    request: RequestRow,
    event: RequestStatus | audit.Action,
    actor: str = audit.SERVICE,
    **detail: audit.Code,
) -> None:
    """Record in the audit log what a request has come to."""
    action = event if isinstance(event, audit.Action) else audit.Action(f"forget.{event}")
    record(safe, tx, request.tenant, audit.Act(actor, action, request.id, detail=detail))


def under_way(tx: Tx, holder: int) -> RequestRow:
    """The request, locked; raises Stopped when it was held, cancelled or is over."""
    request = forget_requests.by_holder(tx, holder, lock=True)
    if request.status not in UNDER_WAY:
        raise Stopped
    return request


def is_done(request: RequestRow, step: Step) -> bool:
    """Whether the step was gone through."""
    return step in request.progress.get("steps", {})


def has_begun(request: RequestRow, step: Step) -> bool:
    """Whether the step was begun, done or not."""
    return is_done(request, step) or step in request.progress.get("begun", ())


def with_steps(
    progress: Mapping[str, Any], now: datetime, *steps: Step, **noted: Any
) -> dict[str, Any]:
    """Progress with these steps done, and what else is noted; nothing is waited for any more."""
    done = {**progress.get("steps", {}), **{step.value: now.isoformat() for step in steps}}
    kept = {name: value for name, value in progress.items() if name != "waits_for"}
    return {**kept, **noted, "steps": done}


def begin(safe: Safe, holder: int, step: Step) -> RequestRow:
    """Write down that a step which cannot be taken back has begun; the request as it stands."""

    def work(tx: Tx) -> RequestRow:
        request = under_way(tx, holder)
        if not has_begun(request, step):
            begun = [*request.progress.get("begun", ()), step.value]
            forget_requests.change(tx, holder, {"progress": {**request.progress, "begun": begun}})
        return forget_requests.by_holder(tx, holder)

    return safe.database.write(work)


def finish(
    safe: Safe,
    holder: int,
    step: Step,
    also: Callable[[Tx, RequestRow], Mapping[str, Any]] = lambda _tx, _request: {},
) -> RequestRow:
    """Write down that a step is done, and do what else belongs to it in the same transaction."""

    def work(tx: Tx) -> RequestRow:
        request = under_way(tx, holder)
        noted = also(tx, request)
        request = forget_requests.by_holder(tx, holder)
        now = safe.clock.now()
        status = REACHED.get(step, _standing(request))
        progress = with_steps(request.progress, now, step, **noted)
        forget_requests.change(tx, holder, {"progress": progress, "status": status})
        if step in REACHED:
            note(safe, tx, request, status)
        return forget_requests.by_holder(tx, holder)

    return safe.database.write(work)


def _standing(request: RequestRow) -> RequestStatus:
    """The status by the steps that are done: of a request that waits for nothing."""
    reached = [REACHED[step] for step in Step if step in REACHED and is_done(request, step)]
    return reached[-1] if reached else request.status


def wait(safe: Safe, holder: int, waits: Waits) -> None:
    """Write down what a request waits for; one that other requests keep is `partial`."""

    def work(tx: Tx) -> None:
        request = under_way(tx, holder)
        told = {"code": waits.code, "requests": list(waits.ids)}
        if request.progress.get("waits_for") == told:
            return
        status = RequestStatus.PARTIAL if waits.ids else _standing(request)
        progress = {**request.progress, "waits_for": told}
        forget_requests.change(tx, holder, {"progress": progress, "status": status})
        if status is RequestStatus.PARTIAL:
            note(safe, tx, request, status)

    safe.database.write(work)
