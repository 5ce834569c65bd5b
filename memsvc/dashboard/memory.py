"""Page: one memory, all that is known of it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.memory import Memory, Status
from memsvc.core.retention_curve import Point
from memsvc.dashboard.asked import whole
from memsvc.dashboard.links import HOME
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.visits import Visit, pages, visit_of
from memsvc.dashboard.words import days_between
from memsvc.operations.fate import Fate, fate
from memsvc.operations.forget import delete_memory
from memsvc.operations.history import Kin, get_lineage, history
from memsvc.operations.revise import Revision, revise

router = APIRouter(prefix=HOME, include_in_schema=False, route_class=pages(Permission.MEMORIES))

PATH = "/agents/{agent_id}/memories/{memory_id}"
LARGEST_VERSION = 10**9


@dataclass(frozen=True, slots=True)
class Node:
    """A memory in a tree of lineage, with what is connected through it."""

    memory: Memory
    relation: str
    branches: list[Node] = field(default_factory=list)


@router.get(PATH)
def memory(agent_id: str, memory_id: str, request: Request) -> Response:
    """What it says, how it stands, where it comes from, and how it fades."""
    visit = visit_of(request)
    known = fate(visit.runtime, visit.scope, memory_id)
    past = history(visit.runtime, visit.scope, memory_id)
    kin = get_lineage(visit.runtime, visit.scope, memory_id)
    return rendered(
        request,
        "memory.html",
        memory=known.seen.memory,
        retention=known.seen.retention,
        fate=known,
        curve=_curve(visit, known),
        history=past,
        sources=tree(memory_id, kin.sources),
        derived=tree(memory_id, kin.derived),
        complete=kin.complete,
    )


@router.post(PATH + "/pin")
def pin(agent_id: str, memory_id: str, request: Request) -> Response:
    """Keep it from fading, or let it fade again."""
    is_pinned = visit_of(request).form.get("pinned") == "yes"
    return _changed(
        request, memory_id, {"pinned": is_pinned}, "pinned" if is_pinned else "unpinned"
    )


@router.post(PATH + "/archive")
def archive(agent_id: str, memory_id: str, request: Request) -> Response:
    """Take it out of searches."""
    return _changed(request, memory_id, {"status": Status.ARCHIVED}, "archived")


@router.post(PATH + "/activate")
def activate(agent_id: str, memory_id: str, request: Request) -> Response:
    """Have it found again: from the archive, from having faded, or from quarantine."""
    return _changed(request, memory_id, {"status": Status.ACTIVE}, "unarchived")


@router.get(PATH + "/erase")
def ask_to_erase(agent_id: str, memory_id: str, request: Request) -> Response:
    """What would be erased, before it is."""
    visit = visit_of(request)
    past = history(visit.runtime, visit.scope, memory_id)
    kin = get_lineage(visit.runtime, visit.scope, memory_id)
    derived = {one.memory.id for one in kin.derived}
    # What those ended in turn stays ended; what was derived is told of already.
    ended = [one for one in past.ended if one.superseded_by == memory_id and one.id not in derived]
    return rendered(
        request, "memory_erase.html", memory=kin.memory, derived=kin.derived, ended=ended
    )


@router.post(PATH + "/erase")
def erase(agent_id: str, memory_id: str, request: Request) -> Response:
    """Erase it, and what was derived from it alone."""
    visit = visit_of(request)
    actor = visit.principal.key_id
    delete_memory(visit.runtime, visit.scope, memory_id, _version(visit), actor)
    return moved("agents", agent_id, "memories", done="erased")


def tree(root: str, kin: Sequence[Kin]) -> list[Node]:
    """The nodes next to the root; kin come nearest first, so each finds the one it hangs on."""
    top: list[Node] = []
    branches = {root: top}
    for one in kin:
        node = Node(one.memory, one.relation)
        branches[one.memory.id] = node.branches
        branches.get(one.through, top).append(node)
    return top


def _changed(request: Request, memory_id: str, changes: Mapping[str, Any], done: str) -> Response:
    visit = visit_of(request)
    may_release = visit.principal.may(Permission.APPROVAL)
    revision = Revision(changes, may_release=may_release)
    revise(visit.runtime, visit.scope, memory_id, revision, _version(visit))
    return moved("agents", visit.scope.agent_id, "memories", memory_id, done=done)


def _version(visit: Visit) -> frozenset[int] | None:
    """The version that the form was made of: nobody changes what they have not seen."""
    version = whole(visit.form, "version", 1, LARGEST_VERSION)
    return None if version is None else frozenset({version})


def _curve(visit: Visit, known: Fate) -> list[tuple[float | None, ...]]:
    """Rows of the chart: days from now, retention, threshold, retention at a use."""
    now = visit.runtime.clock.now()
    used = {use.at for use in known.uses}
    threshold = known.threshold if known.threshold > 0 else None

    def row(point: Point) -> tuple[float | None, ...]:
        at = round(days_between(now, point.at), 3)
        kept = round(point.retention, 4)
        return (at, kept, threshold, kept if point.at in used else None)

    return [row(point) for point in known.curve]
