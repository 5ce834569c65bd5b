"""Routes: what is disputed, and who decides."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from memsvc.api.answers import Json, memory_json
from memsvc.api.auth import AgentId, Call, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.conflicts import (
    ConflictPageWire,
    ConflictQuery,
    ResolveAnswer,
    ResolveBody,
)
from memsvc.api.wire.values import ID_PATTERN
from memsvc.core.access import Permission
from memsvc.core.conflict import ConflictKind
from memsvc.errors import InvalidRequest
from memsvc.operations.conflicts import After, Shown, list_conflicts
from memsvc.operations.resolve import Decider, resolve

router = APIRouter(
    prefix="/v1/agents/{agent_id}", tags=["conflicts"], route_class=guarded(Permission.MEMORIES)
)

ALL = "all"

ConflictId = Annotated[
    str,
    Path(
        description="The conflict: id of the oldest of its memories, or of any other.",
        pattern=ID_PATTERN,
        examples=["fact-3"],
    ),
]

_CURSOR = struct.Struct(">Bq")
_KINDS = tuple(ConflictKind)


@router.get("/conflicts", response_model=ConflictPageWire, responses=documented(404))
def list_page_of_conflicts(
    agent_id: AgentId, request: Request, query: Annotated[ConflictQuery, Query()]
) -> Json:
    """List what cannot all hold: disputed statements, and what conversations told differently.

    Of an agent's disputed memories the oldest 20,000 are gone through.
    """
    call = call_of(request)
    after = None if query.cursor is None else _opened_cursor(query.cursor)
    page = list_conflicts(call.runtime, call.scope, query.kind, after, query.limit)
    return Json(
        {
            "conflicts": [_conflict_json(one) for one in page.shown],
            "next_cursor": None if page.next_after is None else _cursor(page.next_after),
        }
    )


@router.post(
    "/conflicts/{conflict_id}/resolve",
    response_model=ResolveAnswer,
    responses=documented(404, 409, 507),
)
def resolve_conflict(
    agent_id: AgentId, conflict_id: ConflictId, body: ResolveBody, request: Request
) -> Json:
    """Decide which memory of a conflict holds, or that all may.

    What is kept supersedes the others, whatever their trust and dates; the decision stands as long
    as both memories do, and until one is reworded. Keys of role agent decide only against what is
    trusted no more than an agent (`agent`, `tool`, `web`).
    """
    call = call_of(request)
    keep = None if body.keep == ALL else body.keep
    seen = resolve(call.runtime, call.scope, conflict_id, keep, decider(call))
    return Json({"memories": [memory_json(*one) for one in seen]})


def decider(call: Call) -> Decider:
    """Who decides in this call."""
    return Decider(call.principal.key_id, call.principal.may(Permission.APPROVAL))


def _conflict_json(shown: Shown) -> dict[str, Any]:
    return {
        "id": shown.id,
        "kind": shown.conflict.kind,
        "memories": [memory_json(*one) for one in shown.seen],
        "head": shown.conflict.head.memory.id,
        "reason": shown.conflict.reason,
    }


def _cursor(after: After) -> str:
    packed = _CURSOR.pack(_KINDS.index(after.kind), after.number)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _opened_cursor(cursor: str) -> After:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        kind, number = _CURSOR.unpack(raw)
        return After(_KINDS[kind], number)
    except (ValueError, IndexError, binascii.Error, struct.error):
        raise InvalidRequest.at("cursor", "is not one that a list answered") from None
