"""Pages: runs of consolidation; what one would do, what one did, and how it is undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.consolidation.planning import Unit
from memsvc.core.consolidation.relations import DAY, EXTRACTED, GLOBAL, RECURRENCE, SESSION
from memsvc.core.consolidation.run import UNDER_WAY, RunStatus
from memsvc.dashboard.cursors import packed, unpacked
from memsvc.dashboard.links import HOME
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.visits import pages, visit_of
from memsvc.errors import WrongState
from memsvc.operations.consolidate import get_run, list_runs, preview, request_run, roll_back
from memsvc.operations.consolidating.harvest import harvest
from memsvc.store.consolidation_runs import RunRow

router = APIRouter(
    prefix=f"{HOME}/agents/{{agent_id}}/consolidation",
    include_in_schema=False,
    route_class=pages(Permission.MEMORIES),
)

SAMPLES = 5
"""Memories of each relation that a plan shows."""
MADE_PER_PAGE = 25
TONES: Mapping[str, str] = {
    RunStatus.REQUESTED: "info",
    RunStatus.RUNNING: "info",
    RunStatus.DONE: "good",
    RunStatus.ROLLING_BACK: "warn",
    RunStatus.ROLLED_BACK: "calm",
}
RELATIONS: Mapping[str, tuple[str, str]] = {
    EXTRACTED: ("fact", "facts"),
    SESSION: ("summary of a session", "summaries of sessions"),
    DAY: ("summary of a day", "summaries of days"),
    GLOBAL: ("summary of all", "summaries of all"),
    RECURRENCE: ("recurrence", "recurrences"),
}
NOT_THE_LAST = "Only the last run that is done can be rolled back; a later one comes first."


@router.get("")
def runs(agent_id: str, request: Request) -> Response:
    """The last runs, the newest first; while one is under way the list is asked for again."""
    visit = visit_of(request)
    found = list_runs(visit.runtime, visit.scope)
    return rendered(
        request,
        "consolidation.html",
        runs=found,
        goes_on=any(one.status in UNDER_WAY for one in found),
        tones=TONES,
        relations=RELATIONS,
    )


@router.get("/plan")
def plan(agent_id: str, request: Request) -> Response:
    """What a run would make now; nothing is written."""
    visit = visit_of(request)
    force = request.query_params.get("force") == "yes"
    found = preview(visit.runtime, visit.scope, force=force)
    return rendered(
        request,
        "consolidation_plan.html",
        plan=found,
        force=force,
        made=Counter(one.relation for one in found.units),
        samples=_samples(found.units),
        superseded=sum(len(one.replaces) for one in found.units),
        relations=RELATIONS,
    )


@router.post("")
def start(agent_id: str, request: Request) -> Response:
    """Ask for a run; the one that is under way, where one is."""
    visit = visit_of(request)
    force = visit.form.get("force") == "yes"
    run = request_run(visit.runtime, visit.scope, force=force)
    return moved("agents", agent_id, "consolidation", run.run_id, done="run-asked")


@router.get("/{run_id}")
def show(agent_id: str, run_id: str, request: Request) -> Response:
    """One run, and what it made; while it goes on the page asks again every second."""
    visit = visit_of(request)
    run = get_run(visit.runtime, visit.scope, run_id)
    after = unpacked(request.query_params.get("cursor"))
    made = harvest(visit.runtime, visit.scope, run_id, after, MADE_PER_PAGE)
    return rendered(
        request,
        "consolidation_run.html",
        run=run,
        made=made,
        is_first=after is None,
        cursor=packed(after),
        next=packed(made.next_after),
        goes_on=run.status in UNDER_WAY,
        may_undo=_is_last(list_runs(visit.runtime, visit.scope), run_id),
        tones=TONES,
        relations=RELATIONS,
    )


@router.get("/{run_id}/rollback")
def ask_to_undo(agent_id: str, run_id: str, request: Request) -> Response:
    """What rolling back would do, before it is done."""
    visit = visit_of(request)
    run = get_run(visit.runtime, visit.scope, run_id)
    if not _is_last(list_runs(visit.runtime, visit.scope), run_id):
        raise WrongState(NOT_THE_LAST)
    made = harvest(visit.runtime, visit.scope, run_id, limit=MADE_PER_PAGE)
    return rendered(request, "consolidation_rollback.html", run=run, made=made, relations=RELATIONS)


@router.post("/{run_id}/rollback")
def undo(agent_id: str, run_id: str, request: Request) -> Response:
    """Erase what it made, and have stand again what it superseded."""
    visit = visit_of(request)
    roll_back(visit.runtime, visit.scope, run_id, visit.principal.key_id)
    return moved("agents", agent_id, "consolidation", run_id, done="run-rolled-back")


def _samples(units: Sequence[Unit]) -> dict[str, list[Unit]]:
    """The first of each relation."""
    found: dict[str, list[Unit]] = {}
    for unit in units:
        of_relation = found.setdefault(unit.relation, [])
        if len(of_relation) < SAMPLES:
            of_relation.append(unit)
    return found


def _is_last(newest_first: Sequence[RunRow], run_id: str) -> bool:
    """Whether it is the last run that stands, and done."""
    standing = (one for one in newest_first if one.status in (*UNDER_WAY, RunStatus.DONE))
    last = next(standing, None)
    return last is not None and last.run_id == run_id and last.status == RunStatus.DONE
