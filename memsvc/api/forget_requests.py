"""Routes: forget requests, for operators and admins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import Call, call_of, guarded
from memsvc.api.forgetting_answers import dry_run_json, request_json
from memsvc.api.orders import order_of
from memsvc.api.preview_answers import mentions_json, preview_json
from memsvc.api.problems import documented
from memsvc.api.wire.forget_previews import PreviewBody, PreviewWire
from memsvc.api.wire.forget_requests import (
    DryRunWire,
    ForgetRequestPage,
    ForgetRequestQuery,
    ForgetRequestWire,
    ReceiptWire,
)
from memsvc.api.wire.forgetting import (
    DecisionBody,
    ForgetRequestBody,
    RejectionBody,
)
from memsvc.core.access import Permission
from memsvc.core.forget_request import REQUEST_ID
from memsvc.errors import InvalidRequest
from memsvc.operations.forgetting import decide
from memsvc.operations.forgetting.mentions import mentions_beside
from memsvc.operations.forgetting.preview import preview
from memsvc.operations.forgetting.read import get_receipt, get_request, list_requests
from memsvc.operations.forgetting.receive import dry_run, receive
from memsvc.store.forget_requests import RequestRow

router = APIRouter(
    prefix="/v1/forget-requests",
    tags=["forget requests"],
    route_class=guarded(Permission.FORGET_REQUESTS),
)

RequestId = Annotated[
    str, Path(description="The request.", pattern=REQUEST_ID, examples=["req-2026-017"])
]
_DECIDED = documented(404, 409, 507)


@router.post(
    "",
    status_code=202,
    response_model=ForgetRequestWire,
    responses={
        200: {"model": DryRunWire, "description": "What it would come to; nothing was done."},
        **documented(409, 507),
    },
)
def order_erasure(body: ForgetRequestBody, request: Request) -> Json:
    """Order the erasure of people, memories, sessions or an agent.

    From the 202 on nobody is shown any of it (in mode `two_phase`: from the confirmation on);
    erasing, purging and verifying follow by themselves, whatever happens to the service. The same
    `id` and order again answers how far it is, until it is over: then 409.
    """
    call = call_of(request)
    order = order_of(body)
    if body.dry_run:
        tenant = call.principal.tenant
        mentions = mentions_beside(call.runtime, tenant, order, body.mentions_after or "")
        found = dry_run(call.runtime, tenant, order)
        return Json(dry_run_json(found) | mentions_json(mentions))
    principal = call.principal
    row = receive(call.runtime, principal.tenant, principal.key_id, order, body.id)
    return _answered(call, row, status=202)


@router.post("/preview", response_model=PreviewWire, responses=documented())
def preview_request(body: PreviewBody, request: Request) -> Json:
    """Read a request in plain words and show what it would come to; nothing is done.

    Post the `proposal` to have it done: it waits to be confirmed.
    """
    call = call_of(request)
    found = preview(
        call.runtime, call.principal.tenant, body.text, body.agent_id, body.reference_time
    )
    return Json(preview_json(found))


@router.get("", response_model=ForgetRequestPage, responses=documented())
def list_page(request: Request, query: Annotated[ForgetRequestQuery, Query()]) -> Json:
    """List forget requests, newest first."""
    call = call_of(request)
    after = None if query.cursor is None else _opened(query.cursor)
    statuses = () if query.status is None else (query.status,)
    # One more than asked for tells whether the list goes on.
    rows = list_requests(call.runtime, call.principal.tenant, statuses, after, query.limit + 1)
    shown = rows[: query.limit]
    following = _cursor(shown[-1]) if len(rows) > query.limit else None
    return Json(
        {
            "forget_requests": [request_json(call.runtime, one) for one in shown],
            "next_cursor": following,
        }
    )


@router.get("/{request_id}", response_model=ForgetRequestWire, responses=documented(404))
def read_request(request_id: RequestId, request: Request) -> Json:
    """Read how far a request is: its steps, clocks and counts."""
    call = call_of(request)
    return _answered(call, get_request(call.runtime, call.principal.tenant, request_id))


@router.get("/{request_id}/receipt", response_model=ReceiptWire, responses=documented(404, 409))
def read_receipt(request_id: RequestId, request: Request) -> Json:
    """The signed receipt: 409 until it exists.

    Check it offline with `memsvc verify-receipt`.
    """
    call = call_of(request)
    return Json(orjson.loads(get_receipt(call.runtime, call.principal.tenant, request_id)))


@router.post(
    "/{request_id}/confirm",
    status_code=202,
    response_model=ForgetRequestWire,
    responses=_DECIDED,
)
def confirm_request(request_id: RequestId, request: Request) -> Json:
    """Carry out a request of mode `two_phase`; from the 202 on nobody is shown any of it."""
    return _decided(request, request_id, decide.confirm, status=202)


@router.post("/{request_id}/cancel", response_model=ForgetRequestWire, responses=_DECIDED)
def cancel_request(request_id: RequestId, request: Request) -> Json:
    """Call a request off; only while nothing is erased yet."""
    return _decided(request, request_id, decide.cancel)


@router.post("/{request_id}/hold", response_model=ForgetRequestWire, responses=_DECIDED)
def hold_request(request_id: RequestId, body: DecisionBody, request: Request) -> Json:
    """Put what it means under a legal hold: hidden from everybody and kept, until released."""
    return _decided(request, request_id, decide.hold, body.reason)


@router.post("/{request_id}/release", response_model=ForgetRequestWire, responses=_DECIDED)
def release_request(request_id: RequestId, request: Request) -> Json:
    """End a legal hold; the request goes on from where it was."""
    return _decided(request, request_id, decide.release)


@router.post("/{request_id}/reject", response_model=ForgetRequestWire, responses=_DECIDED)
def reject_request(request_id: RequestId, body: RejectionBody, request: Request) -> Json:
    """Refuse a request; what it held back is shown again."""
    return _decided(request, request_id, decide.reject, body.reason)


@router.post("/{request_id}/extend", response_model=ForgetRequestWire, responses=_DECIDED)
def extend_request(request_id: RequestId, body: DecisionBody, request: Request) -> Json:
    """Take the longer time that the law allows, once: gdpr two months more, ccpa 45 days more."""
    return _decided(request, request_id, decide.extend, body.reason)


@router.post("/{request_id}/verify", response_model=ForgetRequestWire, responses=_DECIDED)
def verify_request(request_id: RequestId, request: Request) -> Json:
    """Have a request that failed go on: it is verified anew."""
    return _decided(request, request_id, decide.verify_again)


def _decided(
    request: Request,
    request_id: str,
    verb: Callable[..., RequestRow],
    *given: str | None,
    status: int = 200,
) -> Json:
    call = call_of(request)
    principal = call.principal
    row = verb(call.runtime, principal.tenant, principal.key_id, request_id, *given)
    return _answered(call, row, status=status)


def _answered(call: Call, row: RequestRow, status: int = 200) -> Json:
    return Json(request_json(call.runtime, row), status_code=status)


def _cursor(row: RequestRow) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([row.received_at, row.id])).decode()


def _opened(cursor: str) -> tuple[datetime, str]:
    try:
        held: Any = orjson.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        at, last = held
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error):
        raise _no_cursor() from None
    if moment.tzinfo is None or not isinstance(last, str):
        raise _no_cursor()
    return moment, last


def _no_cursor() -> InvalidRequest:
    return InvalidRequest.at("cursor", "is not one that a list answered")
