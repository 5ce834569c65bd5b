"""Rights of a person on the wire. Identities stand in bodies alone, never in paths or queries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from memsvc.api.wire.memories import BehaviorWire, FactWire
from memsvc.api.wire.values import (
    AGENT_PATTERN,
    LIST_ITEMS,
    Content,
    Flag,
    JsonObject,
    MemoryId,
    Name,
    Wire,
)

CORRECTIONS = 100

AgentName = Annotated[str, StringConstraints(pattern=AGENT_PATTERN)]
SubjectId = Annotated[
    Name,
    Field(
        description="An identity of the person, as memories have it in `user_id` or "
        "`subject_ids`. Those registered beside it are meant, too.",
        examples=["u1"],
    ),
]
Outcome = Literal["rectified", "not_found"]


class SubjectBody(Wire):
    """The person."""

    subject_id: SubjectId


class AliasesBody(Wire):
    """What identities and names a person has."""

    subject_id: SubjectId
    aliases: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="Other identities of the person, letter by letter as memories have them: user "
        "ids, e-mail addresses, telephone numbers.",
        examples=[["maria@example.org", "+351 912 345 678"]],
    )
    names: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="How the person is called: by these, memories that name them are found.",
        examples=[["Maria Lopez"]],
    )
    remove: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="Identities and names that are the person's no longer.",
        examples=[[]],
    )
    merge: Flag = Field(
        False,
        description="Whether people who were registered apart become one. Not undone by itself.",
        examples=[False],
    )


class AliasesAnswer(Wire):
    """By how much the person is known now."""

    identities: int = Field(description="Identities, `subject_id` included.", examples=[3])
    names: int = Field(description="Names.", examples=[1])


class LookupAnswer(Wire):
    """By what the person is known."""

    subject_ids: list[str] = Field(
        description="Their identities, the one that was asked for first.",
        examples=[["u1", "maria@example.org"]],
    )
    names: list[str] = Field(description="Their names.", examples=[["Maria Lopez"]])
    restriction_id: str | None = Field(
        description="Id under which the person is restricted, as forget requests that wait for it "
        "name it; null when they are not.",
        examples=[None],
    )


class SubjectExportBody(Wire):
    """Whose copy it is to be, and in which form."""

    subject_id: SubjectId
    format: Literal["jsonl", "html"] = Field(
        "jsonl",
        description="`jsonl`: lines of JSON, for programs; `html`: one page, for people.",
        examples=["html"],
    )
    agent_id: AgentName | None = Field(
        None, description="Of this agent alone; null: of all.", examples=["support"]
    )


class CorrectionWire(Wire):
    """What is right about one memory. Fields that are left out stay as they are."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 3})

    agent_id: AgentName = Field(description="The agent whose memory it is.", examples=["support"])
    memory_id: MemoryId = Field(description="The memory.", examples=["turn-17"])
    content: Content = Field("-", description="The right wording.", examples=["I live in Porto."])
    speaker: Name | None = Field(
        None, description="The right display name of who said it; null: none.", examples=["Maria"]
    )
    metadata: JsonObject = Field(
        default_factory=dict, description="Replaces all metadata.", examples=[{"topic": "home"}]
    )
    tags: list[Name] = Field(
        [], max_length=LIST_ITEMS, description="Replaces all tags.", examples=[["home"]]
    )
    fact: FactWire | None = Field(
        None,
        description="The right structured form, of a semantic memory; null: none. It does not "
        "follow `content`.",
        examples=[None],
    )
    behavior: BehaviorWire | None = Field(
        None,
        description="The right structured form, of a procedural memory; null: none. It does not "
        "follow `content`.",
        examples=[None],
    )

    @model_validator(mode="after")
    def _something(self) -> CorrectionWire:
        if self.model_fields_set <= {"agent_id", "memory_id"}:
            raise ValueError("give at least one field to correct")
        return self


class RectifyBody(Wire):
    """Memories to put right, each once."""

    corrections: list[CorrectionWire] = Field(
        min_length=1,
        max_length=CORRECTIONS,
        description="1 to 100 corrections.",
        examples=[[{"agent_id": "support", "memory_id": "turn-17", "content": "I live in Porto."}]],
    )


class Rectified(Wire):
    """What became of one correction."""

    agent_id: str = Field(description="The agent.", examples=["support"])
    memory_id: str = Field(description="The memory.", examples=["turn-17"])
    status: Outcome = Field(
        description="`not_found`: there is no such memory, or it is being erased or under a legal "
        "hold.",
        examples=["rectified"],
    )


class RectifyAnswer(Wire):
    """One result per correction, in the order they were given."""

    results: list[Rectified] = Field(
        description="One per correction, in order.",
        examples=[[{"agent_id": "support", "memory_id": "turn-17", "status": "rectified"}]],
    )


class RestrictBody(Wire):
    """Whether what is held of a person is to be used."""

    subject_id: SubjectId
    restricted: Flag = Field(
        description="true: kept and used by nobody; false: that is lifted.", examples=[True]
    )
    reason: Content | None = Field(
        None,
        description="Why; kept sealed as long as the restriction stands.",
        examples=["Accuracy contested."],
    )


class RestrictAnswer(Wire):
    """Whether the person is restricted now."""

    restricted: bool = Field(description="Whether they are.", examples=[True])
    memories: int = Field(
        description="Memories that are held back, or were given back.", examples=[12]
    )
    id: str | None = Field(
        description="Id of the restriction, as forget requests that wait for it name it; null when "
        "there was none to lift.",
        examples=["0a1b2c3d4e5f60718293a4b5c6d7e8f9"],
    )


class ReadmitAnswer(Wire):
    """How much may be written again."""

    lifted: int = Field(description="Tombstones that were taken down.", examples=[12])
