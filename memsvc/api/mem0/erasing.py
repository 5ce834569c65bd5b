"""Routes: `delete_all` and `delete_users`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import guarded
from memsvc.api.mem0.entities import EntityName
from memsvc.api.mem0.filters import ANY, APP
from memsvc.api.mem0.naming import ENTITIES, names_somebody, object_of
from memsvc.api.mem0.whose import TAGS, Asking, asking
from memsvc.api.mem0.wire.answers import Mem0Deleted
from memsvc.api.mem0.wire.changing import DeleteAllQuery
from memsvc.api.problems import documented
from memsvc.core.access import Permission, Scope
from memsvc.core.filters import Condition, Filter
from memsvc.core.order import Selector
from memsvc.errors import InvalidRequest, NotFound
from memsvc.operations.forget_selected import Forgotten, forget_selected
from memsvc.operations.pick import pick_ids

router = APIRouter(tags=[*TAGS], route_class=guarded(Permission.MEMORIES))

EntityType = Literal["user", "agent", "app", "run"]


@router.delete("/v1/memories/", response_model=Mem0Deleted, responses=documented(404, 507))
def delete_all(request: Request, query: Annotated[DeleteAllQuery, Query()]) -> Json:
    """Erase all memories of a user, an agent, an application or a run, however many they are.

    Of what is given all has to hold. Where no agent is named, it is erased in all agents that the
    key sees. With `*` for each of the four, all that the key sees is erased; with none of them,
    nothing.
    """
    whose = asking(request)
    ids = {name: getattr(query, name) for name in ENTITIES if getattr(query, name) is not None}
    if ids == dict.fromkeys(ENTITIES, ANY):
        forgotten = [_forget(whose, scope, _everything(scope)) for scope in whose.scopes()]
        return _deleted("All memories deleted successfully!", forgotten)
    parts: list[Mapping[str, Any]] = [{name: value} for name, value in ids.items()]
    if query.filters is not None:
        parts.append(object_of("filters", query.filters))
    if not names_somebody(parts):
        raise InvalidRequest.at(
            "user_id",
            "name a user_id, agent_id, app_id or run_id; `*` for each of them erases everything",
        )
    if query.metadata is not None:
        parts.append({"metadata": object_of("metadata", query.metadata)})
    filters = whose.filters_everywhere({"AND": parts})
    forgotten = [_forget_matching(whose, *one) for one in filters.items()]
    return _deleted("Memories deleted successfully!", forgotten)


@router.delete(
    "/v2/entities/{entity_type}/{entity_name:path}/",
    response_model=Mem0Deleted,
    responses=documented(404, 507),
)
def delete_entity(
    entity_type: Annotated[EntityType, Path(description="What it is.", examples=["user"])],
    entity_name: EntityName,
    request: Request,
) -> Json:
    """Erase all memories of a user, also those that are about them, of an agent, a run or an app.

    In all agents that the key sees. One who has none is no error.
    """
    whose = asking(request)
    if entity_type == "agent":
        scope = whose.scope(entity_name)
        forgotten = [_forget(whose, scope, _everything(scope))]
    elif entity_type == "app":
        app = Condition(f"metadata.{APP}", "eq", entity_name)
        forgotten = [_forget_matching(whose, scope, app) for scope in whose.scopes()]
    else:
        forgotten = [
            _forget(
                whose,
                scope,
                Selector(agent_id=scope.agent_id, subject_ids=(entity_name,))
                if entity_type == "user"
                else Selector(agent_id=scope.agent_id, session_ids=(entity_name,)),
            )
            for scope in whose.scopes()
        ]
    return _deleted("Entity deleted successfully!", forgotten)


def _everything(scope: Scope) -> Selector:
    return Selector(agent_id=scope.agent_id)


def _forget(whose: Asking, scope: Scope, selector: Selector) -> Forgotten:
    """Erase what is selected; nothing of an agent that is not there."""
    try:
        return forget_selected(whose.call.runtime, scope, selector, whose.call.principal.key_id)
    except NotFound:
        return Forgotten(0, 0)


def _forget_matching(whose: Asking, scope: Scope, filter_: Filter) -> Forgotten:
    try:
        ids = pick_ids(whose.call.runtime, scope, filter_)
    except NotFound:
        ids = []
    if not ids:
        # Without ids a selector would mean all that the agent has.
        return Forgotten(0, 0)
    return _forget(whose, scope, Selector(agent_id=scope.agent_id, memory_ids=tuple(ids)))


def _deleted(message: str, forgotten: Iterable[Forgotten]) -> Json:
    done = list(forgotten)
    return Json(
        {
            "message": message,
            "deleted": sum(one.erased for one in done),
            "demoted": sum(one.demoted for one in done),
        }
    )
