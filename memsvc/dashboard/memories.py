"""Page: what an agent remembers, listed or searched.

What is searched for, persons and sessions come in the bodies of forms alone: addresses lie about in
the histories of browsers and the logs of proxies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.memory import SEARCHED, Kind, Status
from memsvc.dashboard.asked import exact, text, whole, word
from memsvc.dashboard.cursors import packed, unpacked
from memsvc.dashboard.links import HOME, link
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.scores import drawn
from memsvc.dashboard.visits import Visit, pages, visit_of
from memsvc.operations.question import Mode, Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.search import search

router = APIRouter(prefix=HOME, include_in_schema=False, route_class=pages(Permission.MEMORIES))

PER_PAGE = 50
HITS = 20
MORE_HITS = 20
MOST_HITS = 200
QUERY_CHARS = 8_192


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form above the list asks for."""

    query: str | None
    mode: Mode
    kind: Kind | None
    status: Status | None
    user_id: str | None
    session_id: str | None
    hits: int
    cursor: str | None

    @classmethod
    def of_address(cls, query: Mapping[str, str]) -> Self:
        """What an address asks for: kinds, statuses and places in lists, never more."""
        kind, status = word(query, "kind", Kind), word(query, "status", Status)
        return cls(None, Mode.FAST, kind, status, None, None, HITS, query.get("cursor"))

    @classmethod
    def of_form(cls, form: Mapping[str, str]) -> Self:
        """What a form asks for; InvalidRequest names the field that is at fault."""
        return cls(
            text(form, "q", QUERY_CHARS),
            word(form, "mode", Mode) or Mode.FAST,
            word(form, "kind", Kind),
            word(form, "status", Status),
            exact(form, "user_id"),
            exact(form, "session_id"),
            whole(form, "hits", 1, MOST_HITS) or HITS,
            form.get("cursor"),
        )

    def address(self) -> dict[str, Any]:
        """Of it, what may stand in an address."""
        return {"kind": self.kind, "status": self.status}

    def fields(self, **more: Any) -> dict[str, Any]:
        """The fields of a form that asks for the same, and for more."""
        found = {
            "q": self.query,
            "mode": self.mode if self.query else None,
            **self.address(),
            "user_id": self.user_id,
            "session_id": self.session_id,
            **more,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def is_private(self) -> bool:
        """Whether it asks for what no address may tell."""
        return any((self.query, self.user_id, self.session_id))

    @property
    def is_filtered(self) -> bool:
        """Whether anything but a search narrows the list."""
        return any((self.kind, self.status, self.user_id, self.session_id))


@router.get("/agents/{agent_id}/memories")
def memories(agent_id: str, request: Request) -> Response:
    """A page of the list, newest first."""
    return _page(request, Asked.of_address(request.query_params))


@router.post("/agents/{agent_id}/memories")
def ask(agent_id: str, request: Request) -> Response:
    """A page of the list; of a search, best first, with what makes each score."""
    asked = Asked.of_form(visit_of(request).form)
    by_script = "hx-request" in request.headers
    if not (by_script or asked.is_private):
        return moved("agents", agent_id, "memories", **asked.address())
    response = _page(request, asked)
    if by_script:
        turn = "HX-Replace-Url" if asked.is_private else "HX-Push-Url"
        response.headers[turn] = link("agents", agent_id, "memories", **asked.address())
    return response


def _page(request: Request, asked: Asked) -> Response:
    visit = visit_of(request)
    found = _searched(visit, asked) if asked.query else _listed(visit, asked)
    return rendered(
        request, "memories.html", asked=asked, kinds=Kind, statuses=Status, modes=Mode, **found
    )


def _listed(visit: Visit, asked: Asked) -> dict[str, Any]:
    cursor = asked.cursor
    listing = Listing(
        asked.kind, asked.status, asked.user_id, asked.session_id, unpacked(cursor), PER_PAGE
    )
    page = list_memories(visit.runtime, visit.scope, listing)
    return {"hits": None, "page": page, "next": packed(page.next_before), "is_first": not cursor}


def _searched(visit: Visit, asked: Asked) -> dict[str, Any]:
    assert asked.query is not None
    hidden = asked.status is not None and asked.status not in SEARCHED
    question = Question(
        query=asked.query,
        kinds=(asked.kind,) if asked.kind else (),
        limit=asked.hits,
        user_id=asked.user_id,
        session_id=asked.session_id,
        include=(asked.status,) if hidden and asked.status else (),
        mode=asked.mode,
    )
    hits = search(visit.runtime, visit.scope, question)
    shown = [(one, drawn(one)) for one in hits.found]
    more = len(shown) == asked.hits < MOST_HITS
    return {
        "hits": shown,
        "deep": hits.deep,
        "also": asked.status if hidden else None,
        "more": min(asked.hits + MORE_HITS, MOST_HITS) if more else None,
    }
