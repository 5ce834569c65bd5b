"""Routes: write, list, read, change and delete memories."""

from __future__ import annotations

import base64
import binascii
import re
import time
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from memsvc.api.answers import Json, etag, memory_json, page_json, written_json
from memsvc.api.auth import AgentId, Call, call_of, guarded
from memsvc.api.drafts import drafts_of
from memsvc.api.problems import documented
from memsvc.api.wire.memories import ListQuery, MemoryPage, MemoryWire
from memsvc.api.wire.values import ID_PATTERN
from memsvc.api.wire.writing import PatchBody, WriteAnswer, WriteBody
from memsvc.core.access import Permission
from memsvc.core.memory import Status
from memsvc.errors import InvalidRequest
from memsvc.operations.forget import delete_memory
from memsvc.operations.known import Written
from memsvc.operations.once import Once
from memsvc.operations.read import Listing, list_memories, see_memory
from memsvc.operations.revise import Revision, revise
from memsvc.operations.write import Offered, write

router = APIRouter(
    prefix="/v1/agents/{agent_id}/memories",
    tags=["memories"],
    route_class=guarded(Permission.MEMORIES),
)

MemoryId = Annotated[str, Path(description="The memory.", pattern=ID_PATTERN, examples=["turn-17"])]
CURSOR_BYTES = 8
FEW_DRAFTS = 8
"""More than these keep the model busy by themselves."""
ETAG = {"ETag": {"description": "The memory's version.", "schema": {"type": "string"}}}


IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Repeat a write safely: the same key and body within a day get the same "
        "answer again.",
        pattern=r"^[\x21-\x7e]{1,255}$",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        description='Do it only while the memory has this ETag, such as `"1"`; `*`: any.',
        examples=['"1"'],
    ),
]


@router.post("", status_code=201, response_model=WriteAnswer, responses=documented(404, 409, 507))
async def write_memories(
    body: WriteBody,
    agent_id: AgentId,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Json:
    """Write memories, all or none.

    What was answered 201 survives a crash and is found by the next search.
    """
    call = call_of(request)
    once = None
    if idempotency_key is not None:
        once = Once(call.principal.key_id, idempotency_key, await request.body())
    drafts = drafts_of(body, call.principal)
    began = time.perf_counter()
    written = await stored(call, Offered(call.scope, drafts, once))
    call.wrote(written, time.perf_counter() - began)
    return Json(written_json(written), status_code=201)


async def stored(call: Call, offered: Offered) -> list[Written]:
    """Few drafts are written together with others', many or for an unloaded index alone."""
    if len(offered.drafts) <= FEW_DRAFTS:
        written = await call.running.writes.ask(offered)
        if written is not None:
            return written
    return await run_in_threadpool(write, call.runtime, offered.scope, offered.drafts, offered.once)


@router.get("", response_model=MemoryPage, responses=documented(404))
def list_page(agent_id: AgentId, request: Request, query: Annotated[ListQuery, Query()]) -> Json:
    """List memories, newest first, whatever their status."""
    call = call_of(request)
    before = None if query.cursor is None else _opened_cursor(query.cursor)
    listing = Listing(
        query.kind, query.status, query.user_id, query.session_id, before, query.limit
    )
    page = list_memories(call.runtime, call.scope, listing)
    following = None if page.next_before is None else _cursor(page.next_before)
    return Json(page_json(page, following))


@router.get(
    "/{memory_id}",
    response_model=MemoryWire,
    responses={200: {"description": "The memory.", "headers": ETAG}, **documented(404)},
)
def read_memory(agent_id: AgentId, memory_id: MemoryId, request: Request) -> Json:
    """Read one memory, whatever its status."""
    call = call_of(request)
    seen = see_memory(call.runtime, call.scope, memory_id)
    return Json(memory_json(*seen), headers=etag(seen.memory))


@router.patch(
    "/{memory_id}",
    response_model=MemoryWire,
    responses={
        200: {"description": "The memory as it stands.", "headers": ETAG},
        **documented(404, 412, 507),
    },
)
def change_memory(
    agent_id: AgentId,
    memory_id: MemoryId,
    body: PatchBody,
    request: Request,
    if_match: IfMatch = None,
) -> Json:
    """Change a memory; new content keeps the old version in its history.

    To set a memory active that was archived because it faded is a use of it. A quarantined memory
    is released by operators and admins alone.
    """
    call = call_of(request)
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    if "tags" in changes:
        changes["tags"] = tuple(changes["tags"])
    if "status" in changes:
        changes["status"] = Status(changes["status"])
    seen = revise(
        call.runtime,
        call.scope,
        memory_id,
        Revision(changes, may_release=call.principal.may(Permission.APPROVAL)),
        _versions(if_match),
    )
    return Json(memory_json(*seen), headers=etag(seen.memory))


@router.delete(
    "/{memory_id}", status_code=204, response_class=Response, responses=documented(404, 412, 507)
)
def erase_memory(
    agent_id: AgentId, memory_id: MemoryId, request: Request, if_match: IfMatch = None
) -> Response:
    """Erase a memory and what was derived from it alone.

    On 204 their keys are destroyed: no copy of them, in pages, log or backups of the database,
    can be read again.
    """
    call = call_of(request)
    actor = call.principal.key_id
    delete_memory(call.runtime, call.scope, memory_id, _versions(if_match), actor)
    return Response(status_code=204)


def _versions(if_match: str | None) -> frozenset[int] | None:
    """The versions that If-Match names; None is no condition, and what names none matches none."""
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(tag) for tag in re.findall(r'(?<!W/)"([0-9]{1,9})"', if_match))


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(CURSOR_BYTES, "big")).decode().rstrip("=")


def _opened_cursor(cursor: str) -> int:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    number = int.from_bytes(raw, "big")
    if len(raw) != CURSOR_BYTES or number >= 2**63:
        raise InvalidRequest.at("cursor", "is not one that a list answered")
    return number
