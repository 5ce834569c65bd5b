"""Routes: traces, which are attempts at tasks, and the prompts made of them."""

from __future__ import annotations

import struct
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, Call, call_of, guarded
from memsvc.api.memories import IdempotencyKey
from memsvc.api.problems import documented
from memsvc.api.wire.prompts import (
    CurationBody,
    CurationQuery,
    PromptWire,
    ReflectionQuery,
)
from memsvc.api.wire.traces import (
    TraceBody,
    TraceList,
    TraceOrder,
    TraceQuery,
    TraceResult,
    TraceWire,
)
from memsvc.api.wire.values import ID_PATTERN
from memsvc.core.access import Permission, Principal, channel_of, trust_of
from memsvc.core.canonical import decoded, encoded
from memsvc.core.handbook.told import draft_of, told_in
from memsvc.core.memory import Draft, Event, Memory
from memsvc.errors import InvalidRequest
from memsvc.operations.handbook.known_worth import look_ahead
from memsvc.operations.handbook.outcome import Came, tell_in
from memsvc.operations.handbook.prompts import Prompt, curation_prompt, reflection_prompt
from memsvc.operations.handbook.replay import worth_replaying
from memsvc.operations.handbook.traces import (
    OutcomeOf,
    Recorded,
    get_trace,
    list_traces,
    record_trace,
)
from memsvc.operations.known import Written
from memsvc.operations.once import Once
from memsvc.runtime import Runtime
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

router = APIRouter(
    prefix="/v1/agents/{agent_id}/traces",
    tags=["handbook"],
    route_class=guarded(Permission.MEMORIES),
)

TraceId = Annotated[
    str, Path(description="The trace.", pattern=ID_PATTERN, examples=["attempt-17"])
]
_CURSOR = struct.Struct(">q")


@router.post("", status_code=201, response_model=TraceResult, responses=documented(404, 409, 507))
async def record(
    body: TraceBody,
    agent_id: AgentId,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Json:
    """Record an attempt at a task: a memory, and a source of behaviors. Equal ones count apart."""
    call = call_of(request)
    once = None
    if idempotency_key is not None:
        once = Once(call.principal.key_id, idempotency_key, await request.body())
    recorded = await run_in_threadpool(_recorded, call, body, once)
    call.measures.written([Written(recorded.id, recorded.event)])
    return Json(_recorded_json(recorded), status_code=201)


@router.get("", response_model=TraceList, responses=documented(404))
def list_page_of_traces(
    agent_id: AgentId, request: Request, query: Annotated[TraceQuery, Query()]
) -> Json:
    """List traces, newest first, whatever their status, or those worth thinking over first."""
    call = call_of(request)
    if query.order is TraceOrder.REPLAY:
        if query.cursor is not None:
            raise InvalidRequest.at("cursor", "goes with order `newest` alone")
        first = worth_replaying(call.runtime, call.scope, query.limit)
        return Json({"traces": [_trace_json(one) for one in first], "next_cursor": None})
    before = None if query.cursor is None else _opened_cursor(query.cursor)
    page = list_traces(call.runtime, call.scope, query.limit, before)
    following = None if page.next_before is None else encoded(_CURSOR.pack(page.next_before))
    return Json({"traces": [_trace_json(one) for one in page.traces], "next_cursor": following})


@router.get("/{trace_id}", response_model=TraceWire, responses=documented(404))
def read_trace(agent_id: AgentId, trace_id: TraceId, request: Request) -> Json:
    """Read one trace."""
    call = call_of(request)
    return Json(_trace_json(get_trace(call.runtime, call.scope, trace_id)))


@router.get(
    "/{trace_id}/reflection-prompt", response_model=PromptWire, responses=documented(404, 409)
)
def prompt_to_reflect(
    agent_id: AgentId,
    trace_id: TraceId,
    request: Request,
    query: Annotated[ReflectionQuery, Query()],
) -> Json:
    """Have the question put together with which your model thinks its attempts over.

    It answers in prose: what went wrong or took long, and what would have helped.
    """
    call = call_of(request)
    return Json(_prompt_json(reflection_prompt(call.runtime, call.scope, trace_id, query.also)))


@router.get(
    "/{trace_id}/curation-prompt", response_model=PromptWire, responses=documented(404, 409)
)
def prompt_to_curate(
    agent_id: AgentId,
    trace_id: TraceId,
    request: Request,
    query: Annotated[CurationQuery, Query()],
) -> Json:
    """Have the question put together to which your model answers with behaviors, as JSON.

    It holds the behaviors that are active, so that these are not found anew.
    """
    call = call_of(request)
    prompt = curation_prompt(call.runtime, call.scope, trace_id, query.also, query.reflection)
    return Json(_prompt_json(prompt))


@router.post(
    "/{trace_id}/curation-prompt", response_model=PromptWire, responses=documented(404, 409)
)
def make_curation_prompt(
    agent_id: AgentId, trace_id: TraceId, body: CurationBody, request: Request
) -> Json:
    """The same question, for a reflection that is too long for an address, or no affair of logs."""
    call = call_of(request)
    prompt = curation_prompt(call.runtime, call.scope, trace_id, body.also, body.reflection)
    return Json(_prompt_json(prompt))


def _recorded(call: Call, body: TraceBody, once: Once | None) -> Recorded:
    runtime, scope = call.runtime, call.scope
    draft = _draft(body, call.principal)
    if body.offer_id is None:
        return record_trace(runtime, scope, draft, once)
    recorded = record_trace(runtime, scope, draft, once, _outcome_of(runtime, body, body.offer_id))
    if recorded.event is Event.ADDED:
        look_ahead(runtime, scope)
    return recorded


def _outcome_of(runtime: Runtime, body: TraceBody, offer_id: str) -> OutcomeOf:
    """What notes, with the trace, what came of the offer."""
    assert body.outcome is not None, "it goes with an offer"
    assert body.input_tokens is not None, "so do both numbers of tokens"
    assert body.output_tokens is not None, "so do both numbers of tokens"
    text = "\n".join([*body.steps, body.content or ""])
    came = Came(body.outcome, body.input_tokens, body.output_tokens, tuple(body.cited), text)

    def note(tx: Tx, agent: Agent, number: int) -> None:
        tell_in(runtime, tx, agent, offer_id, came, number)

    return note


def _draft(body: TraceBody, principal: Principal) -> Draft:
    given = Draft(
        content="",
        user_id=body.user_id,
        subject_ids=tuple(body.subject_ids),
        session_id=body.session_id,
        event_time=body.event_time,
        trust=trust_of(principal, body.channel, None),
        channel=body.channel or channel_of(None),
        expires_at=body.expires_at,
        pinned=body.pinned,
        id=body.id,
    )
    try:
        return draft_of(body.told, given)
    except ValueError as wrong:
        field, _, reason = str(wrong).partition(": ")
        raise InvalidRequest.at(field, reason) from None


def _opened_cursor(cursor: str) -> int:
    try:
        [number] = _CURSOR.unpack(decoded(cursor))
    except (ValueError, struct.error):
        number = -1
    if number < 0:
        raise InvalidRequest.at("cursor", "is not one that a list answered")
    return int(number)


def _recorded_json(recorded: Recorded) -> dict[str, Any]:
    told = {} if recorded.reason is None else {"reason": recorded.reason}
    return {"id": recorded.id, "event": recorded.event} | told


def _trace_json(memory: Memory) -> dict[str, Any]:
    told = told_in(memory)
    assert told is not None, "it was read as a trace"
    return {
        "id": memory.id,
        "task": told.task,
        "steps": told.steps,
        "content": told.text or None,
        "outcome": told.outcome,
        "input_tokens": told.input_tokens,
        "output_tokens": told.output_tokens,
        "model": told.model,
        "task_class": told.task_class,
        "offered": told.offered,
        "cited": told.cited,
        "user_id": memory.user_id,
        "subject_ids": memory.subject_ids,
        "session_id": memory.session_id,
        "event_time": memory.event_time,
        "created_at": memory.created_at,
        "trust": memory.trust,
        "channel": memory.channel,
        "status": memory.status,
        "pinned": memory.pinned,
        "expires_at": memory.expires_at,
    }


def _prompt_json(prompt: Prompt) -> dict[str, Any]:
    return {"prompt": prompt.text, "answer_schema": prompt.schema, "trace_ids": prompt.trace_ids}
