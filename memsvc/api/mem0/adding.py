"""Route: `add`."""

from __future__ import annotations

import time
from collections.abc import Sequence

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import guarded
from memsvc.api.mem0.answers import result_json
from memsvc.api.mem0.filters import APP
from memsvc.api.mem0.whose import TAGS, asking
from memsvc.api.mem0.wire.adding import AddBody, EntityIds, Mem0Message
from memsvc.api.mem0.wire.answers import Mem0Added
from memsvc.api.memories import IdempotencyKey, stored
from memsvc.api.problems import documented
from memsvc.core.access import Permission, Principal, channel_of, trust_of
from memsvc.core.memory import Draft, Event, Kind
from memsvc.operations.known import Written
from memsvc.operations.once import Once
from memsvc.operations.write import Offered

router = APIRouter(tags=[*TAGS], route_class=guarded(Permission.MEMORIES))

SILENT = Written(None, Event.REJECTED, reason="It says nothing.")


@router.post("/v3/memories/add/", response_model=Mem0Added, responses=documented(404, 409, 507))
async def add_memories(
    body: AddBody, request: Request, idempotency_key: IdempotencyKey = None
) -> Json:
    """Add messages, all or none: what is answered is stored, and found by the next search."""
    whose = asking(request)
    call, ids = whose.call, _ids(body)
    scope = whose.scope(ids.agent_id)
    once = None
    if idempotency_key is not None:
        once = Once(call.principal.key_id, idempotency_key, await request.body())
    said = [one for one in body.messages if one.content is not None]
    drafts = [_draft(one, body, ids, call.principal) for one in said]
    began = time.perf_counter()
    written = iter(await stored(call, Offered(scope, drafts, once)) if drafts else ())
    results = [SILENT if one.content is None else next(written) for one in body.messages]
    call.wrote(results, time.perf_counter() - began, scope)
    return Json(_added(body.messages, results, scope.agent_id, whose.default))


def _added(
    messages: Sequence[Mem0Message], results: Sequence[Written], agent_id: str, default: str
) -> dict[str, object]:
    return {
        "results": [
            result_json(result, one.content or "", agent_id, default)
            for one, result in zip(messages, results, strict=True)
        ],
        "status": "SUCCEEDED",
    }


def _ids(body: AddBody) -> EntityIds:
    """The ids, wherever they stand."""
    filters = body.filters or EntityIds()
    return EntityIds(
        user_id=body.user_id or filters.user_id,
        agent_id=body.agent_id or filters.agent_id,
        app_id=body.app_id or filters.app_id,
        run_id=body.run_id or filters.run_id,
    )


def _draft(one: Mem0Message, body: AddBody, ids: EntityIds, principal: Principal) -> Draft:
    assert one.content is not None, "it says something"
    metadata = body.metadata if ids.app_id is None else {**body.metadata, APP: ids.app_id}
    return Draft(
        content=one.content,
        kind=Kind.EPISODIC if body.infer else Kind.SEMANTIC,
        user_id=ids.user_id,
        session_id=ids.run_id,
        role=one.role,
        speaker=one.name,
        event_time=body.timestamp,
        trust=trust_of(principal, None, one.role),
        channel=channel_of(one.role),
        metadata=metadata,
        expires_at=body.expiration_date,
    )
