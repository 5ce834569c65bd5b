"""The dashboard joined to the app: every router of it."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from memsvc.core.access import Permission
from memsvc.dashboard import (
    agents,
    assets,
    behavior,
    consolidation,
    disputes,
    forget,
    forget_request,
    handbook,
    handbook_changes,
    login,
    memories,
    memory,
    overview,
)
from memsvc.dashboard.links import HOME
from memsvc.dashboard.state import Desk
from memsvc.dashboard.visits import pages
from memsvc.errors import NotFound

unknown = APIRouter(prefix=HOME, include_in_schema=False, route_class=pages(Permission.STATISTICS))

ROUTERS = (
    assets.router,
    login.router,
    login.signed_in,
    overview.router,
    agents.router,
    memories.router,
    memory.router,
    forget.router,
    forget_request.router,
    disputes.router,
    handbook.router,
    handbook_changes.router,
    handbook_changes.approval,
    behavior.router,
    behavior.approval,
    consolidation.router,
    unknown,  # takes what nobody else does
)


@unknown.get("/{rest:path}")
async def no_such_page(rest: str, request: Request) -> Response:
    """A page that says so, for every other address below; a slash too many is none."""
    if not rest:
        return RedirectResponse(HOME, status_code=303)
    raise NotFound("There is no such page.")


def install(app: FastAPI, desk: Desk) -> None:
    """Serve the pages below /dashboard."""
    app.state.desk = desk
    for router in ROUTERS:
        app.include_router(router)
