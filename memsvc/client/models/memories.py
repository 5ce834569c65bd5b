"""Memories, and what became of writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import Cardinality, Channel, Event, Kind, Status, Trust


class Fact(Answer):
    """A semantic memory as subject, predicate, object."""

    subject: str
    predicate: str
    object: str
    cardinality: Open[Cardinality]


class MemoryBehavior(Answer):
    """A procedural memory as a named one-line instruction."""

    name: str
    instruction: str
    version: int


class Memory(Answer):
    """One remembered statement."""

    id: str
    agent_id: str
    kind: Open[Kind]
    content: str
    user_id: str | None
    subject_ids: list[str]
    session_id: str | None
    role: str | None
    speaker: str | None
    event_time: datetime | None
    created_at: datetime
    updated_at: datetime
    last_used_at: datetime | None
    use_count: int
    importance: float
    confidence: float
    trust: Open[Trust]
    channel: Open[Channel]
    status: Open[Status]
    valid_from: datetime | None
    valid_to: datetime | None
    superseded_by: str | None
    fact: Fact | None
    behavior: MemoryBehavior | None
    metadata: dict[str, Any]
    tags: list[str]
    retention: float
    stability_days: float
    pinned: bool
    expires_at: datetime | None
    source_ids: list[str]
    subgoal: str | None
    etag: str | None = None
    """Its version, for `if_match`: of a memory that was read or changed by its id."""


class MemoryPage(Answer):
    """A page of memories, newest first."""

    memories: list[Memory]
    next_cursor: str | None
    total: int


class Written(Answer):
    """What became of one memory."""

    id: str | None
    event: Open[Event]
    affected: list[str]
    reason: str | None = None


class WriteAnswer(Answer):
    """One result per memory, in the order they were given."""

    results: list[Written]


class FeedbackAnswer(Answer):
    """How much was taken in."""

    updated: int


class Forgotten(Answer):
    """What was forgotten."""

    dry_run: bool
    erased: int
    demoted: int


class Fading(Answer):
    """A memory that will fade unless it is used."""

    id: str
    kind: Open[Kind]
    retention: float
    fades_at: datetime


class FadingCounts(Answer):
    """How many memories fade, by kind."""

    episodic: int
    semantic: int
    procedural: int


class Forecast(Answer):
    """What fades within the time asked for, soonest first."""

    memories: list[Fading]
    counts: FadingCounts
    next_cursor: str | None
