"""Page: an agent's handbook, its behaviors by status with what each is worth."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.core.access import Permission
from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.offered import LEAST_OFFERS
from memsvc.dashboard import worths
from memsvc.dashboard.asked import exact
from memsvc.dashboard.links import HOME
from memsvc.dashboard.render import rendered
from memsvc.dashboard.visits import pages, visit_of
from memsvc.operations.handbook.read_book import read_book, versions
from memsvc.operations.handbook.report import LineReport, report

router = APIRouter(
    prefix=f"{HOME}/agents/{{agent_id}}/handbook",
    include_in_schema=False,
    route_class=pages(Permission.MEMORIES),
)

LAST_VERSIONS = 5


@router.get("")
def handbook(agent_id: str, request: Request) -> Response:
    """What waits for a decision first, then what is offered, then what was retired."""
    visit = visit_of(request)
    task_class = exact(request.query_params, "task_class")
    found = report(visit.runtime, visit.scope, task_class)
    past = versions(read_book(visit.runtime, visit.scope))
    return rendered(
        request,
        "handbook.html",
        task_class=task_class,
        report=found,
        groups={status: _of(found.lines, status) for status in BehaviorStatus},
        versions=past[:LAST_VERSIONS],
        total=len(past),
        least=LEAST_OFFERS,
        worths=worths,
    )


def _of(lines: Sequence[LineReport], status: BehaviorStatus) -> list[LineReport]:
    """Those of a status, what is known to help most first."""

    def rank(one: LineReport) -> tuple[bool, float, str]:
        worth = one.worth if worths.is_told(one.worth) else None
        return worth is None, -worth.effect.estimate if worth else 0.0, one.line.name

    return sorted((one for one in lines if one.line.status is status), key=rank)
