"""What a memory was, what it comes from, and what speaks against it."""

from __future__ import annotations

from datetime import datetime

from memsvc.client.models.answer import Answer, Open
from memsvc.client.models.memories import Memory
from memsvc.client.words import ConflictKind, ConflictReason, Epistemic, Kind, Status, Trust


class HistoryStep(Answer):
    """A memory that ended another, or was ended."""

    id: str
    content: str
    status: Open[Status]
    trust: Open[Trust]
    valid_from: datetime | None
    event_time: datetime | None
    created_at: datetime
    valid_to: datetime | None
    superseded_by: str | None
    superseded_at: datetime | None


class ContentVersion(Answer):
    """How a memory was worded for a time."""

    version: int
    content: str
    recorded_at: datetime
    superseded_at: datetime | None


class History(Answer):
    """How a memory came to stand as it does."""

    memory: HistoryStep
    versions: list[ContentVersion]
    ended_by: list[HistoryStep]
    ended: list[HistoryStep]


class Kin(Answer):
    """A memory in a lineage."""

    id: str
    content: str
    status: Open[Status]
    trust: Open[Trust]
    valid_from: datetime | None
    event_time: datetime | None
    created_at: datetime
    kind: Open[Kind]
    relation: str
    through: str


class Lineage(Answer):
    """Why a memory is believed, and what rests on it."""

    id: str
    epistemic: Open[Epistemic]
    sources: list[Kin]
    derived: list[Kin]
    complete: bool


class Conflict(Answer):
    """Memories that cannot all hold, of which none clearly wins."""

    id: str
    kind: Open[ConflictKind]
    memories: list[Memory]
    head: str
    reason: Open[ConflictReason]


class ConflictPage(Answer):
    """A page of conflicts: disputes first, each kind by its oldest memory."""

    conflicts: list[Conflict]
    next_cursor: str | None


class Resolved(Answer):
    """The memories of the conflict as they stand now."""

    memories: list[Memory]
