"""Page: one forget request, its steps as they happen, what may be decided, and its receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.forget_request import Step
from memsvc.core.proof import unreadable_at
from memsvc.dashboard.asked import text
from memsvc.dashboard.links import HOME
from memsvc.dashboard.orders import REASON_CHARS
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.visits import Visit, pages, visit_of
from memsvc.errors import InvalidRequest, NotFound
from memsvc.operations.forgetting import decide
from memsvc.operations.forgetting.read import get_receipt, get_request
from memsvc.operations.forgetting.standing import (
    Decision,
    done_at,
    goes_on,
    open_decisions,
    steps_of,
)
from memsvc.store.forget_requests import RequestRow

router = APIRouter(
    prefix=f"{HOME}/forget/requests/{{request_id}}",
    include_in_schema=False,
    route_class=pages(Permission.FORGET_REQUESTS),
)

_VERBS: Mapping[Decision, Callable[..., RequestRow]] = {
    Decision.CONFIRM: decide.confirm,
    Decision.CANCEL: decide.cancel,
    Decision.HOLD: decide.hold,
    Decision.RELEASE: decide.release,
    Decision.REJECT: decide.reject,
    Decision.EXTEND: decide.extend,
    Decision.VERIFY: decide.verify_again,
}
_WITH_REASON = frozenset({Decision.HOLD, Decision.REJECT, Decision.EXTEND})

EXPLAINED: Mapping[Step, str] = {
    Step.RESOLVE: "find what the order means",
    Step.RESTRICT: "hide it from everybody",
    Step.PREPARE: "derive anew what others still support, redact, take samples for the proof",
    Step.SHRED: "destroy the keys",
    Step.ERASE: "delete the rows",
    Step.INDEX: "take it out of the indexes",
    Step.PURGE: "purge files and logs",
    Step.TOMBSTONE: "keep it from being written again",
    Step.BACKUP: "write it into the ledger that no backup holds",
    Step.VERIFY: "try the surviving keys and search every file",
    Step.RECEIPT: "sign the receipt",
}


@router.get("")
def show(request_id: str, request: Request) -> Response:
    """How far it is; while it goes on the page asks again every second."""
    return _page(request, request_id)


def _page(
    request: Request, request_id: str, wrong: str = "", at: Decision | None = None
) -> Response:
    """The page; with what is wrong with a decision, nothing that was typed is lost."""
    visit = visit_of(request)
    row = get_request(visit.runtime, visit.principal.tenant, request_id)
    now = visit.runtime.clock.now()
    used = (now - row.received_at) / (row.due_at - row.received_at)
    return rendered(
        request,
        "forget_request.html",
        status=422 if wrong else 200,
        row=row,
        steps=steps_of(row),
        explained=EXPLAINED,
        used=max(0.0, used),
        goes_on=goes_on(row),
        decisions=open_decisions(row, now),
        unreadable=_unreadable(visit, row),
        wrong=wrong,
        at=at,
        typed=visit.form.get("reason", ""),
    )


def _unreadable(visit: Visit, row: RequestRow) -> dict[str, dict[str, datetime | str | None]]:
    """For each store `at` what time, or `once` what has happened, nothing erased can be read."""
    if Step.PURGE not in done_at(row):
        return {}
    runtime = visit.runtime
    tier, kind = runtime.keyring.tier, runtime.database.kind
    indexed = runtime.large is not None
    told = unreadable_at(row.progress["steps"], tier, kind, indexed=indexed)

    def moment(at: str | None) -> datetime | None:
        return None if at is None else datetime.fromisoformat(at)

    return {
        store: {"at": moment(one.get("at")), "once": one.get("once")} for store, one in told.items()
    }


@router.get("/receipt")
def receipt(request_id: str, request: Request) -> Response:
    """The signed receipt, as a file."""
    visit = visit_of(request)
    signed = get_receipt(visit.runtime, visit.principal.tenant, request_id)
    # The id is of a few plain signs, so it may stand in a header.
    name = f'attachment; filename="receipt-{request_id}.json"'
    return Response(signed, media_type="application/json", headers={"Content-Disposition": name})


@router.post("/{decision}")
def decided(request_id: str, decision: str, request: Request) -> Response:
    """Confirm, extend, hold, release, verify again, cancel or reject it."""
    visit = visit_of(request)
    if decision not in list(Decision):
        raise NotFound("There is no such page.")
    verb = Decision(decision)
    principal = visit.principal
    try:
        given = _given(visit, verb)
        _VERBS[verb](visit.runtime, principal.tenant, principal.key_id, request_id, *given)
    except InvalidRequest as error:
        return _page(request, request_id, error.detail, verb)
    return moved("forget", "requests", request_id, done=f"forget-{verb}")


def _given(visit: Visit, verb: Decision) -> tuple[str | None, ...]:
    """The reason, where the decision takes one."""
    if verb not in _WITH_REASON:
        return ()
    reason = text(visit.form, "reason", REASON_CHARS)
    if verb is Decision.REJECT and reason is None:
        raise InvalidRequest.at("reason", "say why: it is all that is kept of the request")
    return (reason,)
