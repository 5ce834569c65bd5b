"""Routes: `users`, profiles, and whether the key is good."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from memsvc.api.answers import Json
from memsvc.api.auth import guarded
from memsvc.api.mem0.whose import TAGS, asking
from memsvc.api.mem0.wire.answers import Mem0Entities, Mem0Ping, Mem0Profile
from memsvc.api.problems import documented
from memsvc.core.access import Permission
from memsvc.core.filters import Condition
from memsvc.core.profile import Profile
from memsvc.errors import NotFound
from memsvc.operations.pick import pick
from memsvc.operations.portray import portray
from memsvc.operations.roll_call import roll_call
from memsvc.store.roster import Met

router = APIRouter(tags=[*TAGS], route_class=guarded(Permission.MEMORIES))

EntityName = Annotated[str, Path(description="Its name.", examples=["alice"])]


@router.get("/v1/ping/", response_model=Mem0Ping, responses=documented())
def ping(request: Request) -> Json:
    """Learn that the key is good, and whose tenant it is of."""
    tenant = asking(request).call.principal.tenant
    return Json({"status": "ok", "org_id": tenant, "project_id": tenant, "user_email": None})


@router.get("/v1/entities/", response_model=Mem0Entities, responses=documented())
def list_entities(request: Request) -> Json:
    """List the agents that the key sees, and the users and runs of whom they have memories."""
    whose = asking(request)
    agents: dict[str, Met] = {}
    users: dict[str, Met] = {}
    runs: dict[str, Met] = {}
    for scope in whose.scopes():
        try:
            roll = roll_call(whose.call.runtime, scope)
        except NotFound:
            continue
        if roll.held is not None:
            agents[scope.agent_id] = roll.held
        for known, found in ((users, roll.people), (runs, roll.sessions)):
            for name, one in found.items():
                known[name] = _both(known[name], one) if name in known else one
    kinds = (("agent", agents), ("user", users), ("run", runs))
    results = [
        {
            "id": name,
            "name": name,
            "type": kind,
            "total_memories": one.memories,
            "created_at": one.first_at,
            "updated_at": one.last_at,
        }
        for kind, found in kinds
        for name, one in sorted(found.items())
    ]
    return Json({"count": len(results), "next": None, "previous": None, "results": results})


@router.get(
    "/v2/entities/user/{entity_name:path}/profile/",
    response_model=Mem0Profile,
    responses=documented(404),
)
def profile_of(entity_name: EntityName, request: Request) -> Json:
    """What the default agent knows of a user: facts that stand, as consolidation read them."""
    whose = asking(request)
    runtime, scope = whose.call.runtime, whose.scope(None)
    known = portray(runtime, scope, entity_name)
    if not known.lines:
        theirs = Condition("user_id", "eq", entity_name)
        if not pick(runtime, scope, theirs, (), 0, 1).total:
            raise NotFound("No such user, or not one this key may see.")
    return Json(_profile_json(entity_name, known))


def _both(one: Met, other: Met) -> Met:
    return Met(
        one.memories + other.memories,
        min(one.first_at, other.first_at),
        max(one.last_at, other.last_at),
    )


def _profile_json(user_id: str, known: Profile) -> dict[str, Any]:
    groups: dict[str, list[str]] = {}
    for line in known.lines:
        groups.setdefault(line.group.value, []).append(line.memory.content)
    return {
        "entity_type": "user",
        "entity_id": user_id,
        "status": "succeeded" if known.lines else "insufficient_data",
        "profile": groups,
        "updated_at": max((line.memory.updated_at for line in known.lines), default=None),
        "generation_count": 0,
    }
