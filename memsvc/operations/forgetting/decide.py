"""Decide: confirm, cancel, hold, release, reject, extend. Each once, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from memsvc.core.audit import Action
from memsvc.core.forget_request import (
    OVER,
    Act,
    Purpose,
    RequestStatus,
    Step,
    extended_due_at,
)
from memsvc.errors import NotFound, WrongState
from memsvc.operations.forgetting.hold_back import hold_back, let_go
from memsvc.operations.forgetting.progress import has_begun, note
from memsvc.operations.forgetting.receive import carry_out, restricted
from memsvc.operations.forgetting.resolve import resolve
from memsvc.operations.forgetting.words import (
    Words,
    destroy_words,
    open_words,
    reseal_words,
    seal_words,
    without_order,
)
from memsvc.runtime import Runtime
from memsvc.store import forget_requests
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx

WAITING = (RequestStatus.RECEIVED, RequestStatus.EXTENDED)
"""To be confirmed; nothing is held back yet."""


def confirm(runtime: Runtime, tenant: str, actor: str, request_id: str) -> RequestRow:
    """Carry out a request of mode `two_phase`, as of now. WrongState for one that does not wait."""

    def work(tx: Tx, request: RequestRow) -> RequestRow:
        _need(request, request.status in WAITING, "It was confirmed already, or is over.")
        note(runtime, tx, request, Action.FORGET_CONFIRMED, actor)
        return carry_out(runtime, tx, request, _words(runtime, tx, request).order, actor)

    return _decided(runtime, tenant, request_id, work)


def cancel(runtime: Runtime, tenant: str, actor: str, request_id: str) -> RequestRow:
    """Give everything back and destroy what the request says; while nothing is erased yet."""
    slots: list[int] = []

    def work(tx: Tx, request: RequestRow) -> RequestRow:
        _need(request, is_whole(request), "Erasing has begun: it cannot be taken back.")
        let_go(runtime, tx, request.holder)
        slots[:] = destroy_words(runtime, tx, request)
        return _now(runtime, tx, request, RequestStatus.CANCELLED, actor)

    request = _decided(runtime, tenant, request_id, work)
    runtime.keyring.shred(slots)
    return request


def hold(
    runtime: Runtime, tenant: str, actor: str, request_id: str, reason: str | None
) -> RequestRow:
    """Keep what is to be erased, hidden from everybody, until it is released: a legal hold."""

    def work(tx: Tx, request: RequestRow) -> RequestRow:
        _need(
            request,
            is_whole(request) and request.status is not RequestStatus.HELD,
            "It is held already, or erasing has begun.",
        )
        words = _words(runtime, tx, request)
        progress = dict(request.progress)
        if request.status in WAITING:
            plan = resolve(runtime, tx, tenant, words.order, lock=True)
            until = hold_back(runtime, tx, request, plan)
            progress = restricted(runtime, request, plan, until)
        progress["before_hold"] = request.status.value
        _decide(runtime, tx, request, words, reason)
        forget_requests.change(tx, request.holder, {"progress": progress})
        return _now(runtime, tx, request, RequestStatus.HELD, actor)

    return _decided(runtime, tenant, request_id, work)


def release(runtime: Runtime, tenant: str, actor: str, request_id: str) -> RequestRow:
    """End a hold: the request goes on from where it was."""

    def work(tx: Tx, request: RequestRow) -> RequestRow:
        _need(request, request.status is RequestStatus.HELD, "It is not held.")
        before = RequestStatus(request.progress["before_hold"])
        progress = dict(request.progress)
        if before in WAITING:
            let_go(runtime, tx, request.holder)
            kept = {name: told for name, told in progress.items() if name == "order"}
            progress = {"steps": {}, **kept}
            before = RequestStatus.EXTENDED if request.extended else RequestStatus.RECEIVED
        forget_requests.change(tx, request.holder, {"status": before, "progress": progress})
        note(runtime, tx, request, Action.FORGET_RELEASED, actor)
        return forget_requests.by_holder(tx, request.holder)

    return _decided(runtime, tenant, request_id, work)


def reject(runtime: Runtime, tenant: str, actor: str, request_id: str, reason: str) -> RequestRow:
    """Refuse a request and give everything back; the reason alone is kept, sealed anew."""
    slots: list[int] = []

    def work(tx: Tx, request: RequestRow) -> RequestRow:
        _need(request, is_whole(request), "Erasing has begun, or it is over.")
        let_go(runtime, tx, request.holder)
        words = without_order(_words(runtime, tx, request))
        # The order lies in old pages and in backups, too: its key goes.
        slots[:] = reseal_words(runtime, tx, request, replace(words, decision=reason))
        return _now(runtime, tx, request, RequestStatus.REJECTED, actor)

    request = _decided(runtime, tenant, request_id, work)
    runtime.keyring.shred(slots)
    return request


def extend(
    runtime: Runtime, tenant: str, actor: str, request_id: str, reason: str | None
) -> RequestRow:
    """Take the longer time that the law allows, once and before the first is over."""

    def work(tx: Tx, request: RequestRow) -> RequestRow:
        in_time = runtime.clock.now() <= request.due_at
        _need(
            request,
            not request.extended and in_time and request.status not in OVER,
            "It was extended already, is overdue, or is over.",
        )
        due = extended_due_at(request.regulation, request.received_at)
        _decide(runtime, tx, request, _words(runtime, tx, request), reason)
        values = {"extended": True, "due_at": due, "alarm": 0}
        forget_requests.change(tx, request.holder, values)
        standing = RequestStatus.EXTENDED if request.status in WAITING else request.status
        forget_requests.change(tx, request.holder, {"status": standing})
        note(runtime, tx, request, RequestStatus.EXTENDED, actor)
        return forget_requests.by_holder(tx, request.holder)

    return _decided(runtime, tenant, request_id, work)


def verify_again(runtime: Runtime, tenant: str, actor: str, request_id: str) -> RequestRow:
    """Have a request that failed, or that was purged and waits, go on."""

    def work(tx: Tx, request: RequestRow) -> RequestRow:
        _need(request, request.status is RequestStatus.FAILED, "It has not failed.")
        before = RequestStatus(request.progress["before_failure"])
        forget_requests.change(tx, request.holder, {"status": before})
        note(runtime, tx, request, Action.FORGET_RELEASED, actor, failed=True)
        return forget_requests.by_holder(tx, request.holder)

    return _decided(runtime, tenant, request_id, work)


def restrict_only(runtime: Runtime, tx: Tx, request: RequestRow, words: Words) -> RequestRow:
    """Hold back what an order means without ever erasing it (GDPR Art. 18)."""
    plan = resolve(runtime, tx, request.tenant, words.order, lock=True)
    until = hold_back(runtime, tx, request, plan, Act.KEEP)
    progress = restricted(runtime, request, plan, until)
    values = {"status": RequestStatus.HELD, "progress": progress}
    forget_requests.change(tx, request.holder, values)
    return forget_requests.by_holder(tx, request.holder)


def _decided(
    runtime: Runtime,
    tenant: str,
    request_id: str,
    work: Callable[[Tx, RequestRow], RequestRow],
) -> RequestRow:
    return runtime.database.write(partial(_found, tenant, request_id, work))


def _found(
    tenant: str, request_id: str, work: Callable[[Tx, RequestRow], RequestRow], tx: Tx
) -> RequestRow:
    request = forget_requests.find(tx, tenant, request_id, lock=True)
    if request is None or request.purpose is not Purpose.ERASURE:
        raise NotFound("No such forget request, or not one this key may use.")
    return work(tx, request)


def _need(request: RequestRow, allowed: bool, reason: str) -> None:
    if not allowed:
        raise WrongState(f"The request is {request.status}. {reason}")


def is_whole(request: RequestRow) -> bool:
    """Whether nothing was destroyed yet."""
    return request.status not in OVER and not has_begun(request, Step.SHRED)


def _words(runtime: Runtime, tx: Tx, request: RequestRow) -> Words:
    words = open_words(runtime, tx, request)
    if words is None:
        # It is about to be closed; or this database is older than the keys, which closed it once.
        raise WrongState(
            f"The request is {request.status}. What it says was destroyed already: nothing can be "
            "decided about it any more."
        )
    return words


def _decide(
    runtime: Runtime, tx: Tx, request: RequestRow, words: Words, reason: str | None
) -> None:
    sealed = seal_words(runtime, tx, request, replace(words, decision=reason))
    forget_requests.change(tx, request.holder, {"sealed": sealed})


def _now(
    runtime: Runtime, tx: Tx, request: RequestRow, status: RequestStatus, actor: str
) -> RequestRow:
    forget_requests.change(tx, request.holder, {"status": status})
    note(runtime, tx, request, status, actor)
    return forget_requests.by_holder(tx, request.holder)
