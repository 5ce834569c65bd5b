"""Read: forget requests as they stand, and their receipts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from memsvc.core.forget_request import OVER, Purpose, RequestStatus
from memsvc.errors import NotFound, WrongState
from memsvc.runtime import Safe
from memsvc.store import forget_requests
from memsvc.store.forget_requests import RequestRow


def get_request(safe: Safe, tenant: str, request_id: str) -> RequestRow:
    """One request; raises NotFound."""
    with safe.database.snapshot() as tx:
        found = forget_requests.find(tx, tenant, request_id)
    if found is None or found.purpose is not Purpose.ERASURE:
        raise NotFound("No such forget request, or not one this key may use.")
    return found


def get_receipt(safe: Safe, tenant: str, request_id: str) -> str:
    """The signed receipt as JSON; raises NotFound, and WrongState until it exists."""
    request = get_request(safe, tenant, request_id)
    if request.receipt is None:
        raise WrongState(f"The request is {request.status}: its receipt comes when it closes.")
    return request.receipt


def list_requests(
    safe: Safe,
    tenant: str,
    statuses: Collection[RequestStatus],
    after: tuple[datetime, str] | None,
    limit: int,
) -> list[RequestRow]:
    """Up to `limit` requests, newest first, beyond one by its time and id."""
    with safe.database.snapshot() as tx:
        return forget_requests.page(tx, tenant, statuses, after, limit)


def most_pressing(safe: Safe, tenant: str, most: int) -> list[RequestRow]:
    """Requests that are not over, those due first before the others; what is overdue leads."""
    going_on = [status for status in RequestStatus if status not in OVER]
    with safe.database.snapshot() as tx:
        found = forget_requests.standing(tx, going_on, tenant=tenant)
    return sorted(found, key=lambda one: one.due_at)[:most]
