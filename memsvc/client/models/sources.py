"""Marked sources."""

from __future__ import annotations

from datetime import datetime

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import Channel


class Mark(Answer):
    """A marked source."""

    id: str
    channel: Open[Channel] | None
    user_id: str | None
    session_id: str | None
    marked_at: datetime


class Marked(Answer):
    """A mark, and what it did."""

    id: str
    channel: Open[Channel] | None
    user_id: str | None
    session_id: str | None
    marked_at: datetime
    quarantined: int
    demoted: int


class MarkList(Answer):
    """All marked sources of an agent, oldest first."""

    marked_sources: list[Mark]


class Unmarked(Answer):
    """What left quarantine."""

    released: int


class SourceRolledBack(Answer):
    """What was erased."""

    erased: int
