"""Activity in figures: what was done hour by hour, and how fast it was answered of late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memsvc.core.activity import (
    RECALL,
    TIMED,
    WRITES,
    Measure,
    buckets,
    hour_of,
    percentile_s,
    start_of,
)
from memsvc.core.memory import Event
from memsvc.errors import InvalidRequest
from memsvc.store import activity
from memsvc.store.reach import Reach
from memsvc.store.transaction import Tx

RECALL_HOURS = 24
"""Hours that figures of speed are of, the one that is not over among them."""
WRITES_DAYS = 30
MOST_POINTS = 2_232
"""Points of one answer: 93 days of hours."""
DAY = 24


class Step(StrEnum):
    """How much time one point stands for."""

    HOUR = "hour"
    DAY = "day"

    @property
    def hours(self) -> int:
        """Its length."""
        return DAY if self is Step.DAY else 1


@dataclass(frozen=True, slots=True)
class Latency:
    """How long requests took, in milliseconds; percentiles are off by 9 % at most."""

    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True)
class RecallFigures:
    """Searches of the last hours; the shares are None where there are none.

    `one_pass_share` of all, `auto_one_pass_share` of those that left the passes to the service.
    `took` is by what was asked: a search, a context, a write.
    """

    hours: int
    searches: int
    one_pass_share: float | None
    auto_one_pass_share: float | None
    took: Mapping[Measure, Latency]


@dataclass(frozen=True, slots=True)
class Point:
    """What was done from `at` on, for one step; `took` where the measure is a time."""

    at: datetime
    count: int
    took: Latency | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Which measure to look at, from the step that holds `since` to the one that holds `until`."""

    measure: Measure
    since: datetime
    until: datetime
    step: Step = Step.HOUR


@dataclass(frozen=True, slots=True)
class ActivityOverTime:
    """A measure over time: a point for each step, whether anything was done or not."""

    timeline: Timeline
    points: Sequence[Point]


def recall_figures(tx: Tx, reach: Reach, now: datetime) -> RecallFigures:
    """Searches, contexts and writes of the last day."""
    last = hour_of(now)
    names = [name for measure in (*RECALL, *TIMED) for name in measure.names]
    counts = activity.summed(tx, reach, names, last - RECALL_HOURS + 1, last)
    return RecallFigures(
        RECALL_HOURS,
        counts[Measure.SEARCHES],
        _share(counts, Measure.SEARCHES_DEEP, Measure.SEARCHES),
        _share(counts, Measure.SEARCHES_ESCALATED, Measure.SEARCHES_AUTO),
        {measure: _latency(measure, counts) for measure in TIMED},
    )


def _share(counts: Counter[str], deep: Measure, of: Measure) -> float | None:
    return 1 - counts[deep] / counts[of] if counts[of] else None


def events(tx: Tx, reach: Reach, now: datetime) -> dict[Event, int]:
    """What became of the drafts that were offered in the last 30 days."""
    last = hour_of(now)
    counts = activity.summed(tx, reach, WRITES, last - WRITES_DAYS * DAY + 1, last)
    return {event: counts[f"writes.{event}"] for event in Event}


def over_time(tx: Tx, reach: Reach, timeline: Timeline) -> ActivityOverTime:
    """The points of a measure; raises InvalidRequest for a span that is empty or too long."""
    hours = timeline.step.hours
    first, last = (hour_of(one) // hours for one in (timeline.since, timeline.until))
    if timeline.until < timeline.since:
        raise InvalidRequest.at("to", "must not be before `from`")
    if last - first >= MOST_POINTS:
        raise InvalidRequest.at("from", f"must be no more than {MOST_POINTS:,} steps before `to`")
    names = timeline.measure.names
    done = activity.by_step(tx, reach, names, first * hours, (last + 1) * hours - 1, hours)
    points = [
        _point(timeline.measure, start_of(step * hours), done.get(step, Counter()))
        for step in range(first, last + 1)
    ]
    return ActivityOverTime(timeline, points)


def _point(measure: Measure, at: datetime, counts: Counter[str]) -> Point:
    if not measure.is_timed:
        return Point(at, counts[measure])
    took = _latency(measure, counts)
    return Point(at, took.count, took)


def _latency(measure: Measure, counts: Mapping[str, int]) -> Latency:
    held = buckets(measure, counts)
    shares = (percentile_s(held, share) for share in (0.5, 0.95, 0.99))
    return Latency(sum(held.values()), *(None if one is None else one * 1e3 for one in shares))
