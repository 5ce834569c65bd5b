"""Routes: health, readiness, metrics."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

import memsvc
from memsvc.api import state
from memsvc.api.answers import Json
from memsvc.api.auth import call_of, guarded
from memsvc.api.problems import DOCUMENTED, documented
from memsvc.api.wire.keys import Health, Readiness
from memsvc.core.access import Permission, Role
from memsvc.errors import Unavailable

router = APIRouter(tags=["health"])
statistics = APIRouter(tags=["statistics"], route_class=guarded(Permission.STATISTICS))


@router.get("/healthz", response_model=Health)
async def healthz() -> Json:
    """Whether the process answers. Needs no key."""
    return Json({"status": "ok", "version": memsvc.__version__})


@router.get("/readyz", response_model=Readiness, responses={503: DOCUMENTED[503]})
async def readyz(request: Request) -> Json:
    """Whether migrations are applied and the model is loaded, and it is to stay. Needs no key."""
    state.running(request)
    if state.of(request).leaving:
        raise Unavailable("The service is about to stop; ask another replica.", retry_after=1)
    return Json({"status": "ready"})


@statistics.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **documented(),
    },
)
def metrics(request: Request) -> Response:
    """Metrics in Prometheus' text format, for viewer, operator and admin keys."""
    call = call_of(request)
    text = call.measures.text(operator=call.principal.role in (Role.OPERATOR, Role.ADMIN))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
