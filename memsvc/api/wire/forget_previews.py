"""Previews of forget requests on the wire: who is named elsewhere, and what plain words mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from memsvc.api.wire.forgetting import AgentName, ForgetRequestBody
from memsvc.api.wire.values import Moment, Wire
from memsvc.core.plain_request import LONGEST


def _no_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain NUL characters")
    return value


Order = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_no_nul)]


class MentionWire(Wire):
    """A memory of others that names the person."""

    agent_id: str = Field(description="Whose memory it is.", examples=["support"])
    memory_id: str = Field(description="The memory.", examples=["turn-17"])
    confidence: float = Field(description="How sure it names them, 0 to 1.", examples=[0.9])
    excerpt: str = Field(
        description="The sentence that names them, up to 200 characters.",
        examples=["Met Maria López in Lisbon."],
    )
    action: Literal["delete", "redact"] | None = Field(
        description="What suggests itself: `redact` where words of others remain, `delete` where "
        "little does, null where it is uncertain. As it is it goes into `mentions` of a request.",
        examples=["redact"],
    )


class MeantWire(Wire):
    """A memory that a request means."""

    agent_id: str = Field(description="Whose memory it is.", examples=["support"])
    memory_id: str = Field(description="The memory.", examples=["turn-17"])
    excerpt: str = Field(
        description="How it begins, up to 200 characters.", examples=["My knee was operated on."]
    )
    score: float = Field(
        description="How far it is of the topic, 0 to 1; 1 without a topic.", examples=[0.84]
    )


class CandidateWire(Wire):
    """Somebody whom a name may mean."""

    written: str = Field(description="The name as the text has it.", examples=["Maria"])
    subject_id: str | None = Field(
        description="An identity of theirs; null for a name under which memories of nobody in "
        "particular were said.",
        examples=["u1"],
    )
    identities: list[str] = Field(description="All identities known.", examples=[["u1"]])
    names: list[str] = Field(description="Names known.", examples=[["Maria López"]])


class PreviewBody(Wire):
    """A request to forget in plain words."""

    text: Order = Field(
        description="What is to be forgotten, in English, up to 1,000 characters.",
        examples=["forget everything Maria told us about her health in spring"],
    )
    agent_id: AgentName | None = Field(
        None, description="Only in this agent.", examples=["support"]
    )
    reference_time: Moment | None = Field(
        None,
        description="From when times in the text are seen; now, unless given.",
        examples=["2026-03-01T12:00:00Z"],
    )


class PreviewWire(Wire):
    """What a request in plain words would come to; nothing was done."""

    understood: bool = Field(description="Whether it is an order to forget.", examples=[True])
    reason: str | None = Field(
        description="Why not: empty, too_long, question, negated, condition, idiom, quoted, "
        "no_order, several_orders, not_memory.",
        examples=[None],
    )
    doubts: list[str] = Field(
        description="What is unclear: several_people, unknown_person, name_alone, no_person, "
        "pronoun, no_time_found, several_times, future_time, name_or_time, which_session, "
        "exception, condition, negation, more_said, quoted_text, statement, loose_words, "
        "unread_words.",
        examples=[["several_people"]],
    )
    candidates: list[CandidateWire] = Field(
        description="Who may be meant; nothing is certain while a name means several.",
        examples=[[]],
    )
    proposal: ForgetRequestBody | None = Field(
        description="Body for `POST /v1/forget-requests`, of mode `two_phase`, with what is "
        "certain; null where nothing is.",
        examples=[None],
    )
    counts: dict[str, int] = Field(
        description="What the proposal would come to.",
        examples=[{"agents": 1, "memories": 12, "derived": 2, "demoted": 1}],
    )
    certain: list[MeantWire] = Field(
        description="Memories that are meant, up to 1,000.", examples=[[]]
    )
    uncertain: list[MeantWire] = Field(
        description="Memories that may be meant, up to 1,000; the proposal leaves them out.",
        examples=[[]],
    )
    mentions: list[MentionWire] = Field(
        description="Memories of others that name the person, where those are asked for; those "
        "with an action are in the proposal.",
        examples=[[]],
    )
    complete: bool = Field(
        description="Whether everything was looked at and is told.", examples=[True]
    )
