"""Routes: subgoals of a session and its working memory.

Names of sessions and subgoals stand in the paths; logs and measures hold the templates of routes.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from memsvc.api.answers import OMITTED_IDS, Json, memory_json
from memsvc.api.auth import AgentId, call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.memories import MemoryWire
from memsvc.api.wire.sessions import CompletionBody, WorkingMemoryAnswer, WorkingMemoryQuery
from memsvc.api.wire.values import AGENT_PATTERN
from memsvc.core.access import Permission, trust_of
from memsvc.core.memory import Memory
from memsvc.operations.subgoals import Completion, SessionMemory, complete, working_memory

router = APIRouter(
    prefix="/v1/agents/{agent_id}/sessions/{session_id}",
    tags=["sessions"],
    route_class=guarded(Permission.MEMORIES),
)

SessionId = Annotated[
    str,
    Path(
        description="The session. One whose id has a slash cannot be named here.",
        pattern=AGENT_PATTERN,
        examples=["s1"],
    ),
]
Subgoal = Annotated[
    str, Path(description="The subgoal.", pattern=AGENT_PATTERN, examples=["find the invoice"])
]


@router.post("/subgoals/{name}/complete", response_model=MemoryWire, responses=documented(404, 507))
def complete_subgoal(
    agent_id: AgentId,
    session_id: SessionId,
    name: Subgoal,
    body: CompletionBody,
    request: Request,
) -> Json:
    """Finish a subgoal: one line stands for its memories from then on.

    The line is a memory that is derived from them. A second completion supersedes it.
    """
    call = call_of(request)
    trust = trust_of(call.principal, None, None)
    completion = Completion(session_id, name, body.met, body.summary, trust)
    return Json(memory_json(*complete(call.runtime, call.scope, completion)))


@router.get("/working-memory", response_model=WorkingMemoryAnswer, responses=documented(404))
def read_working_memory(
    agent_id: AgentId,
    session_id: SessionId,
    request: Request,
    query: Annotated[WorkingMemoryQuery, Query()],
) -> Json:
    """Read a session as its agent needs it: finished subgoals in a line each, the open one in full.

    Within `max_tokens` the newest come first. Memories without a subgoal are no part of it.
    """
    call = call_of(request)
    found = working_memory(call.runtime, call.scope, session_id, query.expand, query.max_tokens)
    return Json(_working_json(found))


def _working_json(found: SessionMemory) -> dict[str, Any]:
    working = found.working
    current, omitted = working.current, working.omitted

    def detail(name: str, memories: tuple[Memory, ...]) -> dict[str, Any]:
        shown = [memory_json(one, found.retentions[one.number]) for one in memories]
        return {"subgoal": name, "memories": shown}

    return {
        "text": working.text,
        "tokens": working.tokens,
        "finished": [
            {
                "subgoal": one.name,
                "summary": one.summary.content,
                "met": one.met,
                "id": one.summary.id,
            }
            for one in working.finished
        ],
        "open": detail(current.name, current.memories) if current else None,
        "expanded": [detail(one.name, one.memories) for one in working.expanded],
        "left_open": working.left_open,
        "omitted": {
            "finished": omitted.finished,
            "memories": len(omitted.ids),
            "ids": omitted.ids[:OMITTED_IDS],
        },
    }
