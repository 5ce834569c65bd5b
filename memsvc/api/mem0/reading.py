"""Routes: `search` and `get_all`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from memsvc.api.answers import Json
from memsvc.api.auth import Call, guarded
from memsvc.api.mem0.answers import memory_json
from memsvc.api.mem0.whose import TAGS, Asking, asking
from memsvc.api.mem0.wire.answers import Mem0Page, Mem0SearchAnswer
from memsvc.api.mem0.wire.reading import GetAllBody, Mem0SearchBody, Narrowed, PageQueryWire
from memsvc.api.problems import documented
from memsvc.api.search import found_for
from memsvc.core.access import Permission, Scope
from memsvc.core.fading import Seen
from memsvc.core.filters import Filter
from memsvc.core.memory import SEARCHED, Status
from memsvc.errors import MemsvcError, NotFound
from memsvc.operations.gate import Found
from memsvc.operations.pick import NOTHING, Picked, pick
from memsvc.operations.question import Asked, Mode, Question
from memsvc.operations.search import Hits, search_all

router = APIRouter(tags=[*TAGS], route_class=guarded(Permission.MEMORIES))

LIST = "/v3/memories/"


@router.post("/v3/memories/search/", response_model=Mem0SearchAnswer, responses=documented(404))
async def find_memories(body: Mem0SearchBody, request: Request) -> Json:
    """Search by meaning and by words, within the filters; nothing where no agent has any."""
    whose = asking(request)
    questions = await run_in_threadpool(_questions, whose, body)
    found = await _found(whose.call, questions)
    best = sorted(found, key=lambda one: -one.score)[: body.top_k]
    results = [{**memory_json(one.memory, whose.default), "score": one.score} for one in best]
    if body.fields:
        results = [{k: v for k, v in one.items() if k in body.fields} for one in results]
    return Json({"results": results})


@router.post(LIST, response_model=Mem0Page, responses=documented(404))
def list_all(body: GetAllBody, request: Request, query: Annotated[PageQueryWire, Query()]) -> Json:
    """List memories, page by page: agent by agent, the newest first."""
    whose = asking(request)
    since = {} if body.start_date is None else {"gte": body.start_date.isoformat()}
    until = {} if body.end_date is None else {"lte": body.end_date}
    recorded = {"created_at": {**since, **until}} if since or until else {}
    filters = whose.filters(_narrowed(body, recorded))
    statuses = _statuses(body)
    skip = (query.page - 1) * query.page_size
    seen: list[Seen] = []
    total = 0
    for scope, filter_ in filters.items():
        before = max(0, skip - total)
        picked = _picked(whose, scope, filter_, statuses, before, query.page_size - len(seen))
        seen += picked.seen
        total += picked.total
    return Json(
        {
            "count": total,
            "next": _page(query, 1) if skip + query.page_size < total else None,
            "previous": _page(query, -1) if query.page > 1 else None,
            "results": [memory_json(one.memory, whose.default) for one in seen],
        }
    )


def _page(query: PageQueryWire, step: int) -> str:
    return f"{LIST}?page={query.page + step}&page_size={query.page_size}"


def _picked(
    whose: Asking,
    scope: Scope,
    filter_: Filter,
    statuses: tuple[Status, ...],
    skip: int,
    limit: int,
) -> Picked:
    """A stretch of one agent's memories: none of one that is not there."""
    try:
        return pick(whose.call.runtime, scope, filter_, statuses, skip, limit)
    except NotFound:
        return NOTHING


def _narrowed(body: Narrowed, more: Mapping[str, Any]) -> Mapping[str, Any]:
    """The filter with what stands beside it."""
    parts = [one for one in (body.filters, more) if one]
    if body.categories:
        parts.append({"categories": {"in": body.categories}})
    return parts[0] if len(parts) == 1 else {"AND": parts}


def _statuses(body: Narrowed) -> tuple[Status, ...]:
    return (*SEARCHED, Status.SUPERSEDED) if body.latest_only is False else SEARCHED


def _questions(whose: Asking, body: Mem0SearchBody) -> list[Asked]:
    filters = whose.filters(_narrowed(body, {}))
    return [
        Asked(
            scope,
            Question(
                query=body.query,
                limit=body.top_k,
                filters=(filter_,),
                include=_statuses(body)[len(SEARCHED) :],
                min_score=body.threshold,
                mode=Mode.DEEP if body.rerank else Mode.FAST,
                reference_time=body.reference_date,
            ),
        )
        for scope, filter_ in filters.items()
    ]


async def _found(call: Call, questions: Sequence[Asked]) -> list[Found]:
    """What all of them find; an agent that is not there has nothing."""
    began = time.perf_counter()
    answers = await _answers(call, questions)
    seconds = time.perf_counter() - began
    found: list[Found] = []
    for one, answer in zip(questions, answers, strict=True):
        if isinstance(answer, NotFound):
            continue
        if isinstance(answer, MemsvcError):
            raise answer
        call.searched(one.question.mode, answer, seconds, one.scope)
        found += answer.found
    return found


async def _answers(call: Call, questions: Sequence[Asked]) -> list[Hits | MemsvcError]:
    if len(questions) != 1:
        several = await run_in_threadpool(search_all, call.runtime, questions)
        return [one for one in several if one is not None]
    try:
        return [await found_for(call, questions[0])]
    except NotFound as error:
        return [error]
