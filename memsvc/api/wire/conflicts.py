"""Conflicts on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from memsvc.api.wire.memories import MemoryWire
from memsvc.api.wire.values import MemoryId, Wire
from memsvc.core.conflict import ConflictKind, Reason
from memsvc.core.memory import Status, Trust

CONFLICTS_LIMIT = 100


class SideWire(Wire):
    """A memory as one side of a contradiction, with the dates to judge it by."""

    id: str = Field(description="Its id.", examples=["turn-3"])
    content: str = Field(description="The statement.", examples=["I live in Porto."])
    status: Status = Field(description="Where it stands.", examples=["active"])
    trust: Trust = Field(description="How far its source is believed.", examples=["user"])
    valid_from: datetime | None = Field(description="True from, if stated.", examples=[None])
    event_time: datetime | None = Field(
        description="When it happened.", examples=["2025-05-02T09:00:00Z"]
    )
    created_at: datetime = Field(
        description="When it was recorded.", examples=["2025-05-02T09:00:01Z"]
    )


class ConflictWire(Wire):
    """Memories that cannot all hold, of which none clearly wins."""

    id: str = Field(description="Id of the oldest of them.", examples=["fact-3"])
    kind: ConflictKind = Field(
        description="`dispute`: statements of status disputed; `link`: turns of conversations that "
        "say different things of the same.",
        examples=["dispute"],
    )
    memories: list[MemoryWire] = Field(
        description="The memories, in order of writing; of more than 20 the oldest and the latest.",
        examples=[[]],
    )
    head: str = Field(
        description="Id of the one that is trusted most, then the latest.", examples=["fact-7"]
    )
    reason: Reason = Field(
        description="Why none wins. `less_trusted`: the later is trusted less; `same_time`: all "
        "are true as of the same time; `judged`: a model found that they contradict each other; "
        "`conversation`: what is said in conversations is linked, never hidden.",
        examples=["less_trusted"],
    )


class ConflictPageWire(Wire):
    """A page of conflicts: disputes first, each kind by its oldest memory."""

    conflicts: list[ConflictWire] = Field(description="The conflicts.", examples=[[]])
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end. A page may be short of "
        "`limit`, even empty, and go on.",
        examples=[None],
    )


class ConflictQuery(Wire):
    """Which conflicts to list."""

    kind: ConflictKind | None = Field(None, description="Only of this kind.", examples=["dispute"])
    limit: Annotated[int, Field(ge=1, le=CONFLICTS_LIMIT)] = Field(
        20, description="Conflicts at most, 1 to 100.", examples=[20]
    )
    cursor: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        None, description="`next_cursor` of the page before.", examples=["AAAAAAAAAAAq"]
    )


class ResolveBody(Wire):
    """What holds."""

    keep: MemoryId = Field(
        description="Id of the memory that holds; `all`: they may all hold.", examples=["fact-7"]
    )


class ResolveAnswer(Wire):
    """The memories of the conflict as they stand now."""

    memories: list[MemoryWire] = Field(description="In order of writing.", examples=[[]])
