"""Traces on the wire: attempts at tasks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import (
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)

from memsvc.api.wire.values import (
    LIST_ITEMS,
    PAGE_LIMIT,
    Content,
    Flag,
    MemoryId,
    Moment,
    Name,
    OutcomeValue,
    TokenCount,
    Wire,
)
from memsvc.core.handbook.told import (
    LONGEST_STEP,
    LONGEST_TASK,
    MOST_NAMES,
    MOST_STEPS,
    Told,
)
from memsvc.core.memory import Channel, Event, Status, Trust

OFFER_PATTERN = r"^[A-Za-z0-9_-]{1,2048}$"


def _shown(longest: int) -> WithJsonSchema:
    """The schema of a content that is shorter; Content's own would tell of a longer one."""
    schema = TypeAdapter(Content).json_schema()
    return WithJsonSchema({**schema, "maxLength": longest})


Task = Annotated[Content, StringConstraints(max_length=LONGEST_TASK), _shown(LONGEST_TASK)]
Step = Annotated[Content, StringConstraints(max_length=LONGEST_STEP), _shown(LONGEST_STEP)]
OfferId = Annotated[str, StringConstraints(pattern=OFFER_PATTERN)]
Cursor = Annotated[str, StringConstraints(max_length=64)]


class TraceBody(Wire):
    """An attempt at a task."""

    model_config = ConfigDict(json_schema_extra={"not": {"required": ["content", "steps"]}})

    task: Task = Field(
        description="The task, in 1 to 4000 characters; white space is stored as single spaces.",
        examples=["Find the invoice of Bo and tell him its number."],
    )
    steps: list[Step] = Field(
        [],
        max_length=MOST_STEPS,
        description="The steps that were taken, in order, up to 500 of up to 2000 characters; "
        "their white space is stored as single spaces.",
        examples=[["Searched the archive of May.", "Opened the third folder."]],
    )
    content: Content | None = Field(
        None,
        description="In place of steps: the attempt as a text. With the task it has up to 32,768 "
        "characters.",
        examples=[None],
    )
    outcome: OutcomeValue | None = Field(
        None,
        description="`success`, `failure`, or a number from 0 to 1; null: nobody can tell.",
        examples=["success"],
    )
    input_tokens: TokenCount | None = Field(
        None, description="Tokens that the model read.", examples=[1200]
    )
    output_tokens: TokenCount | None = Field(
        None, description="Tokens that the model wrote.", examples=[340]
    )
    model: Name | None = Field(None, description="The model that tried.", examples=["small-1"])
    task_class: Name | None = Field(
        None, description="What kind of task it is, in a word of your own.", examples=["lookup"]
    )
    offered: list[Name] = Field(
        [],
        max_length=MOST_NAMES,
        description="Names of the behaviors that were offered for it.",
        examples=[["behavior_check_units"]],
    )
    cited: list[Name] = Field(
        [],
        max_length=MOST_NAMES,
        description="Names of those that the attempt cites.",
        examples=[["behavior_check_units"]],
    )
    offer_id: OfferId | None = Field(
        None,
        description="The offer of behaviors for this task: what came of it is told with the trace, "
        "and goes with it. For an attempt with an outcome and both numbers of tokens.",
        examples=[None],
    )
    user_id: Name | None = Field(
        None,
        description="The person for whom it was done: with them it is forgotten.",
        examples=["u1"],
    )
    subject_ids: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="People whom it is about, besides `user_id`.",
        examples=[["u2"]],
    )
    session_id: Name | None = Field(
        None, description="The conversation or task run it belongs to.", examples=["s1"]
    )
    event_time: Moment | None = Field(
        None, description="When it was made.", examples=["2026-01-31T12:00:00Z"]
    )
    channel: Channel | None = Field(
        None,
        description="Where the words came from; default `agent`. Decides `trust` together with the "
        "key.",
        examples=["agent"],
    )
    expires_at: Moment | None = Field(
        None, description="When it is to be erased.", examples=["2027-01-01T00:00:00Z"]
    )
    pinned: Flag = Field(False, description="Whether it is kept from fading.", examples=[False])
    id: MemoryId | None = Field(
        None,
        description="Your own id for it: 1 to 128 of `A-Z a-z 0-9 . _ : @ + = ~ -`. Stored in the "
        "clear: put nothing personal into it.",
        examples=["attempt-17"],
    )

    @property
    def told(self) -> Told:
        """The attempt."""
        return Told(
            task=self.task,
            steps=tuple(self.steps),
            text=self.content or "",
            outcome=self.outcome,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            model=self.model,
            task_class=self.task_class,
            offered=tuple(self.offered),
            cited=tuple(self.cited),
        )

    @model_validator(mode="after")
    def _one_form(self) -> TraceBody:
        if {"content", "steps"} <= self.model_fields_set:
            raise ValueError("give either content or steps, or neither")
        measured = (self.outcome, self.input_tokens, self.output_tokens)
        if self.offer_id is not None and None in measured:
            raise ValueError("offer_id goes with outcome, input_tokens and output_tokens")
        return self


class TraceResult(Wire):
    """What became of a trace."""

    id: str | None = Field(
        description="Its id; where it was suppressed, the one you gave, or null.",
        examples=["attempt-17"],
    )
    event: Event = Field(
        description="added; duplicate when your id has the same attempt already; quarantined when "
        "its source is marked; suppressed when it was forgotten on request.",
        examples=["added"],
    )
    reason: str | None = Field(
        None,
        description="Why it was not simply added; left out where there is nothing to say.",
        examples=["It comes from a source that an operator marked."],
    )


class TraceWire(Wire):
    """An attempt at a task, as it stands: also a memory of the same id."""

    id: str = Field(description="Its id.", examples=["attempt-17"])
    task: str = Field(description="The task.", examples=["Find the invoice of Bo."])
    steps: list[str] = Field(
        description="The steps that were taken.", examples=[["Searched the archive of May."]]
    )
    content: str | None = Field(
        description="The attempt as a text, where it has no steps; null without either.",
        examples=[None],
    )
    outcome: float | None = Field(
        description="From 0 (failure) to 1 (success); null: untold.", examples=[1.0]
    )
    input_tokens: int | None = Field(description="Tokens that were read.", examples=[1200])
    output_tokens: int | None = Field(description="Tokens that were written.", examples=[340])
    model: str | None = Field(description="The model that tried.", examples=["small-1"])
    task_class: str | None = Field(description="What kind of task it is.", examples=["lookup"])
    offered: list[str] = Field(
        description="Behaviors that were offered.", examples=[["behavior_check_units"]]
    )
    cited: list[str] = Field(
        description="Behaviors that it cites.", examples=[["behavior_check_units"]]
    )
    user_id: str | None = Field(description="For whom it was done.", examples=["u1"])
    subject_ids: list[str] = Field(description="Whom it is about.", examples=[["u2"]])
    session_id: str | None = Field(description="Its conversation or run.", examples=["s1"])
    event_time: datetime | None = Field(
        description="When it was made.", examples=["2026-01-31T12:00:00Z"]
    )
    created_at: datetime = Field(
        description="When it was recorded.", examples=["2026-01-31T12:00:01Z"]
    )
    trust: Trust = Field(description="How far its source is believed.", examples=["agent"])
    channel: Channel = Field(description="Where the words came from.", examples=["agent"])
    status: Status = Field(
        description="Where it stands: what is quarantined comes into no prompt.",
        examples=["active"],
    )
    pinned: bool = Field(description="Whether it is kept from fading.", examples=[False])
    expires_at: datetime | None = Field(description="When it is erased.", examples=[None])


class TraceList(Wire):
    """A page of traces, newest first."""

    traces: list[TraceWire] = Field(description="The traces.", examples=[[]])
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end.", examples=[None]
    )


class TraceOrder(StrEnum):
    """In which order traces are listed."""

    NEWEST = "newest"
    REPLAY = "replay"


class TraceQuery(Wire):
    """Which traces to list."""

    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = Field(
        50, description="Traces at most, 1 to 500.", examples=[50]
    )
    cursor: Cursor | None = Field(
        None, description="`next_cursor` of the page before.", examples=["AAAAAAAAACo"]
    )
    order: TraceOrder = Field(
        TraceOrder.NEWEST,
        description="`newest` first, or for `replay` those that are worth thinking over first: of "
        "the last 2,000 with an outcome the rare ones that came out otherwise than others of their "
        "task class. That list is one page.",
        examples=[TraceOrder.REPLAY],
    )
