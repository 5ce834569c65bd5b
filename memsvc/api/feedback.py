"""Routes: what became of memories, and which will fade."""

from __future__ import annotations

import base64
import binascii
import math
import struct
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.memories import IdempotencyKey
from memsvc.api.problems import documented
from memsvc.api.wire.feedback import (
    FeedbackAnswer,
    FeedbackBody,
    ForecastAnswer,
    ForecastQuery,
)
from memsvc.core.access import Permission
from memsvc.errors import InvalidRequest
from memsvc.operations.feedback import Told, give_feedback
from memsvc.operations.forecast import forecast
from memsvc.operations.once import Once
from memsvc.store.fading import After

router = APIRouter(
    prefix="/v1/agents/{agent_id}", tags=["feedback"], route_class=guarded(Permission.MEMORIES)
)

_CURSOR = struct.Struct(">dq")


@router.post("/feedback", response_model=FeedbackAnswer, responses=documented(404, 507))
async def tell_outcomes(
    agent_id: AgentId,
    body: FeedbackBody,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Json:
    """Tell what became of memories that a search gave you.

    Memories that are used fade more slowly, the more so the longer they had not been used; those
    that are contradicted fade faster. A burst of uses counts for little more than one.
    """
    call = call_of(request)
    once = None
    if idempotency_key is not None:
        once = Once(call.principal.key_id, idempotency_key, await request.body())
    told = [Told(one.memory_id, one.outcome) for one in body.items]
    updated = await run_in_threadpool(give_feedback, call.runtime, call.scope, told, once)
    call.measures.told([one.outcome for one in told])
    return Json({"updated": updated})


@router.get("/forecast", response_model=ForecastAnswer, responses=documented(404))
def read_forecast(
    agent_id: AgentId, request: Request, query: Annotated[ForecastQuery, Query()]
) -> Json:
    """List the memories that will fade below the threshold of their kind, soonest first.

    Unless they are used. What a budget (`max_memories`) archives is not foretold.
    """
    call = call_of(request)
    after = None if query.cursor is None else _opened_cursor(query.cursor)
    found = forecast(call.runtime, call.scope, query.days, after, query.limit)
    return Json(
        {
            "memories": [
                {
                    "id": one.id,
                    "kind": one.kind,
                    "retention": round(one.retention, 6),
                    "fades_at": one.fades_at,
                }
                for one in found.memories
            ],
            "counts": {kind.value: count for kind, count in found.counts.items()},
            "next_cursor": None if found.next_after is None else _cursor(found.next_after),
        }
    )


def _cursor(after: After) -> str:
    return base64.urlsafe_b64encode(_CURSOR.pack(*after)).decode().rstrip("=")


def _opened_cursor(cursor: str) -> After:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        after = After(*_CURSOR.unpack(raw))
    except (ValueError, binascii.Error, struct.error):
        after = After(math.nan, 0)
    if not math.isfinite(after.moment):
        raise InvalidRequest.at("cursor", "is not one that a forecast answered")
    return after
