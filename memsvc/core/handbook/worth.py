"""What the handbook is worth, and each of its lines: folds over surviving outcomes.

The handbook as a whole is judged by chance alone: offers are held out at random, so the two groups
differ in nothing else. Each line is judged by `core.handbook.success`, since lines are not offered
at random, nor alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from memsvc.core.handbook.effects import (
    LOG_TOKENS,
    NOBODY,
    Effects,
    Tasks,
    linear_effects,
    log_tokens,
    tasks_of,
)
from memsvc.core.handbook.intervals import Arm, Interval, difference, welch, wilson
from memsvc.core.handbook.offered import LEAST_OFFERS, OfferOutcome
from memsvc.core.handbook.success import success_effects
from memsvc.core.handbook.totals import NOTHING, Totals, totals


class Verdict(StrEnum):
    """What is certain enough to be said."""

    HELPS = "helps"
    HARMS = "harms"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Prices:
    """What a token costs, in any one currency; `curation` is spent once for the whole handbook."""

    input_token: float
    output_token: float
    curation: float = 0.0


@dataclass(frozen=True, slots=True)
class HandbookWorth:
    """The handbook against going without it.

    `success` and `success_held_out` are shares with Wilson's intervals, `lift` their difference,
    None where one group is empty. `saving` is what a task costs less, in the currency of the
    prices: c_out * (fewer output tokens) - c_in * (more input tokens) - curation / offered tasks,
    with Welch's interval within task classes; None with fewer than two tasks in a group. Below
    zero is a result like any other. Intervals are of one look, at 95 %; verdicts None below
    LEAST_OFFERS in either group.
    """

    offered: int
    held_out: int
    success: Interval
    success_held_out: Interval
    lift: Interval | None
    saving: Interval | None
    lift_verdict: Verdict | None
    saving_verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class LineWorth:
    """One line. Everything but `effect` and `token_effect` is as observed, not adjusted.

    `uncited` counts offers since it was last cited. What is `without` it are other tasks of the
    same classes in the same proportions, None where a class has none. `effect` is in points of
    success, `token_effect` the share by which output tokens change (-0.1: a tenth fewer); both are
    adjusted for class and what else was offered, with bounds that hold at all times. `harm_rate`
    is the share of offers that it is believed to have spoilt: the effect below zero, else 0.
    """

    name: str
    offered: int
    cited: int
    uncited: int
    success_with: Interval
    success_without: float | None
    tokens_with: float
    tokens_without: float | None
    effect: Interval
    token_effect: Interval
    harm_rate: float
    verdict: Verdict | None


def handbook_worth(outcomes: Sequence[OfferOutcome], prices: Prices) -> HandbookWorth:
    """Compare what was offered with what was held out."""
    return worth_of(totals(outcomes), prices)


def worth_of(held: Totals, prices: Prices) -> HandbookWorth:
    """The same from the totals of all outcomes."""
    groups = {
        held_out: [one for (_, is_held), one in held.items() if is_held is held_out]
        for held_out in (False, True)
    }
    counts = {held_out: sum(one.count for one in group) for held_out, group in groups.items()}
    shares = {
        held_out: wilson(float(sum(one.success for one in group)), counts[held_out])
        for held_out, group in groups.items()
    }
    lift = difference(shares[False], shares[True]) if all(counts.values()) else None
    saving = _saving(held, prices, counts[False])
    is_told = min(counts.values()) >= LEAST_OFFERS
    return HandbookWorth(
        offered=counts[False],
        held_out=counts[True],
        success=shares[False],
        success_held_out=shares[True],
        lift=lift,
        saving=saving,
        lift_verdict=verdict(lift) if is_told and lift else None,
        saving_verdict=verdict(saving) if is_told and saving else None,
    )


def _saving(held: Totals, prices: Prices, offered: int) -> Interval | None:
    strata: list[tuple[Arm, Arm]] = []
    for name in dict.fromkeys(name for name, _ in held):
        without, given = (
            held.get((name, held_out), NOTHING).costs(prices.input_token, prices.output_token)
            for held_out in (True, False)
        )
        strata.append((without, given))
    found = welch(strata)
    if found is None:
        return None
    return Interval(*(value - prices.curation / offered for value in found))


def verdict(interval: Interval) -> Verdict:
    """What the interval allows to say."""
    if interval.low > 0.0:
        return Verdict.HELPS
    return Verdict.HARMS if interval.high < 0.0 else Verdict.OPEN


@dataclass(slots=True)
class _Seen:
    """Tasks of one kind: their number, and totals over them."""

    tasks: int = 0
    success: float = 0.0
    tokens: float = 0.0

    def add(self, outcome: OfferOutcome) -> None:
        self.tasks += 1
        self.success += outcome.success
        self.tokens += outcome.output_tokens


@dataclass(slots=True)
class _Line:
    cited: int = 0
    uncited: int = 0
    total: _Seen = field(default_factory=_Seen)
    by_class: defaultdict[str, _Seen] = field(default_factory=lambda: defaultdict(_Seen))


def line_worths(outcomes: Sequence[OfferOutcome]) -> dict[str, LineWorth]:
    """The worth of each line that was ever offered, in order of name."""
    if not outcomes:
        return {}
    classes: defaultdict[str, _Seen] = defaultdict(_Seen)
    lines: defaultdict[str, _Line] = defaultdict(_Line)
    for outcome in outcomes:
        classes[outcome.task_class].add(outcome)
        for name in outcome.offered:
            line = lines[name]
            line.total.add(outcome)
            line.by_class[outcome.task_class].add(outcome)
            is_cited = name in outcome.cited
            line.cited += is_cited
            line.uncited = 0 if is_cited else line.uncited + 1
    # Not by what they are called: sums, to the last digit, are the same under other names.
    names = list(lines)
    tasks = tasks_in(outcomes, list(classes), names)
    success = success_effects(tasks).effects
    tokens = linear_effects(
        replace(tasks, values=np.array([log_tokens(one.output_tokens) for one in outcomes])),
        LOG_TOKENS,
    )
    return {
        name: _worth(
            name, lines[name], classes, _possible(_interval(success, at)), _interval(tokens, at)
        )
        for name, at in sorted(zip(names, range(len(names)), strict=True))
    }


def _worth(
    name: str,
    line: _Line,
    classes: dict[str, _Seen],
    effect: Interval,
    log_change: Interval,
) -> LineWorth:
    offered = line.total.tasks
    return LineWorth(
        name=name,
        offered=offered,
        cited=line.cited,
        uncited=line.uncited,
        success_with=wilson(line.total.success, offered),
        success_without=_without(line, classes, "success"),
        tokens_with=line.total.tokens / offered,
        tokens_without=_without(line, classes, "tokens"),
        effect=effect,
        token_effect=Interval(*np.expm1(np.minimum(log_change, _MOST_LOG)).tolist()),
        harm_rate=max(0.0, -effect.estimate),
        verdict=verdict(effect) if offered >= LEAST_OFFERS else None,
    )


_MOST_LOG = 700.0  # the exponential of more is no float


def _without(line: _Line, classes: dict[str, _Seen], what: str) -> float | None:
    """The mean over other tasks of the same classes, in the proportions of this line's."""
    total = 0.0
    for name, seen in line.by_class.items():
        others = classes[name].tasks - seen.tasks
        if not others:
            return None
        rest = getattr(classes[name], what) - getattr(seen, what)
        total += seen.tasks * rest / others
    return total / line.total.tasks


def tasks_in(outcomes: Sequence[OfferOutcome], classes: list[str], names: list[str]) -> Tasks:
    """Outcomes as tasks with their success; of the members the classes come first, then names."""
    of_class = {name: at for at, name in enumerate(classes)}
    of_line = {name: at for at, name in enumerate(names, start=len(classes))}
    most = 1 + max((len(one.offered) for one in outcomes), default=0)
    members = np.full((len(outcomes), most), NOBODY)
    for at, one in enumerate(outcomes):
        held = [of_class[one.task_class], *(of_line[name] for name in one.offered)]
        members[at, : len(held)] = held
    success = np.array([one.success for one in outcomes], np.float64)
    return tasks_of(members, success, len(classes), len(classes) + len(names))


def _interval(found: Effects, at: int) -> Interval:
    return Interval(float(found.estimate[at]), float(found.low[at]), float(found.high[at]))


def _possible(effect: Interval) -> Interval:
    """The effect on a success in [0, 1], which no behavior changes by more than all of it."""
    return Interval(*(min(1.0, max(-1.0, bound)) for bound in effect))
