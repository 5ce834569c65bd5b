"""Route: memories as one block of text for a prompt."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request

from memsvc.api.answers import Json, context_json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.context import ContextAnswer, ContextBody
from memsvc.core.access import Permission
from memsvc.operations.compose import compose

router = APIRouter(
    prefix="/v1/agents/{agent_id}", tags=["search"], route_class=guarded(Permission.MEMORIES)
)


@router.post("/context", response_model=ContextAnswer, responses=documented(404))
def compose_context(agent_id: AgentId, body: ContextBody, request: Request) -> Json:
    """Compose what is remembered into one text for a prompt, under a budget of tokens.

    Memories are taken best first, as the search ranks them, and shown by kind and time: behaviors,
    facts, then what happened. Each record is one line with a mark such as `[1]`, cited in
    `citations`. Stored text is shown as data: line breaks, angle brackets, marks and invisible
    signs in it are replaced, so that no record can pass for the frame, a heading or another record.
    """
    call = call_of(request)
    began = time.perf_counter()
    context, hits = compose(call.runtime, call.scope, body.asked(body.limit), body.token_budget)
    call.composed(body.mode, hits, context.tokens, time.perf_counter() - began)
    return Json(context_json(context))
