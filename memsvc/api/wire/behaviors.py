"""Behaviors on the wire: lines of the handbook, put forward, changed and read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from memsvc.api.wire.values import Content, MemoryId, Name, Wire
from memsvc.core.handbook.line import (
    LONGEST,
    LONGEST_TOPIC,
    MOST_TOPICS,
    BehaviorStatus,
    ProposedBy,
)
from memsvc.core.handbook.proposals import LONGEST_ANSWER
from memsvc.core.handbook.reflection import LONGEST_NAMED, MOST_CITED
from memsvc.core.memory import Trust
from memsvc.operations.handbook.propose import Fate
from memsvc.store.handbook_changes import What

Tokens = Annotated[int, Field(ge=0, le=2**53, strict=True)]
Version = Annotated[int, Field(ge=0, le=2**31)]
Named = Annotated[Name, StringConstraints(max_length=LONGEST_NAMED)]
Instruction = Annotated[Content, StringConstraints(max_length=LONGEST)]
Topic = Annotated[Name, StringConstraints(max_length=LONGEST_TOPIC)]

_NAME = "behavior_check_units"
_INSTRUCTION = "Check the units before you add quantities."
_FORMS = ("instruction", "answer", "behaviors")


class BehaviorBody(Wire):
    """One behavior, or the answer of a model to a curation prompt."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [one]} for one in _FORMS]})

    name: Named | None = Field(
        None,
        description="Its name; it is put in small letters with `behavior_` before it.",
        examples=[_NAME],
    )
    instruction: Instruction | None = Field(
        None,
        description="What to do, in one line of up to 300 characters.",
        examples=[_INSTRUCTION],
    )
    topics: list[Topic] = Field(
        [],
        max_length=MOST_TOPICS,
        description="Where it applies, up to 16; none means everywhere.",
        examples=[["arithmetic"]],
    )
    source_trace_ids: list[MemoryId] = Field(
        [],
        max_length=MOST_CITED,
        description="The traces that bear it out. With two it is offered without a person.",
        examples=[["trace-1", "trace-2"]],
    )
    answer: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST_ANSWER,
        description="What a model answered to a curation prompt, as text.",
        examples=[None],
    )
    behaviors: list[Any] | None = Field(
        None,
        description="The same, as JSON that was read already: up to 50 behaviors, in the shape "
        "that the curation prompt's schema has.",
        examples=[None],
    )
    tokens: Tokens = Field(
        0, description="Output tokens that finding it took; they count against it.", examples=[800]
    )

    @model_validator(mode="after")
    def _one_form(self) -> BehaviorBody:
        given = [one for one in _FORMS if getattr(self, one) is not None]
        if len(given) != 1:
            raise ValueError("give either name and instruction, or answer, or behaviors")
        if (self.name is None) == (given == ["instruction"]):
            raise ValueError("name and instruction go together, and with neither of the others")
        if given != ["instruction"] and (self.topics or self.source_trace_ids):
            raise ValueError("topics and source_trace_ids go with name and instruction")
        return self


class BehaviorWire(Wire):
    """A behavior as it stands."""

    name: str = Field(description="Its name.", examples=[_NAME])
    instruction: str = Field(description="What to do.", examples=[_INSTRUCTION])
    topics: list[str] = Field(
        description="Where it applies; none means everywhere.", examples=[["arithmetic"]]
    )
    status: BehaviorStatus = Field(
        description="Only active ones are offered. A candidate waits for a second trace or a "
        "person.",
        examples=[BehaviorStatus.ACTIVE],
    )
    approved: bool = Field(description="Whether a person vouches for it.", examples=[False])
    flagged: list[str] = Field(description="Why a person should look at it first.", examples=[[]])
    trust: Trust = Field(
        description="The least of its own and its traces'.", examples=[Trust.AGENT]
    )
    proposed_by: ProposedBy = Field(description="Who found it.", examples=[ProposedBy.MODEL])
    source_trace_ids: list[str] = Field(
        description="The traces that it rests on.", examples=[["trace-1", "trace-2"]]
    )
    memory_id: str = Field(
        description="The memory that holds its words.", examples=["7d0f0c6a3f3b4f0f"]
    )


class ProposalWire(Wire):
    """What became of a behavior that was put forward."""

    name: str = Field(
        description="The behavior in which it stands now: its own name, or that of one that says "
        "the same.",
        examples=[_NAME],
    )
    event: Fate = Field(
        description="proposed: a behavior of its own; supported: one that stood already rests on "
        "these traces too; merged: one of another name does; known: nothing new; suppressed: it "
        "was forgotten on request.",
        examples=[Fate.PROPOSED],
    )
    behavior: BehaviorWire | None = Field(
        description="That behavior as it stands; null where it was suppressed."
    )


class ProposalsAnswer(Wire):
    """One answer for each behavior, in order."""

    behaviors: list[ProposalWire] = Field(description="In order of the request.", examples=[[]])
    version: int = Field(description="The version of the handbook.", examples=[3])


class BehaviorsQuery(Wire):
    """Which ones."""

    status: list[BehaviorStatus] = Field(
        [],
        max_length=len(BehaviorStatus),
        description="Only of these statuses; none means all.",
        examples=[[BehaviorStatus.ACTIVE]],
    )


class BehaviorList(Wire):
    """The behaviors of a handbook, by name."""

    behaviors: list[BehaviorWire] = Field(description="By name.", examples=[[]])
    version: int = Field(description="The version of the handbook.", examples=[3])


class HappenedWire(Wire):
    """A change of a behavior, and how it stood then."""

    version: int = Field(description="The version of the handbook.", examples=[1])
    at: datetime = Field(description="When.", examples=["2026-03-01T12:00:00Z"])
    actor: str = Field(description="The key that asked for it.", examples=["k-1"])
    change: What = Field(description="What happened.", examples=[What.PROPOSED])
    reason: str | None = Field(
        description="Why it was retired: asked, harms, uncited, over_budget or superseded.",
        examples=[None],
    )
    merged_with: str | None = Field(description="Of a merger, the other behavior.", examples=[None])
    instruction: str | None = Field(
        description="Its words after that; null where it was not there any more.",
        examples=[_INSTRUCTION],
    )
    topics: list[str] = Field(description="Its topics after that.", examples=[["arithmetic"]])
    status: BehaviorStatus | None = Field(
        description="Its status after that.", examples=[BehaviorStatus.CANDIDATE]
    )
    source_trace_ids: list[str] = Field(
        description="Its traces after that.", examples=[["trace-1"]]
    )


class BehaviorHistory(BehaviorWire):
    """A behavior with all that happened to it."""

    history: list[HappenedWire] = Field(description="In order of time.", examples=[[]])
    version: int = Field(description="The version of the handbook.", examples=[3])


class WordsBody(Wire):
    """Of which words the request speaks."""

    memory_id: MemoryId | None = Field(
        None,
        description="The `memory_id` of the behavior as you read it: where it has other words by "
        "now, nothing happens (412). Left out: whatever stands.",
        examples=["7d0f0c6a3f3b4f0f"],
    )


class EditBody(WordsBody):
    """What to change of a behavior; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [one]} for one in ("instruction", "topics", "source_trace_ids")]
        }
    )

    instruction: Instruction | None = Field(
        None, description="Other words, in one line.", examples=[_INSTRUCTION]
    )
    topics: list[Topic] | None = Field(
        None,
        max_length=MOST_TOPICS,
        description="Other topics; none means everywhere.",
        examples=[["physics"]],
    )
    source_trace_ids: list[MemoryId] = Field(
        [],
        max_length=MOST_CITED,
        description="Further traces that bear it out.",
        examples=[["trace-3"]],
    )

    @model_validator(mode="after")
    def _something(self) -> EditBody:
        if self.instruction is None and self.topics is None and not self.source_trace_ids:
            raise ValueError("change the instruction or the topics, or name further traces")
        return self


class PutBackBody(WordsBody):
    """To where."""

    version: Version | None = Field(
        None,
        description="The version of the handbook; left out: before its last change.",
        examples=[1],
    )


class StandingAnswer(BehaviorWire):
    """A behavior as it stands, in which version of the handbook."""

    version: int = Field(description="The version of the handbook.", examples=[4])
