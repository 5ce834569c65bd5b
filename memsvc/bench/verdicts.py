"""Bars and verdicts, in the words in which every benchmark tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memsvc.bench.figures import Check
from memsvc.bench.report import table

HEADS = ("median (least to most of the rounds)", "", "bar", "")


def value_of(check: Check) -> str:
    """The figure without its unit; with the rounds where there were several."""
    spread = check.value
    rounds = f" ({shortly(spread.least)} to {shortly(spread.most)})"
    return shortly(spread.median) + (rounds if spread.least != spread.most else "")


def bar_of(check: Check) -> str:
    """What the figure is held to, without its unit."""
    return f"{check.sense} {check.bar:,g}"


def verdict_of(check: Check) -> str:
    """Whether the bar is kept, in a word."""
    return "pass" if check.passed else "MISS"


def shortly(value: float) -> str:
    """A figure as people read it: whole numbers without a point, others with two places."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def verdicts(checks: Sequence[Check]) -> Iterator[str]:
    """The lines of a table of bars; none where there are none."""
    rows = [
        (
            check.what,
            f"{value_of(check)} {check.unit}".rstrip(),
            f"{bar_of(check)} {check.unit}".rstrip(),
            verdict_of(check),
        )
        for check in checks
    ]
    if rows:
        yield from table([HEADS, *rows])
