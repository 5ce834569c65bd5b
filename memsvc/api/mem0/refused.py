"""What the client of mem0 can ask for and is not here: each answers what to do instead."""

from __future__ import annotations

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import guarded
from memsvc.core.access import Permission
from memsvc.errors import NotOffered

router = APIRouter(route_class=guarded(Permission.MEMORIES), include_in_schema=False)

_EXPORT = "An export by a schema takes a model: page through `get_all`, or run `memsvc export`."
_PROFILES = (
    "Profiles are put together when they are asked for, from facts that consolidation read: there "
    "is nothing to generate or to set up. Read one with `get_profile`."
)
_PROJECT = (
    "There are no organizations, projects, members or webhooks: keys belong to a tenant (see "
    "`memsvc keys`), and what an agent does is set with `PUT /v1/agents/AGENT`."
)
_EVENTS = "Nothing is queued: what `add` answered is stored."

REFUSED = {
    "/v1/exports/": _EXPORT,
    "/v1/exports/get/": _EXPORT,
    "/v1/summary/": "A summary takes a model: read `POST /v1/agents/AGENT/context` instead.",
    "/v2/profiles/jobs/": _PROFILES,
    "/v2/profiles/jobs/{rest:path}": _PROFILES,
    "/v2/profiles/settings/": _PROFILES,
    "/v1/events/": _EVENTS,
    "/v1/event/{rest:path}": _EVENTS,
    "/api/v1/{rest:path}": _PROJECT,
}


def _refuse(request: Request) -> Json:
    raise NotOffered(REFUSED[request.scope["route"].path])


for _path in REFUSED:
    router.add_api_route(_path, _refuse, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
