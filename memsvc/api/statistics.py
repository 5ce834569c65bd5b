"""Routes: agents, tenants and the service in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.offers import worth_json
from memsvc.api.problems import documented
from memsvc.api.wire.statistics import AgentStatisticsWire, TenantStatisticsWire
from memsvc.api.wire.timeline import TimelineAnswer, TimelineQuery
from memsvc.core.access import Permission, Principal, Role
from memsvc.core.activity import Measure
from memsvc.core.memory import Event
from memsvc.errors import InvalidRequest, NotFound
from memsvc.operations.statistics import (
    ForgetFigures,
    Sees,
    activity_over_time,
    agent_statistics,
    tenant_statistics,
)
from memsvc.operations.statistics_activity import Latency, Point, RecallFigures, Step, Timeline
from memsvc.operations.statistics_handbook import HandbookStatistics
from memsvc.operations.statistics_memories import MemoryFigures

router = APIRouter(prefix="/v1", tags=["statistics"], route_class=guarded(Permission.STATISTICS))

DECIMALS = 6
SPANS = {Step.HOUR: timedelta(hours=23), Step.DAY: timedelta(days=29)}
"""How much before the end a timeline begins that was given no beginning."""


@router.get(
    "/agents/{agent_id}/stats", response_model=AgentStatisticsWire, responses=documented(404)
)
def read_statistics(agent_id: AgentId, request: Request) -> Json:
    """Read an agent in figures: memories, searches, its handbook; nothing of what it says."""
    call = call_of(request)
    found = agent_statistics(call.runtime, call.scope)
    return Json(
        {
            **_memories_json(found.memories, found.events, found.recall),
            "handbook": _handbook_json(found.handbook),
        }
    )


@router.get("/stats", response_model=TenantStatisticsWire, responses=documented())
def read_service_statistics(request: Request) -> Json:
    """Read all agents that the key sees in figures, and how the service stands."""
    call = call_of(request)
    principal = call.principal
    operator = principal.role in (Role.OPERATOR, Role.ADMIN)
    found = tenant_statistics(call.runtime, principal.tenant, _sees(principal), operator=operator)
    forgetting, service = found.forget_requests, found.service
    return Json(
        {
            "agents": found.agents,
            **_memories_json(found.memories, found.events, found.recall),
            "handbooks": asdict(found.handbooks),
            "forget_requests": None if forgetting is None else _forgetting_json(forgetting),
            "service": None if service is None else asdict(service),
        }
    )


@router.get("/stats/timeseries", response_model=TimelineAnswer, responses=documented(404))
def read_timeline(request: Request, query: Annotated[TimelineQuery, Query()]) -> Json:
    """Read what the service did by the hour or the day, for one agent or for all the key sees."""
    call = call_of(request)
    principal = call.principal
    if query.agent_id is not None and not principal.sees(query.agent_id):
        raise NotFound("No such agent, or not one this key may use.")
    until = query.until or call.runtime.clock.now()
    since = query.since or _before(until, SPANS[query.step])
    timeline = Timeline(query.measure, since, until, query.step)
    found = activity_over_time(
        call.runtime, principal.tenant, timeline, query.agent_id, _sees(principal)
    )
    return Json(
        {
            "measure": timeline.measure,
            "step": timeline.step,
            "points": [_point_json(one) for one in found.points],
        }
    )


def _before(until: datetime, span: timedelta) -> datetime:
    """So much earlier; raises InvalidRequest where time has not begun by then."""
    try:
        return until - span
    except OverflowError:
        raise InvalidRequest.at("to", "must be later, or have a `from` beside it") from None


def _sees(principal: Principal) -> Sees | None:
    """Which agents a key sees; None: all of its tenant."""
    everything = principal.role in (Role.OPERATOR, Role.ADMIN) or principal.agent_pattern == "*"
    return None if everything else principal.sees


def _memories_json(
    figures: MemoryFigures, events: Mapping[Event, int], recall: RecallFigures
) -> dict[str, Any]:
    """Figures in the shape of `MemoryFiguresWire`."""
    uses, disputes, retention = figures.uses, figures.disputes, figures.retention
    return {
        "memories": figures.memories,
        "by_kind": _named(figures.by_kind),
        "by_status": _named(figures.by_status),
        "by_trust": _named(figures.by_trust),
        "uses": {**asdict(uses), "gini": _rounded(uses.gini)},
        "disputes": {**asdict(disputes), "oldest_days": _rounded(disputes.oldest_days)},
        "retention": {
            **asdict(retention),
            "state": "exact" if retention.is_exact else "sampled",
        },
        "events": _named(events),
        "recall": {
            "hours": recall.hours,
            "searches": recall.searches,
            "one_pass_share": _rounded(recall.one_pass_share),
            "auto_one_pass_share": _rounded(recall.auto_one_pass_share),
            "search": _latency_json(recall.took[Measure.SEARCH]),
            "context": _latency_json(recall.took[Measure.CONTEXT]),
            "write": _latency_json(recall.took[Measure.WRITE]),
        },
    }


def _handbook_json(handbook: HandbookStatistics) -> dict[str, Any]:
    return {
        "version": handbook.version,
        "behaviors": _named(handbook.behaviors),
        "traces": handbook.traces,
        "worth": worth_json(handbook.worth),
    }


def _forgetting_json(figures: ForgetFigures) -> dict[str, Any]:
    return {
        "by_status": _named(figures.by_status),
        "open": figures.open,
        "due": figures.due,
        "overdue": figures.overdue,
    }


def _latency_json(latency: Latency) -> dict[str, Any]:
    return {
        "count": latency.count,
        "p50_ms": _rounded(latency.p50_ms),
        "p95_ms": _rounded(latency.p95_ms),
        "p99_ms": _rounded(latency.p99_ms),
    }


def _point_json(point: Point) -> dict[str, Any]:
    if point.took is None:
        return {"at": point.at, "count": point.count}
    return {"at": point.at, **_latency_json(point.took)}


def _named(counts: Mapping[Any, int]) -> dict[str, int]:
    return {str(name): count for name, count in counts.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
