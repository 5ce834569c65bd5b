"""Routes: runs of consolidation, and what is known of a person."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.consolidation import (
    ConsolidationBody,
    PlanWire,
    ProfileQuery,
    ProfileWire,
    RunList,
    RunWire,
)
from memsvc.api.wire.values import ID_PATTERN
from memsvc.core.access import Permission
from memsvc.core.consolidation.planning import Plan, Unit
from memsvc.core.profile import Profile
from memsvc.operations.consolidate import get_run, list_runs, preview, request_run, roll_back
from memsvc.operations.portray import portray
from memsvc.store.consolidation_runs import RunRow

SAMPLES = 3

router = APIRouter(
    prefix="/v1/agents/{agent_id}",
    tags=["consolidation"],
    route_class=guarded(Permission.MEMORIES),
)
RunId = Annotated[str, Path(description="The run.", pattern=ID_PATTERN, examples=["run-1"])]


@router.post(
    "/consolidations",
    status_code=202,
    response_model=RunWire,
    responses={200: {"model": PlanWire, "description": "A plan."}, **documented(404, 507)},
)
def consolidate_agent(agent_id: AgentId, body: ConsolidationBody, request: Request) -> Json:
    """Make facts and summaries of what was said: 202 with the run, which goes on by itself.

    A run that is under way already is not begun twice. With `dry_run`: 200 with the plan.
    """
    call = call_of(request)
    if body.dry_run:
        return Json(_plan_json(preview(call.runtime, call.scope, force=body.force)))
    run = request_run(call.runtime, call.scope, force=body.force)
    return Json(_run_json(run), status_code=202)


@router.get("/consolidations", response_model=RunList, responses=documented(404))
def list_consolidations(agent_id: AgentId, request: Request) -> Json:
    """List the last runs, the newest first."""
    call = call_of(request)
    return Json({"runs": [_run_json(one) for one in list_runs(call.runtime, call.scope)]})


@router.get("/consolidations/{run_id}", response_model=RunWire, responses=documented(404))
def read_consolidation(agent_id: AgentId, run_id: RunId, request: Request) -> Json:
    """Read one run."""
    call = call_of(request)
    return Json(_run_json(get_run(call.runtime, call.scope, run_id)))


@router.post(
    "/consolidations/{run_id}/rollback",
    response_model=RunWire,
    responses=documented(404, 409, 507),
)
def roll_back_consolidation(agent_id: AgentId, run_id: RunId, request: Request) -> Json:
    """Undo the last run: what it made is erased, what it superseded stands again."""
    call = call_of(request)
    return Json(_run_json(roll_back(call.runtime, call.scope, run_id, call.principal.key_id)))


@router.get("/profile", response_model=ProfileWire, responses=documented(404))
def read_profile(
    agent_id: AgentId, request: Request, query: Annotated[ProfileQuery, Query()]
) -> Json:
    """What is known of a person, as facts that stand now, each cited; empty for a stranger."""
    call = call_of(request)
    return Json(_profile_json(query.user_id, portray(call.runtime, call.scope, query.user_id)))


def _plan_json(plan: Plan) -> dict[str, Any]:
    made = Counter(one.relation for one in plan.units)
    samples = [
        _planned_json(one)
        for relation in made
        for one in [one for one in plan.units if one.relation == relation][:SAMPLES]
    ]
    return {
        "made": dict(made),
        "superseded": sum(len(one.replaces) for one in plan.units),
        "erased": len(plan.obsolete),
        "unchanged": plan.unchanged,
        "waiting": plan.waiting,
        "unread": len(plan.unread),
        "samples": samples,
    }


def _planned_json(unit: Unit) -> dict[str, Any]:
    return {
        "relation": unit.relation,
        "reason": unit.reason,
        "kind": unit.draft.kind,
        "content": unit.draft.content,
        "sources": len(unit.draft.source_ids),
    }


def _run_json(run: RunRow) -> dict[str, Any]:
    counts = run.counts
    return {
        "run_id": run.run_id,
        "status": run.status,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "made": counts.get("made", {}),
        "superseded": counts.get("superseded", 0),
        "erased": counts.get("erased", 0),
        "probes": counts.get("probes", 0),
        "recall_before": counts.get("recall_before"),
        "recall_least": counts.get("recall_least"),
        "why": counts.get("why") or counts.get("left"),
        "model": counts.get("model"),
    }


def _profile_json(user_id: str, profile: Profile) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "lines": [
            {
                "mark": str(one.mark),
                "group": one.group,
                "statement": one.memory.content,
                "id": one.memory.id,
                "quote": one.quote,
                "valid_from": one.since,
                "status": one.memory.status,
                "times": one.times,
                "source_ids": one.memory.source_ids,
            }
            for one in profile.lines
        ],
        "text": profile.text,
    }
