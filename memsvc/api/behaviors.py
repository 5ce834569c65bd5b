"""Routes: behaviors are put forward, read, edited, approved, retired and put back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, Call, call_of, guarded
from memsvc.api.memories import IdempotencyKey
from memsvc.api.problems import documented
from memsvc.api.wire.behaviors import (
    BehaviorBody,
    BehaviorHistory,
    BehaviorList,
    BehaviorsQuery,
    EditBody,
    ProposalsAnswer,
    PutBackBody,
    StandingAnswer,
    WordsBody,
)
from memsvc.core.access import Permission, trust_of
from memsvc.core.handbook.line import Line, ProposedBy, instruction_of, topics_of
from memsvc.core.handbook.names import normalised_name
from memsvc.core.handbook.rendering import as_json
from memsvc.core.handbook.suspicion import suspicions
from memsvc.errors import InvalidRequest, NotFound
from memsvc.operations.handbook.book import Book
from memsvc.operations.handbook.by import NO_BEHAVIOR, By, LineAt
from memsvc.operations.handbook.decide import approve, retire
from memsvc.operations.handbook.edit import Edit, edit
from memsvc.operations.handbook.go_back import put_back
from memsvc.operations.handbook.propose import ONE, Answered, Proposals, propose
from memsvc.operations.handbook.read_book import Happened, happened, read_book
from memsvc.operations.handbook.take_answer import take_answer
from memsvc.operations.once import Once

router = APIRouter(
    prefix="/v1/agents/{agent_id}/behaviors",
    tags=["handbook"],
    route_class=guarded(Permission.MEMORIES),
)
approval = APIRouter(
    prefix="/v1/agents/{agent_id}/behaviors",
    tags=["handbook"],
    route_class=guarded(Permission.APPROVAL),
)

BehaviorName = Annotated[
    str,
    Path(
        description="The behavior.",
        pattern=r"^behavior_[a-z0-9_]{1,55}$",
        examples=["behavior_check_units"],
    ),
]


@router.post(
    "", status_code=201, response_model=ProposalsAnswer, responses=documented(404, 409, 507)
)
async def propose_behaviors(
    body: BehaviorBody,
    agent_id: AgentId,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Json:
    """Put forward a behavior, or the answer of a model to a curation prompt: all of it or nothing.

    With two traces and nothing suspicious it is offered from now on; else it waits for a second
    trace, or for a person to approve it.
    """
    call = call_of(request)
    once = None
    if idempotency_key is not None:
        once = Once(call.principal.key_id, idempotency_key, await request.body())
    return await run_in_threadpool(_proposed, call, body, once)


def _proposed(call: Call, body: BehaviorBody, once: Once | None) -> Json:
    by = by_of(call)
    if body.instruction is not None:
        proposals = Proposals([_line(body, by)], by.actor, body.tokens, ONE)
        answers = propose(call.runtime, call.scope, proposals, once)
    else:
        answer = body.answer if body.answer is not None else {"behaviors": body.behaviors}
        answers = take_answer(call.runtime, call.scope, answer, by, body.tokens, once)
    book = read_book(call.runtime, call.scope)
    shown = {"behaviors": [answer_json(one) for one in answers], "version": book.version}
    return Json(shown, status_code=201)


def _line(body: BehaviorBody, by: By) -> Line:
    assert body.name is not None, "checked with the body"
    assert body.instruction is not None, "checked with the body"
    return Line(
        name=_as("name", normalised_name, body.name),
        instruction=_as("instruction", instruction_of, body.instruction),
        topics=_as("topics", topics_of, body.topics),
        trust=by.trust,
        source_ids=tuple(dict.fromkeys(body.source_trace_ids)),
        proposed_by=ProposedBy.CALLER,
        flagged=suspicions(body.instruction, body.name),
    )


def _as(location: str, make: Any, given: Any) -> Any:
    """What the core makes of a value; raises InvalidRequest for that field."""
    try:
        return make(given)
    except ValueError as wrong:
        raise InvalidRequest.at(location, str(wrong)) from None


@router.get("", response_model=BehaviorList, responses=documented(404))
def list_behaviors(
    agent_id: AgentId, request: Request, query: Annotated[BehaviorsQuery, Query()]
) -> Json:
    """List the behaviors of the handbook, by name."""
    call = call_of(request)
    book = read_book(call.runtime, call.scope)
    lines = [
        line for line in book.lines.values() if not query.status or line.status in query.status
    ]
    shown = [behavior_json(book, line) for line in sorted(lines, key=lambda line: line.name)]
    return Json({"behaviors": shown, "version": book.version})


@router.get("/{behavior_name}", response_model=BehaviorHistory, responses=documented(404))
def read_behavior(agent_id: AgentId, behavior_name: BehaviorName, request: Request) -> Json:
    """Read a behavior with all that happened to it."""
    call = call_of(request)
    book = read_book(call.runtime, call.scope)
    line = book.lines.get(behavior_name)
    if line is None:
        raise NotFound(NO_BEHAVIOR)
    history = [_happened_json(one) for one in happened(book, behavior_name)]
    return Json(behavior_json(book, line) | {"history": history, "version": book.version})


@router.patch(
    "/{behavior_name}", response_model=StandingAnswer, responses=documented(404, 409, 507)
)
def edit_behavior(
    agent_id: AgentId, behavior_name: BehaviorName, body: EditBody, request: Request
) -> Json:
    """Give a behavior other words, topics or further traces.

    What was approved is so no more, unless an operator changes it.
    """
    call = call_of(request)
    words = body.instruction
    change = Edit(
        instruction=None if words is None else _as("instruction", instruction_of, words),
        topics=None if body.topics is None else _as("topics", topics_of, body.topics),
        source_ids=tuple(dict.fromkeys(body.source_trace_ids)),
        flagged=() if words is None else suspicions(words, behavior_name),
    )
    by = by_of(call, body.memory_id)
    return _standing(edit(call.runtime, call.scope, behavior_name, change, by))


@approval.post(
    "/{behavior_name}/approve", response_model=StandingAnswer, responses=documented(404, 507)
)
def approve_behavior(
    agent_id: AgentId,
    behavior_name: BehaviorName,
    request: Request,
    body: WordsBody | None = None,
) -> Json:
    """Vouch for a behavior as it stands: it is offered, flagged or not, and a retired one again."""
    call = call_of(request)
    by = by_of(call, body.memory_id if body else None)
    return _standing(approve(call.runtime, call.scope, behavior_name, by))


@router.post(
    "/{behavior_name}/retire", response_model=StandingAnswer, responses=documented(404, 507)
)
def retire_behavior(
    agent_id: AgentId,
    behavior_name: BehaviorName,
    request: Request,
    body: WordsBody | None = None,
) -> Json:
    """Have a behavior be offered no more. It stays in the history, and can be put back."""
    call = call_of(request)
    by = by_of(call, body.memory_id if body else None)
    return _standing(retire(call.runtime, call.scope, behavior_name, by))


@router.post(
    "/{behavior_name}/rollback", response_model=StandingAnswer, responses=documented(404, 409, 507)
)
def roll_back_behavior(
    agent_id: AgentId, behavior_name: BehaviorName, body: PutBackBody, request: Request
) -> Json:
    """Give a behavior back what it was before its last change, or in a version of the handbook."""
    call = call_of(request)
    by = by_of(call, body.memory_id)
    stands = put_back(call.runtime, call.scope, behavior_name, by, body.version)
    return _standing(stands)


def by_of(call: Call, memory_id: str | None = None) -> By:
    """Who asks, how far they are believed, and of which words they speak."""
    return By(call.principal.key_id, trust_of(call.principal, None, None), memory_id)


def _standing(stands: LineAt) -> Json:
    return Json(_line_json(stands.line, stands.memory_id) | {"version": stands.version})


def answer_json(one: Answered) -> dict[str, Any]:
    """What became of a proposal in the shape of `ProposalWire`."""
    shown = None if one.line is None else _line_json(one.line, one.memory_id)
    return {"name": one.name, "event": one.fate, "behavior": shown}


def behavior_json(book: Book, line: Line) -> dict[str, Any]:
    """A line of the handbook in the shape of `BehaviorWire`."""
    return _line_json(line, book.memory_of(line).id)


def _line_json(line: Line, memory_id: str | None) -> dict[str, Any]:
    [shown] = as_json([line])
    assert isinstance(shown, dict), "a line is an object"
    return shown | {"memory_id": memory_id}


def _happened_json(one: Happened) -> dict[str, Any]:
    line = one.line
    return {
        "version": one.version,
        "at": one.at,
        "actor": one.actor,
        "change": one.what,
        "reason": one.reason,
        "merged_with": one.merged_with,
        "instruction": line.instruction if line else None,
        "topics": line.topics if line else [],
        "status": line.status if line else None,
        "source_trace_ids": line.source_ids if line else [],
    }
