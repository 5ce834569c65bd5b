"""The retention of one memory over its life and beyond: what it was at every moment, and will be.

Between two uses R falls along the policy's curve with the stability that the earlier one left; a
contradiction changes stability, and the time since the last use goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from memsvc.core.decay import SECONDS_PER_DAY, Policy, retention
from memsvc.core.reinforcement import Outcome


class Use(NamedTuple):
    """What was told of a memory, and its stability in days until then."""

    at: datetime
    outcome: Outcome
    stability_before: float


class Point(NamedTuple):
    """Retention in [0, 1] at a moment."""

    at: datetime
    retention: float


class Life(NamedTuple):
    """What a memory's retention follows from: when it began, its uses in order, S in days now.

    `used_since` is the last use where that was told of otherwise: setting a faded memory active.
    """

    began: datetime
    uses: Sequence[Use]
    stability_days: float
    used_since: datetime | None = None


def curve(life: Life, policy: Policy, since: datetime, until: datetime, points: int) -> list[Point]:
    """Points of the curve from `since` to `until`: some evenly spread, and two at each use.

    The two at a use are what retention had come down to, and what it was right after. Nothing is
    said of the time before the memory began.
    """
    start = max(since, life.began)
    step = (until - start) / max(points - 1, 1)
    moments = [start + step * place for place in range(points)] if step > timedelta(0) else [start]
    drawn = [Point(at, retention_at(life, policy, at)) for at in moments]
    for use in life.uses:
        if start <= use.at <= until:
            just_before = use.at - timedelta(microseconds=1)
            drawn.append(Point(just_before, retention_at(life, policy, just_before)))
            drawn.append(Point(use.at, retention_at(life, policy, use.at)))
    return sorted(drawn)


def retention_at(life: Life, policy: Policy, at: datetime) -> float:
    """R at a moment of the memory's life."""
    last, stability = life.began, life.stability_days
    for use in _told(life):
        if use.at > at:
            # It was as strong then as this use found it.
            stability = use.stability_before
            break
        if use.outcome is not Outcome.CONTRADICTED:
            last = use.at
    return retention((at - last).total_seconds() / SECONDS_PER_DAY, stability, policy)


def _told(life: Life) -> Iterator[Use]:
    yield from life.uses
    last = life.uses[-1].at if life.uses else life.began
    if life.used_since is not None and life.used_since > last:
        yield Use(life.used_since, Outcome.USED, life.stability_days)
