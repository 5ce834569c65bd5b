"""Routes by id: `get`, `update`, `delete`, `history`, batches of them, `feedback`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import guarded
from memsvc.api.mem0.answers import history_json, memory_json
from memsvc.api.mem0.filters import APP
from memsvc.api.mem0.whose import TAGS, Asking, OuterPath, asking
from memsvc.api.mem0.wire.answers import Mem0Done, Mem0Memory, Mem0Updated, Mem0Version
from memsvc.api.mem0.wire.changing import (
    BatchDeleteBody,
    BatchUpdateBody,
    DeleteQuery,
    Mem0FeedbackBody,
    UpdateBody,
)
from memsvc.api.problems import documented
from memsvc.core.access import Permission, Scope
from memsvc.core.fading import Seen
from memsvc.core.reinforcement import Outcome
from memsvc.errors import NotFound, PreconditionFailed
from memsvc.operations.feedback import Told, give_feedback
from memsvc.operations.forget import delete_memory
from memsvc.operations.history import history
from memsvc.operations.read import see_memory
from memsvc.operations.revise import Revision, revise

router = APIRouter(tags=[*TAGS], route_class=guarded(Permission.MEMORIES))

ONE = "/v1/memories/{mem0_id}/"
BATCH = "/v1/batch/"
ATTEMPTS = 8

OUTCOMES = {
    "POSITIVE": Outcome.CONFIRMED,
    "NEGATIVE": Outcome.PARTLY,
    "VERY_NEGATIVE": Outcome.CONTRADICTED,
}


@router.get(ONE, response_model=Mem0Memory, responses=documented(404))
def get_one(mem0_id: OuterPath, request: Request) -> Json:
    """Read one memory, whatever its status."""
    whose = asking(request)
    seen = see_memory(whose.call.runtime, *whose.place(mem0_id))
    return Json(memory_json(seen.memory, whose.default))


@router.put(ONE, response_model=Mem0Updated, responses=documented(404, 409, 507))
def update_one(mem0_id: OuterPath, body: UpdateBody, request: Request) -> Json:
    """Change wording, metadata or expiry; the old wording stays in the history."""
    whose = asking(request)
    scope, memory_id = whose.place(mem0_id)
    names = {"text": "content", "metadata": "metadata", "expiration_date": "expires_at"}
    changes = {names[name]: getattr(body, name) for name in body.model_fields_set}
    seen = _changed(whose, scope, memory_id, changes)
    said = memory_json(seen.memory, whose.default)
    return Json({**said, "text": seen.memory.content})


@router.delete(ONE, response_model=Mem0Done, responses=documented(404, 409, 507))
def delete_one(
    mem0_id: OuterPath, request: Request, query: Annotated[DeleteQuery, Query()]
) -> Json:
    """Erase one memory and what was derived from it alone: its key is destroyed."""
    whose = asking(request)
    scope, memory_id = whose.place(mem0_id)
    if query.delete_linked:
        # The oldest first: what is left after a failure can be asked for by the same id again.
        linked = reversed(_ended(whose, scope, memory_id))
        _erase(whose, [(scope, one) for one in (*linked, memory_id)])
    else:
        _erase_one(whose, scope, memory_id)
    return Json({"message": "Memory deleted successfully!"})


@router.get(f"{ONE}history/", response_model=list[Mem0Version], responses=documented(404))
def history_of_one(mem0_id: OuterPath, request: Request) -> Json:
    """Read how a memory was worded, the first wording first."""
    whose = asking(request)
    found = history(whose.call.runtime, *whose.place(mem0_id))
    return Json(history_json(found, whose.default))


@router.put(BATCH, response_model=Mem0Done, responses=documented(404, 409, 507))
def update_several(body: BatchUpdateBody, request: Request) -> Json:
    """Change several memories, one after the other, once all of them are known to be there."""
    whose = asking(request)
    places = [whose.place(one.memory_id) for one in body.memories]
    for place in places:
        see_memory(whose.call.runtime, *place)
    for one, (scope, memory_id) in zip(body.memories, places, strict=True):
        changes: dict[str, Any] = {}
        if one.text is not None:
            changes["content"] = one.text
        if one.metadata is not None:
            changes["metadata"] = one.metadata
        if changes:
            _changed(whose, scope, memory_id, changes)
    return Json({"message": f"Successfully updated {len(places)} memories"})


@router.delete(BATCH, response_model=Mem0Done, responses=documented(404, 409, 507))
def delete_several(body: BatchDeleteBody, request: Request) -> Json:
    """Erase several memories, one after the other, once all of them are known to be there."""
    whose = asking(request)
    places = dict.fromkeys(whose.place(one.memory_id) for one in body.memories)
    for place in places:
        see_memory(whose.call.runtime, *place)
    _erase(whose, places)
    return Json({"message": f"Successfully deleted {len(places)} memories"})


@router.post("/v1/feedback/", response_model=Mem0Done, responses=documented(404, 507))
def tell_of_one(body: Mem0FeedbackBody, request: Request) -> Json:
    """Tell what became of a memory: what is confirmed fades slower, what is contradicted faster."""
    whose = asking(request)
    scope, memory_id = whose.place(body.memory_id)
    see_memory(whose.call.runtime, scope, memory_id)
    if body.feedback is None:
        return Json({"message": "No feedback was given, and nothing was changed."})
    give_feedback(whose.call.runtime, scope, [Told(memory_id, OUTCOMES[body.feedback])])
    reason = " The reason is not kept." if body.feedback_reason else ""
    return Json({"message": f"Feedback was taken in.{reason}"})


def _erase(whose: Asking, places: Iterable[tuple[Scope, str]]) -> None:
    """Erase memories that were all there just now."""
    for scope, memory_id in places:
        try:
            _erase_one(whose, scope, memory_id)
        except NotFound:
            # It was derived from one that went before, or somebody else erased it.
            continue


def _erase_one(whose: Asking, scope: Scope, memory_id: str) -> None:
    delete_memory(whose.call.runtime, scope, memory_id, actor=whose.call.principal.key_id)


def _changed(whose: Asking, scope: Scope, memory_id: str, changes: Mapping[str, Any]) -> Seen:
    """The memory, changed; its application is no affair of the caller's metadata."""
    runtime = whose.call.runtime
    for attempt in range(ATTEMPTS):
        before = see_memory(runtime, scope, memory_id).memory
        wanted = dict(changes)
        if "metadata" in wanted and APP in before.metadata:
            wanted["metadata"] = {APP: before.metadata[APP], **wanted["metadata"]}
        try:
            return revise(runtime, scope, memory_id, Revision(wanted), frozenset({before.version}))
        except PreconditionFailed:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt answers or raises")


def _ended(whose: Asking, scope: Scope, memory_id: str) -> list[str]:
    """Ids of what the memory superseded, and of what that had, newest first; raises NotFound."""
    found = {memory_id: None}
    edge = [one.id for one in history(whose.call.runtime, scope, memory_id).ended]
    while edge:
        found |= dict.fromkeys(edge)
        further = [one for id_ in edge for one in _ended_by(whose, scope, id_)]
        edge = [one for one in dict.fromkeys(further) if one not in found]
    return list(found)[1:]


def _ended_by(whose: Asking, scope: Scope, memory_id: str) -> list[str]:
    try:
        return [one.id for one in history(whose.call.runtime, scope, memory_id).ended]
    except NotFound:
        # Gone since it was found.
        return []
