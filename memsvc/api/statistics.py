"""Routes: an agent in figures."""

from __future__ import annotations

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.offers import worth_json
from memsvc.api.problems import documented
from memsvc.api.wire.statistics import AgentStatisticsWire
from memsvc.core.access import Permission
from memsvc.operations.statistics import agent_statistics

router = APIRouter(
    prefix="/v1/agents/{agent_id}/stats",
    tags=["statistics"],
    route_class=guarded(Permission.STATISTICS),
)


@router.get("", response_model=AgentStatisticsWire, responses=documented(404))
def read_statistics(agent_id: AgentId, request: Request) -> Json:
    """Read how much an agent remembers, and what its handbook is worth; nothing of what it says."""
    call = call_of(request)
    found = agent_statistics(call.runtime, call.scope)
    handbook = found.handbook
    shown = {
        "version": handbook.version,
        "behaviors": {status.value: count for status, count in handbook.behaviors.items()},
        "traces": handbook.traces,
        "worth": worth_json(handbook.worth),
    }
    return Json({"memories": found.memories, "handbook": shown})
