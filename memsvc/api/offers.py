"""Routes: behaviors offered for a task, what came of it, and what the handbook is worth."""

from __future__ import annotations

import math
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.offers import (
    OfferAnswer,
    OfferBody,
    OfferOutcomeAnswer,
    OfferOutcomeBody,
    ReportAnswer,
    ReportQuery,
)
from memsvc.core.access import Permission
from memsvc.core.handbook.intervals import Interval
from memsvc.core.handbook.offered import LEAST_OFFERS
from memsvc.core.handbook.worth import HandbookWorth, LineWorth
from memsvc.operations.handbook.offer import Wanted, offer
from memsvc.operations.handbook.outcome import Came, tell
from memsvc.operations.handbook.report import report

router = APIRouter(
    prefix="/v1/agents/{agent_id}/handbook",
    tags=["handbook"],
    route_class=guarded(Permission.MEMORIES),
)
OfferId = Annotated[
    str,
    Path(
        description="The `offer_id` of an offer.",
        pattern=r"^[A-Za-z0-9_-]{1,2048}$",
        examples=["q83vASNFZ4k"],
    ),
]


@router.post("/search", response_model=OfferAnswer, responses=documented(404))
def offer_behaviors(agent_id: AgentId, body: OfferBody, request: Request) -> Json:
    """Find active behaviors for a task, by relevance and by what they were worth so far.

    A share of offers, drawn at random, is held out: empty, so that the handbook can be measured.
    Tell the outcome of these as well.
    """
    call = call_of(request)
    topics = None if body.topics is None else tuple(body.topics)
    wanted = Wanted(body.task, body.limit, body.token_budget, topics, body.task_class or "")
    made = offer(call.runtime, call.scope, wanted)
    call.measures.offers.labels(made.held_out).inc()
    return Json(
        {
            "offer_id": made.offer_id,
            "held_out": made.held_out,
            "behaviors": [
                {"name": one.name, "instruction": one.instruction, "topics": one.topics}
                for one in made.lines
            ],
            "text": made.text,
            "tokens": made.tokens,
        }
    )


@router.post(
    "/offers/{offer_id}/outcome",
    response_model=OfferOutcomeAnswer,
    responses=documented(404, 409, 507),
)
def tell_outcome_of_offer(
    agent_id: AgentId, offer_id: OfferId, body: OfferOutcomeBody, request: Request
) -> Json:
    """Tell how the task of an offer went, once; the same told again changes nothing.

    Behaviors that a task cites which succeeded, by half at least, fade more slowly.
    """
    call = call_of(request)
    came = Came(
        success=body.outcome,
        input_tokens=body.input_tokens,
        output_tokens=body.output_tokens,
        cited=tuple(body.cited),
        text=body.text,
        trace_id=body.trace_id,
    )
    noted = tell(call.runtime, call.scope, offer_id, came)
    call.measures.outcomes.labels(noted.held_out).inc()
    return Json(
        {
            "held_out": noted.held_out,
            "outcome": noted.success,
            "offered": noted.offered,
            "cited": noted.cited,
        }
    )


@router.get("/report", response_model=ReportAnswer, responses=documented(404))
def read_handbook_report(
    agent_id: AgentId, request: Request, query: Annotated[ReportQuery, Query()]
) -> Json:
    """Read what the handbook is worth, and each of its lines, with intervals.

    Nothing is concluded from less than 30 tasks. A result below zero is one like any other.
    """
    call = call_of(request)
    found = report(call.runtime, call.scope, query.task_class)
    return Json(
        {
            "handbook": worth_json(found.handbook),
            "lines": [
                {
                    "name": one.line.name,
                    "status": one.line.status,
                    "worth": None if one.worth is None else _line_json(one.worth),
                }
                for one in found.lines
            ],
            "curation_tokens": found.curation_tokens,
            "curation": found.curation,
        }
    )


def worth_json(worth: HandbookWorth) -> dict[str, Any]:
    """What a handbook is worth in the shape of `HandbookWorthWire`."""
    return {
        "offered": worth.offered,
        "held_out": worth.held_out,
        "success": _interval_json(worth.success) if worth.offered else None,
        "success_held_out": _interval_json(worth.success_held_out) if worth.held_out else None,
        "lift": None if worth.lift is None else _interval_json(worth.lift),
        "saving": None if worth.saving is None else _interval_json(worth.saving),
        "lift_verdict": worth.lift_verdict,
        "saving_verdict": worth.saving_verdict,
    }


def _line_json(worth: LineWorth) -> dict[str, Any]:
    is_told = worth.offered >= LEAST_OFFERS
    return {
        "offered": worth.offered,
        "cited": worth.cited,
        "uncited": worth.uncited,
        "success_with": _interval_json(worth.success_with),
        "success_without": worth.success_without,
        "tokens_with": worth.tokens_with,
        "tokens_without": worth.tokens_without,
        "effect": _interval_json(worth.effect) if is_told else None,
        "token_effect": _interval_json(worth.token_effect) if is_told else None,
        "harm_rate": worth.harm_rate,
        "verdict": worth.verdict,
    }


def _interval_json(interval: Interval) -> dict[str, Any]:
    low, high = (one if math.isfinite(one) else None for one in (interval.low, interval.high))
    return {"estimate": interval.estimate, "low": low, "high": high}
