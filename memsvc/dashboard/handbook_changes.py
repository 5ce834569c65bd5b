"""Pages: versions of a handbook, compared and rolled back to; and what would put it in order."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission, Principal, trust_of
from memsvc.dashboard.asked import text, whole
from memsvc.dashboard.differences import between
from memsvc.dashboard.links import HOME
from memsvc.dashboard.posted import Form
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.visits import pages, visit_of
from memsvc.errors import NotFound
from memsvc.operations.handbook.by import NO_VERSION, By
from memsvc.operations.handbook.consolidate import consolidate, plan
from memsvc.operations.handbook.go_back import roll_back
from memsvc.operations.handbook.read_book import differing, read_book, versions

PREFIX = f"{HOME}/agents/{{agent_id}}/handbook"
router = APIRouter(prefix=PREFIX, include_in_schema=False, route_class=pages(Permission.MEMORIES))
approval = APIRouter(prefix=PREFIX, include_in_schema=False, route_class=pages(Permission.APPROVAL))

PER_PAGE = 50
LARGEST = 10**9
ID_CHARS = 128


def by_of(principal: Principal, form: Form) -> By:
    """Who asks, how far they are believed, and of which words they speak: those of the form."""
    return By(principal.key_id, trust_of(principal, None, None), text(form, "words", ID_CHARS))


@router.get("/versions")
def list_versions(agent_id: str, request: Request) -> Response:
    """Every version, the newest first."""
    visit = visit_of(request)
    found = versions(read_book(visit.runtime, visit.scope))
    before = whole(request.query_params, "before", 1, LARGEST)
    left = [one for one in found if before is None or one.number < before]
    shown = left[:PER_PAGE]
    return rendered(
        request,
        "handbook_versions.html",
        versions=shown,
        is_first=before is None,
        before=shown[-1].number if len(left) > PER_PAGE else None,
        standing=len(found),
    )


@router.get("/versions/{number}")
def version(agent_id: str, number: str, request: Request) -> Response:
    """What a version changed, or differs in from any other, and what going back to it would do."""
    visit = visit_of(request)
    chosen = _number(number)
    book = read_book(visit.runtime, visit.scope)
    since = whole(request.query_params, "since", 0, LARGEST)
    since = max(chosen - 1, 0) if since is None else since
    return rendered(
        request,
        "handbook_version.html",
        number=chosen,
        info=next((one for one in versions(book) if one.number == chosen), None),
        since=since,
        changes=differing(book, since, chosen),
        going_back=differing(book, book.version, chosen),
        standing=book.version,
        between=between,
    )


@approval.post("/versions/{number}/rollback")
def go_back(agent_id: str, number: str, request: Request) -> Response:
    """Have every behavior be as it was then, if the version that stands is still the one seen."""
    visit = visit_of(request)
    standing = whole(visit.form, "standing", 0, LARGEST)
    by = by_of(visit.principal, visit.form)
    roll_back(visit.runtime, visit.scope, _number(number), by, standing)
    return moved("agents", agent_id, "handbook", done="handbook-rolled-back")


@router.get("/order")
def show_order(agent_id: str, request: Request) -> Response:
    """What would be merged, retired and put forward now; nothing is written."""
    visit = visit_of(request)
    planned = plan(visit.runtime, visit.scope)
    instructions = {
        name: line.instruction for name, line in read_book(visit.runtime, visit.scope).lines.items()
    }
    return rendered(request, "handbook_order.html", plan=planned.plan, instructions=instructions)


@router.post("/order")
def put_in_order(agent_id: str, request: Request) -> Response:
    """Do so, as one version."""
    visit = visit_of(request)
    done = consolidate(visit.runtime, visit.scope, by_of(visit.principal, visit.form))
    name = "handbook-in-order" if done.planned.plan else "handbook-was-in-order"
    return moved("agents", agent_id, "handbook", done=name)


def _number(number: str) -> int:
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound(NO_VERSION)
    return int(number)
