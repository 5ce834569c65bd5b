"""Behaviors."""

from __future__ import annotations

from datetime import datetime

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import (
    BehaviorEvent,
    BehaviorStatus,
    ProposalEvent,
    ProposedBy,
    Trust,
)


class Line(Answer):
    """What a version of the handbook says of a behavior."""

    instruction: str
    topics: list[str]
    status: Open[BehaviorStatus]
    approved: bool
    flagged: list[str]
    trust: Open[Trust]
    proposed_by: Open[ProposedBy]
    source_trace_ids: list[str]


class Behavior(Line):
    """A behavior as it stands."""

    name: str
    memory_id: str


class BehaviorList(Answer):
    """The behaviors of a handbook, by name."""

    behaviors: list[Behavior]
    version: int


class BehaviorChange(Answer):
    """A change of a behavior, and how it stood then."""

    version: int
    at: datetime
    actor: str
    change: Open[BehaviorEvent]
    reason: str | None
    merged_with: str | None
    instruction: str | None
    topics: list[str]
    status: Open[BehaviorStatus] | None
    source_trace_ids: list[str]


class BehaviorHistory(Behavior):
    """A behavior with all that happened to it."""

    history: list[BehaviorChange]
    version: int


class Proposal(Answer):
    """What became of a behavior that was put forward."""

    name: str
    event: Open[ProposalEvent]
    behavior: Behavior | None


class Proposals(Answer):
    """One answer for each behavior, in order."""

    behaviors: list[Proposal]
    version: int


class StandingBehavior(Answer):
    """A behavior as it stands, in which version of the handbook."""

    name: str
    instruction: str
    topics: list[str]
    status: Open[BehaviorStatus]
    approved: bool
    flagged: list[str]
    trust: Open[Trust]
    proposed_by: Open[ProposedBy]
    source_trace_ids: list[str]
    memory_id: str
    version: int
