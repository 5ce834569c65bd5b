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
from memsvc.operations.question import Asked, Mode, Question
from memsvc.operations.search import Hits, search

router = APIRouter(
    prefix="/v1/agents/{agent_id}", tags=["search"], route_class=guarded(Permission.MEMORIES)
)


@router.post("/search", response_model=SearchAnswer, responses=documented(404))
async def search_memories(agent_id: AgentId, body: SearchBody, request: Request) -> Json:
    """Find memories by meaning and by words, within the filters. Reading changes nothing."""
    call = call_of(request)
    began = time.perf_counter()
    hits = await _hits(call, body.asked(body.limit))
    call.measures.searched(body.mode, hits)
    took_ms = (time.perf_counter() - began) * 1e3
    return Json(hits_json(hits, took_ms, explain=body.explain))


async def _hits(call: Call, question: Question) -> Hits:
    """Asked together with others; alone where it takes long."""
    hits = None
    if question.mode is not Mode.DEEP:
        hits = await call.running.searches.ask(Asked(call.scope, question))
    if hits is None:
        hits = await run_in_threadpool(search, call.runtime, call.scope, question)
    return hits
