"""Route: the state of an agent's memories."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.hygiene import HygieneAnswer
from memsvc.core.access import Permission
from memsvc.core.hygiene import Report
from memsvc.operations.hygiene import hygiene

CONCENTRATION_DECIMALS = 6

router = APIRouter(
    prefix="/v1/agents/{agent_id}", tags=["hygiene"], route_class=guarded(Permission.MEMORIES)
)


@router.get("/hygiene", response_model=HygieneAnswer, responses=documented(404))
def read_hygiene(agent_id: AgentId, request: Request) -> Json:
    """Look through all memories of an agent: duplicates, secrets, what is never used, damage.

    Counts and ids, no content. It takes seconds for 100,000 memories; nobody waits for it.
    """
    call = call_of(request)
    return Json(_report_json(hygiene(call.runtime, call.scope)))


def _report_json(report: Report) -> dict[str, Any]:
    return {
        "memories": report.memories,
        "duplicates": {"exact": asdict(report.exact), "near": asdict(report.near)},
        "never_used": {kind.value: asdict(one) for kind, one in report.unused.items()},
        "recall": {
            "used": report.used,
            "concentration": round(report.concentration, CONCENTRATION_DECIMALS),
        },
        "recall_loops": asdict(report.loops),
        "secrets": asdict(report.secrets)
        | {kind.value: count for kind, count in report.secrets_by_kind.items()},
        "expiring": asdict(report.expiring),
        "damaged": asdict(report.damaged),
    }
