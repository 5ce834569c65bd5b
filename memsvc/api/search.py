"""Route: search."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from memsvc.api.answers import Json, hits_json
from memsvc.api.auth import AgentId, Call, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.search import SearchAnswer, SearchBody
from memsvc.core.access import Permission
from memsvc.operations.question import Asked, Mode
from memsvc.operations.search import Hits, search

router = APIRouter(
    prefix="/v1/agents/{agent_id}", tags=["search"], route_class=guarded(Permission.MEMORIES)
)


@router.post("/search", response_model=SearchAnswer, responses=documented(404))
async def search_memories(agent_id: AgentId, body: SearchBody, request: Request) -> Json:
    """Find memories by meaning and by words, within the filters. Reading changes nothing."""
    call = call_of(request)
    began = time.perf_counter()
    hits = await found_for(call, Asked(call.scope, body.asked(body.limit)))
    seconds = time.perf_counter() - began
    call.searched(body.mode, hits, seconds)
    return Json(hits_json(hits, seconds * 1e3, explain=body.explain))


async def found_for(call: Call, asked: Asked) -> Hits:
    """Asked together with others; alone where it takes long."""
    hits = None
    if asked.question.mode is not Mode.DEEP:
        hits = await call.running.searches.ask(asked)
    if hits is None:
        hits = await run_in_threadpool(search, call.runtime, asked.scope, asked.question)
    return hits
