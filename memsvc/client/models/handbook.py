"""The handbook: its versions, its plan."""

from __future__ import annotations

from datetime import datetime

from memsvc.client.models.answer import Answer, Open
from memsvc.client.models.behaviors import Behavior, Line, Proposal
from memsvc.client.words import BehaviorStatus, RetirementReason, Verdict


class HandbookBook(Answer):
    """A handbook."""

    version: int
    behaviors: list[Behavior]


class HandbookVersion(Answer):
    """A version of the handbook."""

    version: int
    at: datetime
    actor: str
    changes: dict[str, int]


class HandbookVersions(Answer):
    """The versions, the newest first."""

    versions: list[HandbookVersion]


class LineDiff(Answer):
    """A behavior that differs."""

    name: str
    changed: list[str]
    before: Line | None
    after: Line | None


class HandbookDiff(Answer):
    """What two versions differ in."""

    behaviors: list[LineDiff]


class Imported(Answer):
    """What became of each behavior; all are candidates until a person approves them."""

    behaviors: list[Proposal]
    taken: list[str]
    version: int


class RolledBack(Answer):
    """The version that this makes."""

    version: int


class Merge(Answer):
    """Two behaviors that say the same."""

    kept: str
    gone: str
    cosine: float


class Retirement(Answer):
    """A behavior that is offered no more."""

    name: str
    reasons: list[Open[RetirementReason]]


class ProposedBehavior(Answer):
    """Steps that several successful attempts took one after the other."""

    name: str
    instruction: str
    topics: list[str]
    status: Open[BehaviorStatus]
    flagged: list[str]
    source_trace_ids: list[str]


class Rating(Answer):
    """A behavior as its outcomes rate it, before anything is done."""

    name: str
    status: Open[BehaviorStatus]
    mu: float
    sigma: float
    sure: float
    verdict: Open[Verdict] | None


class HandbookPlan(Answer):
    """What was done, or would be."""

    version: int
    applied: bool
    merges: list[Merge]
    retirements: list[Retirement]
    proposals: list[ProposedBehavior]
    ratings: list[Rating]


class Reflection(Answer):
    """One answer for each behavior that the model put forward, in its order."""

    behaviors: list[Proposal]
    version: int
    tokens: int
