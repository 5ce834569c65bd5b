"""Resume: requests go on from the first step that is not done, whoever left them there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from memsvc.core.audit import Action
from memsvc.core.forget_request import OVER, UNDER_WAY, RequestStatus, Step, alarm_at
from memsvc.errors import MemsvcError
from memsvc.operations.forgetting import carry_out
from memsvc.operations.forgetting.close import close, outlive_backups
from memsvc.operations.forgetting.prepare import prepare
from memsvc.operations.forgetting.progress import (
    Stopped,
    Waits,
    finish,
    is_done,
    note,
    under_way,
    wait,
)
from memsvc.operations.forgetting.verify import Left, verify
from memsvc.operations.forgetting.words import open_words
from memsvc.runtime import Runtime
from memsvc.store import forget_requests, restrictions
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx

log: Any = structlog.get_logger("memsvc.forgetting")

CLAIM = "forgetting"


def let_tombstones_stand(runtime: Runtime, request: RequestRow) -> None:
    """They have stood since before anything was erased; from here on they are all there is."""
    finish(runtime, request.holder, Step.TOMBSTONE)


STEPS: Mapping[Step, Callable[[Runtime, RequestRow], None]] = {
    Step.PREPARE: prepare,
    Step.SHRED: carry_out.shred,
    Step.ERASE: carry_out.erase_rows,
    Step.INDEX: carry_out.follow,
    Step.PURGE: carry_out.purge,
    Step.TOMBSTONE: let_tombstones_stand,
    Step.BACKUP: outlive_backups,
    Step.VERIFY: verify,
    Step.RECEIPT: close,
}
"""What is left to do once a request is restricted, in order."""


def _never() -> bool:
    return False


def resume(runtime: Runtime, stopping: Callable[[], bool] = _never) -> int:
    """Take every request that is under way as far as it goes; how many were there.

    One process at a time does this, whichever comes first; should it die, another goes on. Once it
    is `stopping`, the step under way is the last. Raises what the first raised that failed, once
    all others had their turn.
    """
    with runtime.database.snapshot() as tx:
        waiting = forget_requests.standing(tx, UNDER_WAY)
    if not waiting:
        return 0
    with runtime.database.claim(CLAIM) as claimed:
        if not claimed:
            return 0
        failures = [_failure_of(runtime, request.holder, stopping) for request in waiting]
    for failure in filter(None, failures):
        raise failure
    return len(waiting)


def _failure_of(runtime: Runtime, holder: int, stopping: Callable[[], bool]) -> Exception | None:
    """Take a request as far as it goes; what went wrong, for nobody's turn depends on another's."""
    try:
        advance(runtime, holder, stopping)
    except Exception as error:  # noqa: BLE001 - raised once the others had their turn
        return error
    return None


def advance(runtime: Runtime, holder: int, stopping: Callable[[], bool] = _never) -> None:
    """Take one request as far as it goes."""
    try:
        for step, work in STEPS.items():
            if stopping():
                return
            with runtime.database.snapshot() as tx:
                request = forget_requests.by_holder(tx, holder)
            if request.status not in UNDER_WAY or _is_wordless(runtime, request):
                return
            if not is_done(request, step):
                work(runtime, request)
    except Stopped:
        return
    except Waits as waits:
        _unless_stopped(partial(wait, runtime, holder, waits))
    except Left as left:
        log.error("forget_request_failed", reason="something_left")
        _unless_stopped(partial(fail, runtime, holder, left))
    except MemsvcError as error:
        # A full disk, a database that does not answer: the next tick tries again.
        with suppress(MemsvcError):
            _unless_stopped(partial(wait, runtime, holder, Waits(error.code)))
        raise
    except Exception:
        # Tried again on every tick all the same; but whoever asks is told that it does not go on.
        with suppress(MemsvcError):
            _unless_stopped(partial(wait, runtime, holder, Waits("internal")))
        raise


def _is_wordless(runtime: Runtime, request: RequestRow) -> bool:
    """Whether its words are gone before it is verified: the data was put back from before.

    The ledger has repeated the erasure by then, and the receipt was given at its first end. Should
    something be left all the same, somebody has to look.
    """
    if is_done(request, Step.VERIFY):
        return False

    def work(tx: Tx) -> None:
        standing = under_way(tx, request.holder)
        left = restrictions.count(tx, request.holder)
        status = RequestStatus.FAILED if left else RequestStatus.CANCELLED
        told = {"code": "carried_out_before", "requests": []}
        progress = {
            **standing.progress,
            "waits_for": told,
            "before_failure": standing.status.value,
        }
        forget_requests.change(tx, request.holder, {"status": status, "progress": progress})
        note(runtime, tx, standing, status)

    with runtime.database.snapshot() as tx:
        if open_words(runtime, tx, request) is not None:
            return False
    runtime.database.write(work)
    return True


def fail(runtime: Runtime, holder: int, left: Left) -> None:
    """Write down that something is left: the request is not closed before somebody has looked."""

    def work(tx: Tx) -> None:
        request = forget_requests.by_holder(tx, holder, lock=True)
        if request.status not in UNDER_WAY:
            raise Stopped
        verdict = {name: getattr(left.verdict, name) for name in left.verdict.__slots__}
        progress = {
            **request.progress,
            "before_failure": request.status.value,
            "verifier": verdict,
        }
        values = {"status": RequestStatus.FAILED, "progress": progress}
        forget_requests.change(tx, holder, values)
        note(runtime, tx, request, RequestStatus.FAILED)

    runtime.database.write(work)


def _unless_stopped(work: Callable[[], None]) -> None:
    try:
        work()
    except Stopped:
        return


def raise_alarms(runtime: Runtime) -> int:
    """Say once, in log and audit, which open requests have used 50, 80 or all of their time."""
    now = runtime.clock.now()
    open_ = frozenset(RequestStatus) - OVER
    with runtime.database.snapshot() as tx:
        standing = forget_requests.standing(tx, open_)
    raised = 0
    for request in standing:
        alarm = alarm_at(request.received_at, request.due_at, now)
        if alarm > request.alarm and runtime.database.write(_alarm(runtime, request, alarm)):
            log.warning("forget_request_due", request_id=request.id, used_percent=alarm)
            raised += 1
    return raised


def _alarm(runtime: Runtime, request: RequestRow, alarm: int) -> Callable[[Tx], bool]:
    def work(tx: Tx) -> bool:
        standing = forget_requests.by_holder(tx, request.holder, lock=True)
        if standing.status in OVER or standing.alarm >= alarm:
            return False
        forget_requests.change(tx, request.holder, {"alarm": alarm})
        note(runtime, tx, standing, Action.FORGET_ALARM, used_percent=alarm)
        return True

    return work
