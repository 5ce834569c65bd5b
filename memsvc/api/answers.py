"""Answers as JSON bytes, built by hand: validating what the service itself made costs more than
all the rest of a search. A test holds every shape against its wire model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from starlette.responses import Response

from memsvc.core.context import Context
from memsvc.core.explaining import explained
from memsvc.core.memory import Memory
from memsvc.operations.gate import Found
from memsvc.operations.known import Written
from memsvc.operations.question import Mode
from memsvc.operations.read import Page
from memsvc.operations.search import Hits

EXPLAINED_DECIMALS = 9

OMITTED_IDS = 20
"""Ids named at most; `count` counts all."""


class Json(Response):
    """A JSON answer; times end in Z."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def etag(memory: Memory) -> dict[str, str]:
    """The header that names the memory's version."""
    return {"ETag": f'"{memory.version}"'}


def memory_json(memory: Memory, retention: float) -> dict[str, Any]:
    """A memory, as readers see it, in the shape of `MemoryWire`."""
    return {
        "id": memory.id,
        "agent_id": memory.agent_id,
        "kind": memory.kind,
        "content": memory.content,
        "user_id": memory.user_id,
        "subject_ids": memory.subject_ids,
        "session_id": memory.session_id,
        "role": memory.role,
        "speaker": memory.speaker,
        "event_time": memory.event_time,
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
        "last_used_at": memory.last_used_at,
        "use_count": memory.use_count,
        "importance": memory.importance,
        "confidence": memory.confidence,
        "trust": memory.trust,
        "channel": memory.channel,
        "status": memory.status,
        "valid_from": memory.valid_from,
        "valid_to": memory.valid_to,
        "superseded_by": memory.superseded_by,
        # orjson writes these dataclasses field by field.
        "fact": memory.fact,
        "behavior": memory.behavior,
        "metadata": memory.metadata,
        "tags": memory.tags,
        "retention": round(retention, 6),
        "stability_days": memory.stability_days,
        "pinned": memory.pinned,
        "expires_at": memory.expires_at,
        "source_ids": memory.source_ids,
        "subgoal": memory.subgoal,
    }


def side_json(memory: Memory) -> dict[str, Any]:
    """A memory in the shape of `SideWire`."""
    return {
        "id": memory.id,
        "content": memory.content,
        "status": memory.status,
        "trust": memory.trust,
        "valid_from": memory.valid_from,
        "event_time": memory.event_time,
        "created_at": memory.created_at,
    }


def page_json(page: Page, next_cursor: str | None) -> dict[str, Any]:
    """A page in the shape of `MemoryPage`."""
    return {
        "memories": [memory_json(*one) for one in page.seen],
        "next_cursor": next_cursor,
        "total": page.total,
    }


def written_json(written: Sequence[Written]) -> dict[str, Any]:
    """Results in the shape of `WriteAnswer`."""
    return {
        "results": [
            {"id": one.id, "event": one.event, "affected": one.affected}
            | ({} if one.reason is None else {"reason": one.reason})
            for one in written
        ]
    }


def hits_json(hits: Hits, took_ms: float, *, explain: bool) -> dict[str, Any]:
    """Hits in the shape of `SearchAnswer`."""
    results = []
    for one in hits.found:
        result: dict[str, Any] = {
            "memory": memory_json(one.memory, one.retention),
            "score": one.score,
        }
        if one.against:
            result["contradicts"] = [side_json(other) for other in one.against]
        if explain:
            result["score_details"] = _details(one)
        results.append(result)
    mode = Mode.DEEP if hits.deep else Mode.FAST
    return {"results": results, "mode": mode, "took_ms": round(took_ms, 3)}


def context_json(context: Context) -> dict[str, Any]:
    """A context in the shape of `ContextAnswer`."""
    omitted = context.omitted
    return {
        "text": context.text,
        "tokens": context.tokens,
        "citations": [
            {"mark": str(one.mark), "id": one.id, "quote": one.quote} for one in context.citations
        ],
        "omitted": {
            "count": len(omitted.ids),
            "ids": omitted.ids[:OMITTED_IDS],
            "tokens": omitted.tokens,
            "repeated": omitted.repeated,
        },
    }


def _details(found: Found) -> Mapping[str, Any]:
    why = asdict(explained(found.judgement, found.place))
    return {
        **{name: _rounded(value) for name, value in why.items()},
        "signals": {name: _rounded(value) for name, value in why["signals"].items()},
    }


def _rounded(value: Any) -> Any:
    # One more place than a score has, so that the factors give it again.
    return round(value, EXPLAINED_DECIMALS) if isinstance(value, float) else value
