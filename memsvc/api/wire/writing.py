"""Writing on the wire: what is offered, what is changed, what became of it."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from memsvc.api.wire.memories import BehaviorWire, FactWire, Role
from memsvc.api.wire.values import (
    BATCH,
    LIST_ITEMS,
    Content,
    Flag,
    JsonObject,
    MemoryId,
    Moment,
    Name,
    Share,
    SubgoalName,
    Wire,
)
from memsvc.core.memory import Channel, Event, Kind


class DraftWire(Wire):
    """A memory offered for writing."""

    content: Content = Field(
        description="The statement, as it was said. 1 to 32,768 characters.",
        examples=["I moved to Lisbon last week."],
    )
    kind: Kind = Field(
        Kind.EPISODIC,
        description="episodic (an event), semantic (a fact) or procedural (a behavior).",
        examples=["episodic"],
    )
    user_id: Name | None = Field(None, description="The person whom it came from.", examples=["u1"])
    subject_ids: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="People whom it is about, besides `user_id`.",
        examples=[["u2"]],
    )
    session_id: Name | None = Field(
        None, description="The conversation or task run it belongs to.", examples=["s1"]
    )
    role: Role | None = Field(None, description="Who spoke in the conversation.", examples=["user"])
    speaker: Name | None = Field(
        None,
        description="Display name of who said it; helps retrieval, never part of `content`.",
        examples=["Ana"],
    )
    event_time: Moment | None = Field(
        None, description="When it happened.", examples=["2026-01-31T12:00:00Z"]
    )
    importance: Share = Field(
        0.5, description="How much it matters, 0 to 1; what matters fades slower.", examples=[0.5]
    )
    metadata: JsonObject = Field(
        default_factory=dict,
        description="Your own fields: up to 16,384 bytes, 16 levels deep.",
        examples=[{"topic": "home"}],
    )
    tags: list[Name] = Field(
        [], max_length=LIST_ITEMS, description="Labels to filter by.", examples=[["moving"]]
    )
    channel: Channel | None = Field(
        None,
        description="Where the words came from; default `user` for role user, `tool` for role "
        "tool, else `agent`. Decides `trust` together with the key.",
        examples=["user"],
    )
    fact: FactWire | None = Field(
        None, description="The structured form, for kind semantic.", examples=[None]
    )
    behavior: BehaviorWire | None = Field(
        None, description="The structured form, for kind procedural.", examples=[None]
    )
    valid_from: Moment | None = Field(
        None, description="From when it is true in the world.", examples=["2026-01-24T00:00:00Z"]
    )
    valid_to: Moment | None = Field(
        None, description="Until when it is true in the world.", examples=[None]
    )
    expires_at: Moment | None = Field(
        None, description="When it is to be erased.", examples=["2027-01-01T00:00:00Z"]
    )
    pinned: Flag = Field(False, description="Whether it is kept from fading.", examples=[False])
    subgoal: SubgoalName | None = Field(
        None,
        description="The subgoal of the session that it belongs to: 1 to 256 characters, neither "
        "slashes nor control characters. For kind episodic, with a `session_id`.",
        examples=["find the invoice"],
    )
    source_ids: list[MemoryId] = Field(
        [],
        max_length=LIST_ITEMS,
        description="Memories of this agent that it was derived from: it is erased with them.",
        examples=[[]],
    )
    id: MemoryId | None = Field(
        None,
        description="Your own id for it: 1 to 128 of `A-Z a-z 0-9 . _ : @ + = ~ -`. Stored in the "
        "clear: put nothing personal into it.",
        examples=["turn-17"],
    )

    @model_validator(mode="after")
    def _kind_fits(self) -> DraftWire:
        if self.fact is not None and self.kind is not Kind.SEMANTIC:
            raise ValueError("fact: goes with kind semantic only")
        if self.behavior is not None and self.kind is not Kind.PROCEDURAL:
            raise ValueError("behavior: goes with kind procedural only")
        if self.subgoal is not None and (self.kind is not Kind.EPISODIC or not self.session_id):
            raise ValueError("subgoal: goes with kind episodic and a session_id only")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to: must be later than valid_from")
        return self


class MessageWire(Wire):
    """One turn of a conversation."""

    role: Role = Field(description="Who spoke.", examples=["user"])
    content: Content = Field(description="What was said.", examples=["I have a cat, Miso."])
    name: Name | None = Field(None, description="Display name of the speaker.", examples=["Ana"])
    timestamp: Moment | None = Field(
        None, description="When it was said.", examples=["2026-01-31T12:00:00Z"]
    )


class WriteBody(Wire):
    """Either `memories`, or `messages` of one conversation."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["memories"]}, {"required": ["messages"]}],
            "examples": [{"memories": [{"content": "I moved to Lisbon.", "user_id": "u1"}]}],
        }
    )

    memories: list[DraftWire] = Field(
        [],
        min_length=1,
        max_length=BATCH,
        description="1 to 1000 memories, stored all or none.",
        examples=[[{"content": "I moved to Lisbon last week.", "user_id": "u1"}]],
    )
    messages: list[MessageWire] = Field(
        [],
        min_length=1,
        max_length=BATCH,
        description="1 to 1000 turns of one conversation, each stored as an episodic memory.",
        examples=[[{"role": "user", "content": "I have a cat, Miso.", "name": "Ana"}]],
    )
    user_id: Name | None = Field(
        None, description="With `messages`: the person of the conversation.", examples=["u1"]
    )
    session_id: Name | None = Field(
        None, description="With `messages`: the conversation.", examples=["s1"]
    )

    @model_validator(mode="after")
    def _one_form(self) -> WriteBody:
        given = self.model_fields_set
        if ("memories" in given) == ("messages" in given):
            raise ValueError("give either memories or messages")
        if "memories" in given and given & {"user_id", "session_id"}:
            raise ValueError("user_id and session_id stand in each memory, or beside messages")
        return self


class PatchBody(Wire):
    """What to change; fields that are left out stay as they are."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    content: Content = Field(
        "-", description="New wording; the old one stays in the history.", examples=["In Porto."]
    )
    metadata: JsonObject = Field(
        default_factory=dict, description="Replaces all metadata.", examples=[{"topic": "home"}]
    )
    tags: list[Name] = Field(
        [], max_length=LIST_ITEMS, description="Replaces all tags.", examples=[["moving"]]
    )
    importance: Share = Field(0.5, description="0 to 1.", examples=[0.9])
    pinned: Flag = Field(False, description="Whether it is kept from fading.", examples=[True])
    expires_at: Moment | None = Field(
        None, description="When to erase it; null: never.", examples=["2027-01-01T00:00:00Z"]
    )
    status: Literal["active", "archived"] = Field(
        "active",
        description="archived takes it out of default search, active brings it back.",
        examples=["archived"],
    )

    @model_validator(mode="after")
    def _something(self) -> PatchBody:
        if not self.model_fields_set:
            raise ValueError("give at least one field to change")
        return self


class WriteResult(Wire):
    """What became of one memory."""

    id: str | None = Field(
        description="Id of the memory that holds the statement now; where none does, the one you "
        "gave, or null.",
        examples=["turn-17"],
    )
    event: Event = Field(
        description="added; duplicate when the same people had said the same, or nearly the same, "
        "already; superseded, merged or disputed by what else is said of the same; rejected when "
        "it tells nothing; quarantined when its source is marked; suppressed when it was forgotten "
        "on request.",
        examples=["added"],
    )
    affected: list[str] = Field(
        description="Ids of other memories that changed because of it.", examples=[[]]
    )
    reason: str | None = Field(
        None,
        description="Why it was not simply added; left out where there is nothing to say.",
        examples=["It was forgotten, or is held back, on request: see an operator."],
    )


class WriteAnswer(Wire):
    """One result per memory, in the order they were given."""

    results: list[WriteResult] = Field(
        description="One per memory, in order.",
        examples=[[{"id": "turn-17", "event": "added", "affected": []}]],
    )
