"""Memories in the words of mem0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memsvc.api.mem0.filters import APP
from memsvc.api.mem0.ids import Place, outer
from memsvc.api.mem0.times import last_day
from memsvc.core.memory import Event, Memory
from memsvc.operations.history import History
from memsvc.operations.known import Written

EVENTS = {
    Event.ADDED: "ADD",
    Event.DISPUTED: "ADD",
    Event.QUARANTINED: "ADD",
    Event.SUPERSEDED: "UPDATE",
    Event.MERGED: "UPDATE",
    Event.DUPLICATE: "NONE",
    Event.SUPPRESSED: "NONE",
    Event.REJECTED: "NONE",
}


def memory_json(memory: Memory, default: str) -> dict[str, Any]:
    """A memory in the shape of `Mem0Memory`."""
    return {
        "id": outer(Place(memory.agent_id, memory.id), default),
        "memory": memory.content,
        "user_id": memory.user_id,
        "agent_id": None if memory.agent_id == default else memory.agent_id,
        "app_id": app_of(memory),
        "run_id": memory.session_id,
        "metadata": {name: one for name, one in memory.metadata.items() if name != APP},
        "categories": memory.tags,
        "role": memory.role,
        "actor_id": memory.speaker,
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
        "timestamp": memory.event_time,
        "expiration_date": None if memory.expires_at is None else last_day(memory.expires_at),
        "status": memory.status,
    }


def app_of(memory: Memory) -> str | None:
    """The application that it belongs to."""
    app = memory.metadata.get(APP)
    return app if isinstance(app, str) else None


def result_json(written: Written, said: str, agent_id: str, default: str) -> dict[str, Any]:
    """What became of a message, in the shape of `Mem0Result`."""

    def handed(id_: str) -> str:
        return outer(Place(agent_id, id_), default)

    result: dict[str, Any] = {
        "id": None if written.id is None else handed(written.id),
        "memory": said,
        "event": EVENTS[written.event],
        "affected": [handed(one) for one in written.affected],
    }
    return result if written.reason is None else {**result, "reason": written.reason}


def history_json(found: History, default: str) -> Sequence[dict[str, Any]]:
    """The wordings of a memory, the first one first, each in the shape of `Mem0Version`."""
    memory = found.memory
    id_ = outer(Place(memory.agent_id, memory.id), default)
    versions = []
    before = None
    for one in found.versions:
        versions.append(
            {
                "id": f"{id_}:{one.version}",
                "memory_id": id_,
                "user_id": memory.user_id,
                "event": "ADD" if before is None else "UPDATE",
                "old_memory": before,
                "new_memory": one.content,
                "metadata": {k: v for k, v in memory.metadata.items() if k != APP},
                "created_at": one.since,
                "updated_at": one.until or memory.updated_at,
            }
        )
        before = one.content
    return versions
