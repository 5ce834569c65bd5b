"""Route: an agent forgets what it selects."""

from __future__ import annotations

from fastapi import APIRouter, Request

from memsvc.api.answers import Json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.forgetting import AgentForgetAnswer, AgentForgetBody
from memsvc.core.access import Permission
from memsvc.core.order import Selector
from memsvc.operations.forget_selected import forget_selected

router = APIRouter(tags=["memories"], route_class=guarded(Permission.MEMORIES))


@router.post(
    "/v1/agents/{agent_id}/forget",
    response_model=AgentForgetAnswer,
    responses=documented(404, 507),
)
def forget_memories(agent_id: AgentId, body: AgentForgetBody, request: Request) -> Json:
    """Erase the memories that a selector means, and what was derived from them alone.

    On 200 their keys are destroyed. Nothing keeps the agent from learning it anew; where that must
    not be, an operator orders a forget request.
    """
    call = call_of(request)
    within = body.time_range
    selector = Selector(
        subject_ids=tuple(dict.fromkeys(body.subject_ids)),
        agent_id=agent_id,
        memory_ids=tuple(dict.fromkeys(body.memory_ids)),
        session_ids=tuple(dict.fromkeys(body.session_ids)),
        since=None if within is None else within.gte,
        until=None if within is None else within.lt,
    )
    forgotten = forget_selected(
        call.runtime, call.scope, selector, call.principal.key_id, dry=body.dry_run
    )
    return Json({"dry_run": body.dry_run, "erased": forgotten.erased, "demoted": forgotten.demoted})
