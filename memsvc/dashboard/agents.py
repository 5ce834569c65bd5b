"""Pages: the agents of a tenant, and one of them in figures."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.memory import Kind
from memsvc.dashboard.activity import Span, charts, span_of
from memsvc.dashboard.asked import text
from memsvc.dashboard.cursors import sealed, unsealed
from memsvc.dashboard.links import HOME
from memsvc.dashboard.render import rendered
from memsvc.dashboard.visits import Visit, pages, visit_of
from memsvc.operations.agents import list_agents
from memsvc.operations.forecast import Forecast, forecast
from memsvc.operations.read import get_agent
from memsvc.operations.statistics import agent_statistics

router = APIRouter(prefix=HOME, include_in_schema=False, route_class=pages(Permission.STATISTICS))

PER_PAGE = 50
AHEAD_DAYS = 30.0
SOONEST = 10


@router.get("/agents")
def agents(request: Request) -> Response:
    """The agents that the key sees, by their ids."""
    visit = visit_of(request)
    named = text(request.query_params, "named", 128) or ""
    after = unsealed(visit.runtime, request.query_params.get("cursor")) or ""
    principal = visit.principal
    page = list_agents(visit.runtime, principal.tenant, principal.sees, named, after, PER_PAGE)
    # A list may go on behind an agent that the key does not see.
    following = sealed(visit.runtime, page.next_after)
    return rendered(
        request, "agents.html", page=page, named=named, next=following, is_first=not after
    )


@router.get("/agents/{agent_id}")
def agent(agent_id: str, request: Request) -> Response:
    """One agent in figures; to who may see its memories, also its settings and what will fade."""
    visit = visit_of(request)
    found = agent_statistics(visit.runtime, visit.scope)
    span = span_of(visit)
    may_see = visit.principal.may(Permission.MEMORIES)
    return rendered(
        request,
        "agent.html",
        found=found,
        charts=charts(visit, span, agent_id),
        span=span,
        spans=Span,
        kinds=Kind,
        ahead_days=AHEAD_DAYS,
        agent=get_agent(visit.runtime, visit.scope) if may_see else None,
        coming=_coming(visit) if may_see else None,
    )


def _coming(visit: Visit) -> Forecast:
    return forecast(visit.runtime, visit.scope, AHEAD_DAYS, None, SOONEST)
