"""Route: our own language model reflects on traces and puts behaviors forward, where one is set."""

from __future__ import annotations

import threading

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.behaviors import answer_json, by_of
from memsvc.api.problems import documented
from memsvc.api.wire.handbook_reflections import ReflectionAnswer, ReflectionBody
from memsvc.core.access import Permission
from memsvc.errors import Unavailable
from memsvc.operations.handbook.curate import curate
from memsvc.operations.handbook.read_book import read_book

MOST_AT_ONCE = 4
"""Requests that may wait for the model: other requests need the threads."""
WAIT_S = 10.0

_places = threading.BoundedSemaphore(MOST_AT_ONCE)

router = APIRouter(
    prefix="/v1/agents/{agent_id}/handbook/reflections",
    tags=["handbook"],
    route_class=guarded(Permission.MEMORIES),
)


@router.post(
    "", status_code=201, response_model=ReflectionAnswer, responses=documented(404, 409, 507)
)
def reflect_on_traces(agent_id: AgentId, body: ReflectionBody, request: Request) -> Json:
    """Have the service's language model learn from traces: all that it puts forward, or nothing.

    It is asked twice, once to reflect and once for behaviors, and these are stored as if you had
    sent its answer yourself. The traces are sent to its endpoint, and its tokens are taken from the
    agent's of the day. 503 where no model is set for it.
    """
    call = call_of(request)
    if not _places.acquire(blocking=False):
        raise Unavailable(
            f"{MOST_AT_ONCE} reflections are under way in this process already; ask again later.",
            retry_after=WAIT_S,
        )
    try:
        made = curate(call.runtime, call.scope, body.trace_ids, by_of(call))
    finally:
        _places.release()
    book = read_book(call.runtime, call.scope)
    shown = [answer_json(one) for one in made.answers]
    return Json(
        {"behaviors": shown, "version": book.version, "tokens": made.tokens}, status_code=201
    )
