"""Routes: agents and their settings."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.agents import AgentBody, AgentWire
from memsvc.core.access import Permission
from memsvc.core.agent_settings import settings_in
from memsvc.core.handbook.settings import HandbookSettings
from memsvc.core.memory import Kind
from memsvc.operations.configure import configure
from memsvc.operations.read import get_agent
from memsvc.store.agents import Agent

PATH = "/v1/agents/{agent_id}"

router = APIRouter(tags=["agents"], route_class=guarded(Permission.MEMORIES))
settings = APIRouter(tags=["agents"], route_class=guarded(Permission.SETTINGS))


@router.get(PATH, response_model=AgentWire, responses=documented(404))
def read_agent(agent_id: AgentId, request: Request) -> Json:
    """Read an agent's settings."""
    call = call_of(request)
    return Json(_agent_json(get_agent(call.runtime, call.scope)))


@settings.put(PATH, response_model=AgentWire, responses=documented(507))
def configure_agent(agent_id: AgentId, body: AgentBody, request: Request) -> Json:
    """Replace an agent's settings, for operator and admin keys; the agent is made if it is new.

    Weights hold for every search that begins after the answer. What a retention policy makes due is
    erased within minutes, for good and with what was derived from it alone.
    """
    call = call_of(request)
    actor = call.principal.key_id
    settings = settings_in(body.settings.model_dump(mode="json", exclude_none=True))
    return Json(_agent_json(configure(call.runtime, call.scope, settings, actor=actor)))


def _agent_json(agent: Agent) -> dict[str, object]:
    settings = agent.settings
    retention = settings.retention.as_json()
    return {
        "agent_id": agent.agent_id,
        "created_at": agent.created_at,
        "settings": {
            "ranking": asdict(settings.weights),
            "retention": {kind.value: retention.get(kind) for kind in Kind},
            "decay": {kind.value: asdict(settings.decay.of(kind)) for kind in Kind},
            "admission": settings.admission,
            "contradiction": settings.contradiction,
            "handbook": _handbook_json(settings.handbook),
        },
    }


def _handbook_json(settings: HandbookSettings) -> dict[str, object]:
    return {
        "hold_out": settings.hold_out,
        "hold_out_by_class": dict(settings.hold_out_by_class),
        "limit": settings.limit,
        "relevance_floor": settings.relevance_floor,
        "budget": settings.budget,
        "input_price": settings.input_price,
        "output_price": settings.output_price,
    }
