"""What a behavior or a handbook is worth, in words and numbers as people read them."""

from __future__ import annotations

import math

from memsvc.core.handbook.intervals import Interval
from memsvc.core.handbook.offered import LEAST_OFFERS
from memsvc.core.handbook.worth import LineWorth

OPEN_END = "\N{HORIZONTAL ELLIPSIS}"
FAR = 10.0
"""Bounds of a change beyond ten times say nothing but that there is none."""


def points(interval: Interval) -> str:
    """An effect on success as "+4.2 points (-1.0 to +9.4)"."""
    low, high = (_signed(one * 100) for one in interval[1:])
    return f"{interval.estimate * 100:+.1f} points ({low} to {high})"


def percent(interval: Interval) -> str:
    """A relative change as "-8% (-12% to -3%)"; an ellipsis for a bound that is none."""
    low, high = (_share(one) for one in interval[1:])
    return f"{_share(interval.estimate)} ({low} to {high})"


def is_told(worth: LineWorth | None) -> bool:
    """Whether there were offers enough to speak of an effect."""
    return worth is not None and worth.offered >= LEAST_OFFERS


def _signed(value: float) -> str:
    return f"{value:+.1f}" if math.isfinite(value) else OPEN_END


def _share(value: float) -> str:
    return f"{value * 100:+.0f}%" if abs(value) <= FAR else OPEN_END
