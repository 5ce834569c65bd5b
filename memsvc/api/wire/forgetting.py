"""Orders to forget on the wire: what is selected, and how it is to be done."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from memsvc.api.wire.values import (
    AGENT_PATTERN,
    LIST_ITEMS,
    Flag,
    MemoryId,
    Moment,
    Name,
    Wire,
)
from memsvc.core.forget_request import REQUEST_ID, Regulation
from memsvc.core.order import Derived, OrderMode

IDS = 10_000
REASON_CHARS = 1000

RequestId = Annotated[str, StringConstraints(pattern=REQUEST_ID)]
AgentName = Annotated[str, StringConstraints(pattern=AGENT_PATTERN)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=REASON_CHARS)]


class TimeRange(Wire):
    """A stretch of time: of a memory counts when it happened, or else when it was recorded."""

    gte: Moment | None = Field(
        None, description="From this time on.", examples=["2026-01-01T00:00:00Z"]
    )
    lt: Moment | None = Field(
        None, description="Before this time.", examples=["2026-02-01T00:00:00Z"]
    )

    @model_validator(mode="after")
    def _some_time(self) -> TimeRange:
        if self.gte is None and self.lt is None:
            raise ValueError("give gte, lt or both")
        if self.gte is not None and self.lt is not None and self.gte >= self.lt:
            raise ValueError("gte must be before lt")
        return self


class ChosenWire(Wire):
    """A memory that names the person, and what to do with it."""

    agent_id: AgentName = Field(description="Whose memory it is.", examples=["support"])
    memory_id: MemoryId = Field(description="The memory.", examples=["turn-17"])
    action: Literal["delete", "redact"] = Field(
        description="`redact` takes the name out and keeps the rest.", examples=["redact"]
    )


class ForgetBody(Wire):
    """What to forget. Give one of: `subject_ids`; `agent_id` with `memory_ids`; `agent_id` with
    `session_ids`, `time_range` or both; `agent_id` with `"scope":"agent"`."""

    subject_ids: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="People: all that came from them or is about them, in all agents; with "
        "`agent_id`, `session_ids` or `time_range` only of these.",
        examples=[["u1"]],
    )
    agent_id: AgentName | None = Field(None, description="The agent.", examples=[None])
    memory_ids: list[MemoryId] = Field(
        [], max_length=IDS, description="Single memories of the agent.", examples=[[]]
    )
    session_ids: list[Name] = Field(
        [], max_length=IDS, description="Sessions of the agent.", examples=[[]]
    )
    time_range: TimeRange | None = Field(
        None, description="What happened in a stretch of time.", examples=[None]
    )
    scope: Literal["agent"] | None = Field(
        None, description="`agent`: everything that the agent has.", examples=[None]
    )
    mentions: list[ChosenWire] = Field(
        [],
        max_length=IDS,
        description="Memories of others that name the person, as a preview lists them.",
        examples=[[]],
    )

    @model_validator(mode="after")
    def _names_to_redact(self) -> ForgetBody:
        if not self.subject_ids and any(one.action == "redact" for one in self.mentions):
            raise ValueError("redact takes out the names of subject_ids: give some, or delete")
        return self

    @model_validator(mode="after")
    def _one_selector(self) -> ForgetBody:
        by_place = bool(self.session_ids) or self.time_range is not None
        ways = [bool(self.memory_ids), by_place and not self.subject_ids, self.scope is not None]
        if self.subject_ids and (self.memory_ids or self.scope is not None):
            raise ValueError("subject_ids go with agent_id, session_ids and time_range only")
        if sum(ways) > 1:
            raise ValueError("give memory_ids, session_ids with time_range, or scope, not several")
        if any(ways) and self.agent_id is None:
            raise ValueError("agent_id is needed with memory_ids, session_ids, time_range, scope")
        if not self.subject_ids and not any(ways) and not self.mentions:
            raise ValueError(
                "give subject_ids, memory_ids, session_ids, time_range, or scope agent for all "
                "that an agent has"
            )
        return self


class ForgetRequestBody(ForgetBody):
    """A forget request."""

    id: RequestId | None = Field(
        None,
        description="Your id for it, which makes it safe to repeat. It stays when the person "
        "goes: it must not say whom it is about.",
        examples=["req-2026-017"],
    )
    reason: Reason | None = Field(
        None,
        description="Why; sealed, and destroyed when the request closes.",
        examples=["Asked by mail."],
    )
    regulation: Regulation = Field(
        Regulation.GDPR,
        description="Whose clock runs: gdpr one month, ccpa 45 days, other 30 days.",
        examples=["gdpr"],
    )
    derived: Derived = Field(
        Derived.REDERIVE,
        description="What becomes of memories derived from others, too: `rederive` as their kind "
        "says (derived anew, quarantined or erased), `delete` erases them all.",
        examples=["rederive"],
    )
    mode: OrderMode = Field(
        OrderMode.IMMEDIATE,
        description="`two_phase` waits for POST …/confirm.",
        examples=["immediate"],
    )
    dry_run: Flag = Field(
        False,
        description="Answer 200 with what it would come to, and do nothing.",
        examples=[False],
    )
    mentions_after: AgentName | None = Field(
        None,
        description="With `dry_run`: look for mentions in the agents whose ids come after this "
        "one, `mentions_next` of the answer before.",
        examples=[None],
    )


class DecisionBody(Wire):
    """Why something is decided about a request."""

    reason: Reason | None = Field(
        None, description="Why; sealed under the request's key.", examples=["Pending lawsuit."]
    )


class RejectionBody(Wire):
    """Why a request is refused."""

    reason: Reason = Field(
        description="Why; the only thing that is kept of the request, sealed.",
        examples=["Kept for legal claims, Art. 17(3)(e)."],
    )


class AgentForgetBody(Wire):
    """What an agent is to forget: people (in sessions or a time only, if these are given too),
    single memories, or sessions, a stretch of time or both."""

    subject_ids: list[Name] = Field(
        [],
        max_length=LIST_ITEMS,
        description="People: all that came from them or is about them.",
        examples=[["u1"]],
    )
    memory_ids: list[MemoryId] = Field(
        [], max_length=IDS, description="Single memories.", examples=[[]]
    )
    session_ids: list[Name] = Field([], max_length=IDS, description="Sessions.", examples=[[]])
    time_range: TimeRange | None = Field(
        None, description="What happened in a stretch of time.", examples=[None]
    )
    dry_run: Flag = Field(
        False, description="Count what it would come to; do nothing.", examples=[False]
    )

    @model_validator(mode="after")
    def _something(self) -> AgentForgetBody:
        others = bool(self.subject_ids or self.session_ids) or self.time_range is not None
        if bool(self.memory_ids) == others:
            raise ValueError("give memory_ids alone, or subject_ids, session_ids, time_range")
        return self


class AgentForgetAnswer(Wire):
    """What was forgotten."""

    dry_run: bool = Field(description="Whether nothing was done.", examples=[False])
    erased: int = Field(
        description="Memories erased, those derived from them included.", examples=[3]
    )
    demoted: int = Field(
        description="Memories quarantined that had lost some of their sources.", examples=[0]
    )
