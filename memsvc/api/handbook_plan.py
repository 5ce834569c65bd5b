"""Routes: the handbook is put in order."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.behaviors import by_of
from memsvc.api.problems import documented
from memsvc.api.wire.handbook_plan import HandbookConsolidationAnswer, HandbookConsolidationBody
from memsvc.core.access import Permission
from memsvc.core.handbook.line import Line
from memsvc.operations.handbook.consolidate import Planned, Rated, consolidate, plan

router = APIRouter(
    prefix="/v1/agents/{agent_id}/handbook",
    tags=["handbook"],
    route_class=guarded(Permission.MEMORIES),
)


@router.post(
    "/consolidations",
    response_model=HandbookConsolidationAnswer,
    responses=documented(404, 507),
)
def consolidate_handbook(
    agent_id: AgentId, body: HandbookConsolidationBody, request: Request
) -> Json:
    """Merge what says the same, retire what does not help, put forward what attempts repeat.

    One version, which can be rolled back; no new one where there is nothing to do. Takes
    milliseconds to seconds, as behaviors and attempts are few or many.
    """
    call = call_of(request)
    if body.dry_run:
        planned = plan(call.runtime, call.scope)
        return Json(_json(planned, planned.version, applied=False))
    done = consolidate(call.runtime, call.scope, by_of(call))
    return Json(_json(done.planned, done.version, applied=bool(done.planned.plan)))


def _json(planned: Planned, version: int, *, applied: bool) -> dict[str, Any]:
    plan_ = planned.plan
    return {
        "version": version,
        "applied": applied,
        "merges": [
            {"kept": one.kept, "gone": one.gone, "cosine": one.cosine} for one in plan_.merges
        ],
        "retirements": [{"name": one.name, "reasons": one.reasons} for one in plan_.retirements],
        "proposals": [_proposal_json(one) for one in plan_.proposals],
        "ratings": [_rating_json(one) for one in planned.ratings],
    }


def _proposal_json(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "instruction": line.instruction,
        "topics": line.topics,
        "status": line.status,
        "flagged": line.flagged,
        "source_trace_ids": line.source_ids,
    }


def _rating_json(rated: Rated) -> dict[str, Any]:
    return {
        "name": rated.name,
        "status": rated.status,
        "mu": rated.mu,
        "sigma": rated.sigma,
        "sure": rated.sure,
        "verdict": rated.verdict,
    }
