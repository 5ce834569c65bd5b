"""Page: the tenant and the service in figures, what is due first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission, Role
from memsvc.dashboard.activity import Span, charts, sees_of, span_of
from memsvc.dashboard.links import HOME
from memsvc.dashboard.render import rendered
from memsvc.dashboard.visits import pages, visit_of
from memsvc.operations.forgetting.read import most_pressing
from memsvc.operations.statistics import tenant_statistics

router = APIRouter(prefix=HOME, include_in_schema=False, route_class=pages(Permission.STATISTICS))

PRESSING = 5
"""Forget requests that are named; the others are counted."""


@router.get("")
def overview(request: Request) -> Response:
    """What the tenant holds, what is due, and how the service fares."""
    visit = visit_of(request)
    principal, runtime = visit.principal, visit.runtime
    operator = principal.role in (Role.OPERATOR, Role.ADMIN)
    span = span_of(visit)
    pressing = []
    if principal.may(Permission.FORGET_REQUESTS):
        pressing = most_pressing(runtime, principal.tenant, PRESSING)
    return rendered(
        request,
        "overview.html",
        found=tenant_statistics(runtime, principal.tenant, sees_of(visit), operator=operator),
        charts=charts(visit, span),
        span=span,
        spans=Span,
        pressing=pressing,
    )
