"""Routes: how a memory came to stand as it does, and having it stand again."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from memsvc.api.answers import Json, etag, memory_json, side_json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.conflicts import decider
from memsvc.api.memories import ETAG, MemoryId
from memsvc.api.problems import documented
from memsvc.api.wire.history import HistoryWire, LineageWire
from memsvc.api.wire.memories import MemoryWire
from memsvc.core.access import Permission
from memsvc.core.epistemic import epistemic_of
from memsvc.core.memory import Memory
from memsvc.operations.history import Kin, get_lineage, history
from memsvc.operations.restore import restore

router = APIRouter(
    prefix="/v1/agents/{agent_id}/memories/{memory_id}",
    tags=["memories"],
    route_class=guarded(Permission.MEMORIES),
)


@router.get("/history", response_model=HistoryWire, responses=documented(404))
def read_history(agent_id: AgentId, memory_id: MemoryId, request: Request) -> Json:
    """Read how a memory was worded, what it superseded and what superseded it."""
    call = call_of(request)
    found = history(call.runtime, call.scope, memory_id)
    return Json(
        {
            "memory": _step_json(found.memory),
            "versions": [
                {
                    "version": one.version,
                    "content": one.content,
                    "recorded_at": one.since,
                    "superseded_at": one.until,
                }
                for one in found.versions
            ],
            "ended_by": [_step_json(one) for one in found.ended_by],
            "ended": [_step_json(one) for one in found.ended],
        }
    )


@router.get("/lineage", response_model=LineageWire, responses=documented(404))
def read_lineage(agent_id: AgentId, memory_id: MemoryId, request: Request) -> Json:
    """Read what a memory was derived from, and what was derived from it: why it is believed."""
    call = call_of(request)
    found = get_lineage(call.runtime, call.scope, memory_id)
    return Json(
        {
            "id": found.memory.id,
            "epistemic": epistemic_of(found.memory),
            "sources": [_kin_json(one) for one in found.sources],
            "derived": [_kin_json(one) for one in found.derived],
            "complete": found.complete,
        }
    )


@router.post(
    "/restore",
    response_model=MemoryWire,
    responses={
        200: {"description": "The memory as it stands.", "headers": ETAG},
        **documented(404, 409, 507),
    },
)
def restore_memory(agent_id: AgentId, memory_id: MemoryId, request: Request) -> Json:
    """Have a superseded or archived memory stand again.

    What superseded it stays beside it, until something newer ends both. Only operators and admins
    restore what is in quarantine, or is trusted less than what superseded it.
    """
    call = call_of(request)
    seen = restore(call.runtime, call.scope, memory_id, decider(call))
    return Json(memory_json(*seen), headers=etag(seen.memory))


def _step_json(memory: Memory) -> dict[str, Any]:
    return side_json(memory) | {
        "valid_to": memory.valid_to,
        "superseded_by": memory.superseded_by,
        "superseded_at": memory.superseded_at,
    }


def _kin_json(kin: Kin) -> dict[str, Any]:
    return side_json(kin.memory) | {
        "kind": kin.memory.kind,
        "relation": kin.relation,
        "through": kin.through,
    }
