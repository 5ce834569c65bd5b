"""Figures of a benchmark: percentiles, medians over rounds, and what is held against a bar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Sense = Literal["at most", "at least"]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie; between two, a straight line."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure over all rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one value."""
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of all rounds together."""

    p50_ms: float
    p95_ms: float
    p99_ms: float

    @classmethod
    def of(cls, values_ms: Sequence[float]) -> Latency:
        """The latency of at least one request."""
        return cls(*(percentile(values_ms, share) for share in (0.5, 0.95, 0.99)))


@dataclass(frozen=True, slots=True)
class Figure:
    """How fast one thing was: `per_second` counts `unit`, latency is that of one request.

    `client_cpu_ms` is what the load generator itself used a request, on the cores it shares.
    """

    what: str
    clients: int
    unit: str
    per_second: Spread
    requests: int
    latency: Latency | None = None
    client_cpu_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A figure held against its bar; the median over the rounds decides."""

    what: str
    sense: Sense
    bar: float
    unit: str
    value: Spread
    passed: bool

    @classmethod
    def of(
        cls, what: str, sense: Sense, bar: float, values: Sequence[float], unit: str = "x"
    ) -> Check:
        """The check of one value a round."""
        value = Spread.of(values)
        passed = value.median <= bar if sense == "at most" else value.median >= bar
        return cls(what, sense, bar, unit, value, passed)


def quotients(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """One quotient a round."""
    return [one / other for one, other in zip(above, below, strict=True)]
