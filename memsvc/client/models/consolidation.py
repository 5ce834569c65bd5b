"""Consolidation runs and profiles."""

from __future__ import annotations

from datetime import datetime

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import (
    Kind,
    NotRead,
    PlanReason,
    ProfileGroup,
    RunReason,
    RunStatus,
    Status,
)


class Planned(Answer):
    """A memory that would be made."""

    relation: str
    reason: Open[PlanReason]
    kind: Open[Kind]
    content: str
    sources: int


class Plan(Answer):
    """What a run would make now."""

    made: dict[str, int]
    superseded: int
    erased: int
    unchanged: int
    waiting: int
    unread: int
    samples: list[Planned]


class ModelUse(Answer):
    """What a language model read for a run."""

    read: int
    facts: int
    left: int
    why: Open[NotRead] | None
    malformed: int
    unfounded: int


class Run(Answer):
    """A run as it stands."""

    run_id: str
    status: Open[RunStatus]
    started_at: datetime
    finished_at: datetime | None
    made: dict[str, int]
    superseded: int
    erased: int
    probes: int
    recall_before: float | None
    recall_least: float | None
    why: Open[RunReason] | None
    model: ModelUse | None


class RunList(Answer):
    """The last runs, the newest first."""

    runs: list[Run]


class ProfileLine(Answer):
    """One thing that is known."""

    mark: str
    group: Open[ProfileGroup]
    statement: str
    id: str
    quote: str
    valid_from: datetime | None
    status: Open[Status]
    times: int
    source_ids: list[str]


class Profile(Answer):
    """What is known of a person."""

    user_id: str
    lines: list[ProfileLine]
    text: str
