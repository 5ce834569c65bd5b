"""Route: search."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from memsvc.api.answers import Json, found_json
from memsvc.api.auth import AgentId, Call, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.search import SearchAnswer, SearchBody
from memsvc.core.access import Permission
from memsvc.core.filters import parse
from memsvc.core.memory import Status
from memsvc.operations.question import Asked, Question
from memsvc.operations.search import Found, search

router = APIRouter(
    prefix="/v1/agents/{agent_id}", tags=["search"], route_class=guarded(Permission.MEMORIES)
)


@router.post("/search", response_model=SearchAnswer, responses=documented(404))
async def search_memories(agent_id: AgentId, body: SearchBody, request: Request) -> Json:
    """Find memories by meaning and by words, within the filters. Reading changes nothing."""
    call = call_of(request)
    began = time.perf_counter()
    question = Question(
        query=body.query,
        kinds=tuple(body.kinds),
        limit=body.limit,
        user_id=body.user_id,
        session_id=body.session_id,
        filters=(parse(body.filters),) if body.filters else (),
        as_of=body.as_of,
        include=tuple(Status(one) for one in body.include),
        min_score=body.min_score,
    )
    found = await _found(call, question)
    call.measures.hits.inc(len(found))
    took_ms = (time.perf_counter() - began) * 1e3
    return Json(found_json(found, call.runtime.clock.now(), took_ms, explain=body.explain))


async def _found(call: Call, question: Question) -> list[Found]:
    """Asked together with others; alone where the agent's index must be loaded first."""
    found = await call.running.searches.ask(Asked(call.scope, question))
    if found is None:
        found = await run_in_threadpool(search, call.runtime, call.scope, question)
    return found
