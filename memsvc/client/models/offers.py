"""Offers of behaviors, and what the handbook is worth."""

from __future__ import annotations

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import BehaviorStatus, Verdict


class OfferedBehavior(Answer):
    """A behavior that is offered."""

    name: str
    instruction: str
    topics: list[str]


class Offer(Answer):
    """An offer."""

    offer_id: str
    held_out: bool
    behaviors: list[OfferedBehavior]
    text: str
    tokens: int


class OfferOutcome(Answer):
    """What was noted."""

    held_out: bool
    outcome: float
    offered: int
    cited: list[str]


class Interval(Answer):
    """An estimate with its 95 % interval; a bound is null where nothing bounds it."""

    estimate: float
    low: float | None
    high: float | None


class HandbookWorth(Answer):
    """The handbook against going without it: tasks with an offer beside those held out at
    random."""

    offered: int
    held_out: int
    success: Interval | None
    success_held_out: Interval | None
    lift: Interval | None
    saving: Interval | None
    lift_verdict: Open[Verdict] | None
    saving_verdict: Open[Verdict] | None


class LineWorth(Answer):
    """What one line is worth. The effects are adjusted for class and what else was offered, and
    their bounds hold however often they are looked at; all else is as observed."""

    offered: int
    cited: int
    uncited: int
    success_with: Interval
    success_without: float | None
    tokens_with: float
    tokens_without: float | None
    effect: Interval | None
    token_effect: Interval | None
    harm_rate: float
    verdict: Open[Verdict] | None


class LineReport(Answer):
    """A line of the handbook, and what its present words are worth."""

    name: str
    status: Open[BehaviorStatus]
    worth: LineWorth | None


class HandbookReport(Answer):
    """What the handbook is worth: folds over all outcomes that were told and not erased."""

    handbook: HandbookWorth
    lines: list[LineReport]
    curation_tokens: int
    curation: float
