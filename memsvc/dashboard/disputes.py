"""Page: what cannot all hold, side by side, and who decides."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.conflict import ConflictKind, Reason
from memsvc.dashboard.asked import text, word
from memsvc.dashboard.cursors import packed, unpacked
from memsvc.dashboard.links import HOME
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.visits import Visit, pages, visit_of
from memsvc.errors import InvalidRequest
from memsvc.operations.conflicts import After, list_conflicts
from memsvc.operations.resolve import Decider, resolve

router = APIRouter(
    prefix=f"{HOME}/agents/{{agent_id}}/disputes",
    include_in_schema=False,
    route_class=pages(Permission.MEMORIES),
)

PER_PAGE = 20
ID_CHARS = 128

KINDS: Mapping[ConflictKind, str] = {
    ConflictKind.DISPUTE: "disputed statements",
    ConflictKind.LINK: "told differently in conversations",
}
REASONS: Mapping[Reason, str] = {
    Reason.DECIDED: "A language model found that they contradict each other.",
    Reason.LESS_TRUSTED: "What was said later is trusted less than what was said before.",
    Reason.SAME_TIME: "All are true as of the same time, so none is the newer one.",
    Reason.CONVERSATION: "They were said in conversations, where nothing is hidden: "
    "searches show each with a note that another says otherwise.",
}


@router.get("")
def disputes(agent_id: str, request: Request) -> Response:
    """A page of conflicts, disputes first; each with all that speaks in it."""
    visit = visit_of(request)
    kind = word(request.query_params, "kind", ConflictKind)
    after = _after(request.query_params)
    page = list_conflicts(visit.runtime, visit.scope, kind, after, PER_PAGE)
    return rendered(
        request,
        "disputes.html",
        kinds=KINDS,
        kind=kind,
        shown=page.shown,
        reasons=REASONS,
        is_first=after is None,
        after=None if page.next_after is None else _address(page.next_after),
    )


@router.post("/{conflict_id}/keep")
def keep(agent_id: str, conflict_id: str, request: Request) -> Response:
    """Decide that one holds; it supersedes the others."""
    visit = visit_of(request)
    kept = text(visit.form, "memory_id", ID_CHARS)
    if kept is None:
        raise InvalidRequest.at("memory_id", "say which one holds")
    resolve(visit.runtime, visit.scope, conflict_id, kept, _decider(visit))
    return moved("agents", agent_id, "disputes", done="kept-one")


@router.post("/{conflict_id}/both")
def both(agent_id: str, conflict_id: str, request: Request) -> Response:
    """Decide that all of them may hold."""
    visit = visit_of(request)
    resolve(visit.runtime, visit.scope, conflict_id, None, _decider(visit))
    return moved("agents", agent_id, "disputes", done="kept-all")


def _decider(visit: Visit) -> Decider:
    """Who decides, about what the form showed them."""
    seen = [one.partition(" ") for one in visit.form.all("seen")]
    if not all(
        version.isascii() and version.isdigit() and len(version) < 10 for version, *_ in seen
    ):
        raise InvalidRequest.at("seen", "is not what a page listed")
    return Decider(
        visit.principal.key_id,
        visit.principal.may(Permission.APPROVAL),
        {id_: int(version) for version, _, id_ in seen},
    )


def _after(query: Mapping[str, str]) -> After | None:
    kind, number = word(query, "after", ConflictKind), unpacked(query.get("cursor"))
    if kind is None and number is None:
        return None
    if kind is None or number is None:
        raise InvalidRequest.at("cursor", "is not one that a list gave: go to its start")
    return After(kind, number)


def _address(after: After) -> dict[str, str | None]:
    return {"after": after.kind, "cursor": packed(after.number)}
