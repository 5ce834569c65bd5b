"""Activity: what the service did, counted by the hour, and how long it took in buckets.

Buckets grow by a fixed ratio, so histograms of hours, agents and processes can be added, and a
percentile read from the sum is off by less than that ratio.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from memsvc.core.memory import Event

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)

RATIO = 2 ** (1 / 4)
"""Upper bound of a bucket to its lower bound."""
FIRST_S = 1e-4
"""Upper bound of the first bucket, in seconds."""
BUCKETS = 88
"""The last one takes all above 5 minutes."""


class Measure(StrEnum):
    """What is counted or timed."""

    WRITES_ADDED = "writes.added"
    WRITES_DUPLICATE = "writes.duplicate"
    WRITES_MERGED = "writes.merged"
    WRITES_SUPERSEDED = "writes.superseded"
    WRITES_DISPUTED = "writes.disputed"
    WRITES_SUPPRESSED = "writes.suppressed"
    WRITES_QUARANTINED = "writes.quarantined"
    WRITES_REJECTED = "writes.rejected"
    FEEDBACK_USED = "feedback.used"
    FEEDBACK_CONFIRMED = "feedback.confirmed"
    FEEDBACK_PARTLY = "feedback.partly"
    FEEDBACK_CONTRADICTED = "feedback.contradicted"
    FORGOTTEN = "forgotten"
    """Memories erased, whichever way."""
    SEARCHES = "searches"
    """Searches answered, those for contexts among them."""
    SEARCHES_DEEP = "searches.deep"
    """Those of them that took a second pass, asked for or not."""
    SEARCHES_AUTO = "searches.auto"
    """Searches that left the number of passes to the service."""
    SEARCHES_ESCALATED = "searches.escalated"
    """Those of these that took a second pass."""
    HITS = "hits"
    """Memories that searches found, within their limits."""
    CONTEXTS = "contexts"
    """Contexts composed."""
    SEARCH = "seconds.search"
    """Seconds that a search took."""
    CONTEXT = "seconds.context"
    WRITE = "seconds.write"

    @property
    def is_timed(self) -> bool:
        """Whether it is a time, kept in buckets, rather than a count."""
        return self.startswith("seconds.")

    @property
    def names(self) -> list[str]:
        """The names under which it is kept: its own, or those of its buckets."""
        if not self.is_timed:
            return [str(self)]
        return [f"{self}.{place:02d}" for place in range(BUCKETS)]


WRITES = tuple(one for one in Measure if one.startswith("writes."))
TIMED = tuple(one for one in Measure if one.is_timed)
RECALL = (
    Measure.SEARCHES,
    Measure.SEARCHES_DEEP,
    Measure.SEARCHES_AUTO,
    Measure.SEARCHES_ESCALATED,
)


def hour_of(moment: datetime) -> int:
    """The hour of a moment, counted since 1970."""
    return (moment - _EPOCH) // _HOUR


def start_of(hour: int) -> datetime:
    """When an hour begins."""
    return _EPOCH + hour * _HOUR


def written(event: Event) -> Measure:
    """The measure of drafts of which that became."""
    return Measure(f"writes.{event.value}")


def told(outcome: str) -> Measure:
    """The measure of uses of memories that were told with this outcome."""
    return Measure(f"feedback.{outcome}")


def took(what: Measure, seconds: float) -> str:
    """The name of the bucket of what took so long."""
    place = math.ceil(math.log(seconds / FIRST_S, RATIO)) if seconds > FIRST_S else 0
    return f"{what}.{min(place, BUCKETS - 1):02d}"


def buckets(what: Measure, counts: Mapping[str, int]) -> dict[int, int]:
    """How many fell into which bucket, among counts of all sorts."""
    start = f"{what}."
    return {int(name[len(start) :]): n for name, n in counts.items() if name.startswith(start)}


def percentile_s(held: Mapping[int, int], share: float) -> float | None:
    """The time in seconds within which that share was answered; None of none.

    The middle of a bucket, on the logarithmic scale: off by 9 % at most.
    """
    total = sum(held.values())
    if total <= 0:
        return None
    wanted = max(math.ceil(share * total), 1)
    places = sorted(held)
    reached = accumulate(held[place] for place in places)
    place = next(at for at, seen in zip(places, reached, strict=True) if seen >= wanted)
    return float(FIRST_S * RATIO ** (place - 0.5))
