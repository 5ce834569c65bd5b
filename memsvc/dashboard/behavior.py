"""Page: one behavior, what it is worth, what happened to it, and what can be decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.handbook.line import BehaviorStatus, Line, words_of
from memsvc.core.handbook.offered import LEAST_OFFERS
from memsvc.dashboard import worths
from memsvc.dashboard.asked import whole
from memsvc.dashboard.differences import between
from memsvc.dashboard.handbook_changes import LARGEST, PREFIX, by_of
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.visits import pages, visit_of
from memsvc.errors import NotFound
from memsvc.operations.handbook.by import NO_BEHAVIOR, NO_VERSION
from memsvc.operations.handbook.decide import approve, retire
from memsvc.operations.handbook.go_back import put_back
from memsvc.operations.handbook.read_book import Happened, happened, read_book
from memsvc.operations.handbook.report import report

router = APIRouter(
    prefix=f"{PREFIX}/{{name}}", include_in_schema=False, route_class=pages(Permission.MEMORIES)
)
approval = APIRouter(
    prefix=f"{PREFIX}/{{name}}", include_in_schema=False, route_class=pages(Permission.APPROVAL)
)


@dataclass(frozen=True, slots=True)
class Step:
    """A change, the line before it, and whether the line could be put back to what it was then."""

    change: Happened
    before: Line | None
    leads_back: bool


@router.get("")
def behavior(agent_id: str, name: str, request: Request) -> Response:
    """How it stands, what it is worth, and each of its versions with what was changed."""
    visit = visit_of(request)
    book = read_book(visit.runtime, visit.scope)
    line = book.lines.get(name)
    if line is None:
        raise NotFound(NO_BEHAVIOR)
    told = report(visit.runtime, visit.scope).lines
    past = happened(book, name)
    then = {one.version: one.line for one in past}
    since, until = _compared(request, list(then))
    return rendered(
        request,
        "behavior.html",
        line=line,
        words=book.memory_of(line).id,
        worth=next((one.worth for one in told if one.line.name == name), None),
        steps=_steps(past, line),
        versions=list(then),
        since=since,
        until=until,
        older=then[since],
        newer=then[until],
        least=LEAST_OFFERS,
        worths=worths,
        between=between,
    )


@approval.post("/approve")
def vouch(agent_id: str, name: str, request: Request) -> Response:
    """Have it offered, as it stands."""
    visit = visit_of(request)
    approve(visit.runtime, visit.scope, name, by_of(visit.principal, visit.form))
    return _back(request, name, "behavior-approved")


@router.post("/retire")
def take_out(agent_id: str, name: str, request: Request) -> Response:
    """Have it offered no more."""
    visit = visit_of(request)
    retire(visit.runtime, visit.scope, name, by_of(visit.principal, visit.form))
    return _back(request, name, "behavior-retired")


@router.post("/putback")
def lead_back(agent_id: str, name: str, request: Request) -> Response:
    """Give it back what it was in a version, or before its last change."""
    visit = visit_of(request)
    version = whole(visit.form, "version", 1, LARGEST)
    put_back(visit.runtime, visit.scope, name, by_of(visit.principal, visit.form), version)
    return _back(request, name, "behavior-put-back")


def _back(request: Request, name: str, done: str) -> Response:
    """To the page that the form was on."""
    visit = visit_of(request)
    step = () if visit.form.get("on") == "list" else (name,)
    return moved("agents", visit.scope.agent_id, "handbook", *step, done=done)


def _compared(request: Request, numbers: Sequence[int]) -> tuple[int, int]:
    """The versions to compare; the last two where none are named."""
    since = whole(request.query_params, "since", 1, LARGEST)
    until = whole(request.query_params, "until", 1, LARGEST)
    chosen = (
        numbers[max(len(numbers) - 2, 0)] if since is None else since,
        numbers[-1] if until is None else until,
    )
    if not set(chosen) <= set(numbers):
        raise NotFound(NO_VERSION)
    return chosen


def _steps(past: Sequence[Happened], now: Line) -> list[Step]:
    """The changes, the newest first."""
    found, before = [], None
    for at, one in enumerate(past):
        is_last_of_version = at + 1 == len(past) or past[at + 1].version != one.version
        found.append(Step(one, before, is_last_of_version and _leads_back(one.line, now)))
        before = one.line
    return found[::-1]


def _leads_back(then: Line | None, now: Line) -> bool:
    if then is None:
        return False
    is_retired = BehaviorStatus.RETIRED in (then.status, now.status)
    return words_of(then) != words_of(now) or (is_retired and then.status is not now.status)
