"""Traces: attempts at tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import Channel, Event, Status, Trust


class TraceWritten(Answer):
    """What became of a trace."""

    id: str | None
    event: Open[Event]
    reason: str | None = None


class Trace(Answer):
    """An attempt at a task, as it stands: also a memory of the same id."""

    id: str
    task: str
    steps: list[str]
    content: str | None
    outcome: float | None
    input_tokens: int | None
    output_tokens: int | None
    model: str | None
    task_class: str | None
    offered: list[str]
    cited: list[str]
    user_id: str | None
    subject_ids: list[str]
    session_id: str | None
    event_time: datetime | None
    created_at: datetime
    trust: Open[Trust]
    channel: Open[Channel]
    status: Open[Status]
    pinned: bool
    expires_at: datetime | None


class TracePage(Answer):
    """A page of traces, newest first."""

    traces: list[Trace]
    next_cursor: str | None


class Prompt(Answer):
    """A question for your own model."""

    prompt: str
    answer_schema: dict[str, Any] | None
    trace_ids: list[str]
