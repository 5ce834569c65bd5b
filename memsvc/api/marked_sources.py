"""Routes: sources that an operator does not trust, and what became of their memories."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.marked_sources import (
    MarkAnswer,
    MarkBody,
    MarkList,
    RollbackAnswer,
    UnmarkAnswer,
    UnmarkQuery,
)
from memsvc.api.wire.values import ID_PATTERN
from memsvc.core.access import Permission
from memsvc.operations.mark import Marked, Source, mark, marks, unmark
from memsvc.operations.roll_back import roll_back

router = APIRouter(
    prefix="/v1/agents/{agent_id}/marked-sources",
    tags=["marked sources"],
    route_class=guarded(Permission.APPROVAL),
)

MarkId = Annotated[str, Path(description="The mark.", pattern=ID_PATTERN, examples=["0f3c9a"])]


@router.post("", status_code=201, response_model=MarkAnswer, responses=documented(404, 507))
def mark_source(agent_id: AgentId, body: MarkBody, request: Request) -> Json:
    """Mark a source: what comes from it is stored, and kept in quarantine.

    That holds for what stands, too, and for what was derived from it: no search finds it, and it
    ends no other memory, until somebody approves it. A source that is marked keeps its mark.
    """
    call = call_of(request)
    source = Source(body.channel, body.user_id, body.session_id)
    done = mark(call.runtime, call.scope, source, call.principal.key_id)
    told = {"quarantined": done.quarantined, "demoted": done.demoted}
    return Json(_mark_json(done.marked) | told, status_code=201)


@router.get("", response_model=MarkList, responses=documented(404))
def list_marks(agent_id: AgentId, request: Request) -> Json:
    """List the marked sources of an agent."""
    call = call_of(request)
    found = marks(call.runtime, call.scope)
    return Json({"marked_sources": [_mark_json(one) for one in found]})


@router.delete("/{mark_id}", response_model=UnmarkAnswer, responses=documented(404, 507))
def take_mark_away(
    agent_id: AgentId, mark_id: MarkId, request: Request, query: Annotated[UnmarkQuery, Query()]
) -> Json:
    """Take a mark away: what comes from the source from then on is stored as from any other."""
    call = call_of(request)
    actor = call.principal.key_id
    released = unmark(call.runtime, call.scope, mark_id, actor, release=query.release)
    return Json({"released": released})


@router.post("/{mark_id}/rollback", response_model=RollbackAnswer, responses=documented(404, 507))
def roll_source_back(agent_id: AgentId, mark_id: MarkId, request: Request) -> Json:
    """Erase what came from a marked source and everything derived from it, for good.

    The mark stands: what still comes from there goes into quarantine.
    """
    call = call_of(request)
    actor = call.principal.key_id
    return Json({"erased": roll_back(call.runtime, call.scope, mark_id, actor)})


def _mark_json(one: Marked) -> dict[str, Any]:
    return {
        "id": one.id,
        "channel": one.source.channel,
        "user_id": one.source.user_id,
        "session_id": one.source.session_id,
        "marked_at": one.marked_at,
    }
