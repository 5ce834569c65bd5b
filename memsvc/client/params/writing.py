"""What is written and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from memsvc.client.params.moments import When
from memsvc.client.words import Cardinality, Channel, FeedbackOutcome, Kind


class FactFields(TypedDict, total=False):
    """A fact as subject, predicate, object."""

    subject: Required[str]
    """Whom or what the fact is about."""
    predicate: Required[str]
    """What is said of it."""
    object: Required[str]
    """The value."""
    cardinality: Cardinality
    """`one`: a newer value ends the older; `many`: values stand side by side."""


class MemoryBehaviorFields(TypedDict, total=False):
    """A behavior as a named one-line instruction."""

    name: Required[str]
    """Name to cite it by."""
    instruction: Required[str]
    """What to do, in one line."""
    version: int
    """Version of the instruction, from 1."""


class DraftFields(TypedDict, total=False):
    """What can be said of a memory besides its content."""

    kind: Kind
    """episodic (an event), semantic (a fact) or procedural (a behavior)."""
    user_id: str | None
    """The person whom it came from."""
    subject_ids: Sequence[str]
    """People whom it is about, besides `user_id`."""
    session_id: str | None
    """The conversation or task run it belongs to."""
    role: Literal["user", "assistant", "system", "tool"] | None
    """Who spoke in the conversation."""
    speaker: str | None
    """Display name of who said it; helps retrieval, never part of `content`."""
    event_time: When | None
    """When it happened."""
    importance: float
    """How much it matters, 0 to 1; what matters fades slower."""
    metadata: Mapping[str, Any]
    """Your own fields: up to 16,384 bytes, 16 levels deep."""
    tags: Sequence[str]
    """Labels to filter by."""
    channel: Channel | None
    """Where the words came from."""
    fact: FactFields | None
    """The structured form, for kind semantic."""
    behavior: MemoryBehaviorFields | None
    """The structured form, for kind procedural."""
    valid_from: When | None
    """From when it is true in the world."""
    valid_to: When | None
    """Until when it is true in the world."""
    expires_at: When | None
    """When it is to be erased."""
    pinned: bool
    """Whether it is kept from fading."""
    subgoal: str | None
    """The subgoal of the session that it belongs to."""
    source_ids: Sequence[str]
    """Memories of this agent that it was derived from: it is erased with them."""
    id: str | None
    """Your own id for it."""


class Draft(DraftFields):
    """A memory to write."""

    content: Required[str]
    """The statement, as it was said. 1 to 32,768 characters."""


class Message(TypedDict, total=False):
    """A turn of a conversation."""

    role: Required[Literal["user", "assistant", "system", "tool"]]
    """Who spoke."""
    content: Required[str]
    """What was said."""
    name: str | None
    """Display name of the speaker."""
    timestamp: When | None
    """When it was said."""


class MemoryChanges(TypedDict, total=False):
    """What to change of a memory; what is left out stays."""

    content: str
    """New wording; the old one stays in the history."""
    metadata: Mapping[str, Any]
    """Replaces all metadata."""
    tags: Sequence[str]
    """Replaces all tags."""
    importance: float
    """0 to 1."""
    pinned: bool
    """Whether it is kept from fading."""
    expires_at: When | None
    """When to erase it; null: never."""
    status: Literal["active", "archived"]
    """archived takes it out of default search, active brings it back."""


class FeedbackItem(TypedDict, total=False):
    """What became of one memory."""

    memory_id: Required[str]
    """The memory."""
    outcome: Required[FeedbackOutcome]
    """used."""


class TimeRange(TypedDict, total=False):
    """A span of time; at least one end."""

    gte: When | None
    """From this time on."""
    lt: When | None
    """Before this time."""


class Selection(TypedDict, total=False):
    """What an agent is to forget."""

    subject_ids: Sequence[str]
    """People: all that came from them or is about them."""
    memory_ids: Sequence[str]
    """Single memories."""
    session_ids: Sequence[str]
    """Sessions."""
    time_range: TimeRange | None
    """What happened in a stretch of time."""
