"""Memories on the wire, as they come back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from memsvc.api.wire.values import PAGE_LIMIT, Content, JsonObject, Name, Wire
from memsvc.core.memory import Cardinality, Channel, Kind, Status, Trust

Role = Literal["user", "assistant", "system", "tool"]


class FactWire(Wire):
    """A semantic memory as subject, predicate, object."""

    subject: Name = Field(description="Whom or what the fact is about.", examples=["Ana"])
    predicate: Name = Field(description="What is said of it.", examples=["lives in"])
    object: Name = Field(description="The value.", examples=["Lisbon"])
    cardinality: Cardinality = Field(
        Cardinality.ONE,
        description="`one`: a newer value ends the older; `many`: values stand side by side.",
        examples=["one"],
    )


class BehaviorWire(Wire):
    """A procedural memory as a named one-line instruction."""

    name: Name = Field(description="Name to cite it by.", examples=["behavior_check_units"])
    instruction: Content = Field(
        description="What to do, in one line.", examples=["Check units before you add."]
    )
    version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] = Field(
        1, description="Version of the instruction, from 1.", examples=[1]
    )


class MemoryWire(Wire):
    """One remembered statement."""

    id: str = Field(description="Its id.", examples=["turn-17"])
    agent_id: str = Field(description="The agent whose memory it is.", examples=["support"])
    kind: Kind = Field(
        description="episodic (an event), semantic (a fact) or procedural (a behavior).",
        examples=["episodic"],
    )
    content: str = Field(description="The statement.", examples=["I moved to Lisbon last week."])
    user_id: str | None = Field(description="Whom it came from.", examples=["u1"])
    subject_ids: list[str] = Field(description="Whom it is about.", examples=[["u2"]])
    session_id: str | None = Field(description="Its conversation.", examples=["s1"])
    role: str | None = Field(description="Who spoke.", examples=["user"])
    speaker: str | None = Field(description="Display name of who spoke.", examples=["Ana"])
    event_time: datetime | None = Field(
        description="When it happened.", examples=["2026-01-31T12:00:00Z"]
    )
    created_at: datetime = Field(
        description="When it was recorded.", examples=["2026-01-31T12:00:01Z"]
    )
    updated_at: datetime = Field(
        description="When it last changed.", examples=["2026-01-31T12:00:01Z"]
    )
    last_used_at: datetime | None = Field(description="When it was last used.", examples=[None])
    use_count: int = Field(description="How often it was used.", examples=[0])
    importance: float = Field(description="How much it matters, 0 to 1.", examples=[0.5])
    confidence: float = Field(description="How sure it is, 0 to 1.", examples=[1.0])
    trust: Trust = Field(description="How far its source is believed.", examples=["user"])
    channel: Channel = Field(description="Where the words came from.", examples=["user"])
    status: Status = Field(
        description="Where it stands now: what has faded is shown archived, and what is superseded "
        "by something that begins later active until then.",
        examples=["active"],
    )
    valid_from: datetime | None = Field(description="True from.", examples=[None])
    valid_to: datetime | None = Field(description="True until.", examples=[None])
    superseded_by: str | None = Field(
        description="Id of the memory that replaces it, as of `valid_to`.", examples=[None]
    )
    fact: FactWire | None = Field(description="Structured form of a fact.", examples=[None])
    behavior: BehaviorWire | None = Field(
        description="Structured form of a behavior.", examples=[None]
    )
    metadata: JsonObject = Field(description="Your own fields.", examples=[{"topic": "home"}])
    tags: list[str] = Field(description="Labels.", examples=[["moving"]])
    retention: float = Field(
        description="Chance that it is still worth recalling, 0 to 1.", examples=[0.98]
    )
    stability_days: float = Field(
        description="How slowly it fades: by most policies the days without use until retention "
        "is 0.9. Feedback changes it.",
        examples=[7.0],
    )
    pinned: bool = Field(description="Whether it is kept from fading.", examples=[False])
    expires_at: datetime | None = Field(description="When it is erased.", examples=[None])
    source_ids: list[str] = Field(description="Memories it was derived from.", examples=[[]])
    subgoal: str | None = Field(
        description="The subgoal of its session that it belongs to.", examples=[None]
    )


class MemoryPage(Wire):
    """A page of memories, newest first."""

    memories: list[MemoryWire] = Field(description="The memories.", examples=[[]])
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end.", examples=[None]
    )
    total: int = Field(description="How many there are on all pages.", examples=[0])


class ListQuery(Wire):
    """Which memories to list."""

    kind: Kind | None = Field(None, description="Only of this kind.", examples=["semantic"])
    user_id: Name | None = Field(None, description="Only from this person.", examples=["u1"])
    session_id: Name | None = Field(None, description="Only of this conversation.", examples=["s1"])
    status: Status | None = Field(None, description="Only with this status.", examples=["active"])
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = Field(
        50, description="Memories at most, 1 to 500.", examples=[50]
    )
    cursor: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        None, description="`next_cursor` of the page before.", examples=["AAAAAAAAACo"]
    )
