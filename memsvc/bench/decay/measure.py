"""Policies of decay, held against what was used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import orjson

from memsvc.bench.decay.foretelling import RECENCY, Foretold, foretold
from memsvc.bench.decay.log import Event, LogUnusable, log_of
from memsvc.bench.decay.scoring import brier, fitted, log_odds, ordering, skill_interval

CONSTANT = "constant rate"


@dataclass(frozen=True, slots=True)
class Score:
    """How good one is at foretelling, on the second half of the moments.

    `raw` is the Brier score of its chances as they are, None where it gives none; `fitted` of those
    that a logistic curve, fitted to the first half, makes of them. `skill` is the share of the
    constant's Brier score that this is better, between `low` and `high` in 95 % of draws.
    """

    name: str
    raw: float | None
    fitted: float
    skill: float
    low: float
    high: float
    ordering: float


@dataclass(frozen=True, slots=True)
class DecayReport:
    """All scores, over so many pairs of a memory and a moment, with the share used again."""

    source: str
    horizon_days: float
    memories: int
    pairs: int
    used_again: float
    scores: Sequence[Score]


def run(events: Sequence[Event], source: str, horizon_days: float) -> DecayReport:
    """Compare the policies on a log; raises LogUnusable for one that tells nothing."""
    log = log_of(events)
    found = foretold(log, horizon_days)
    late = ~found.early
    happened = found.again[found.early]
    if not found.early.any() or not late.any() or not 0.0 < happened.mean() < 1.0:
        raise LogUnusable("In the first half of the log all, or no, memories are used again.")
    rate = float(happened.mean())
    scores = [_constant(rate, found)]
    scores += [_score(name, found, rate) for name in found.said]
    return DecayReport(
        source,
        horizon_days,
        len(log.histories),
        len(found.again),
        float(found.again[late].mean()),
        scores,
    )


def _constant(rate: float, found: Foretold) -> Score:
    happened = found.again[~found.early]
    score = brier(np.full(len(happened), rate), happened)
    return Score(CONSTANT, score, score, 0.0, 0.0, 0.0, 0.5)


def _score(name: str, found: Foretold, rate: float) -> Score:
    said, late = found.said[name], ~found.early
    is_chance = name != RECENCY
    feature = log_odds(said) if is_chance else -np.log1p(said)
    happened = found.again[late]
    chances = fitted(feature[found.early], found.again[found.early], feature[late])
    score = brier(chances, happened)
    constant = brier(np.full(len(happened), rate), happened)
    low, high = skill_interval(chances, rate, happened, found.memory[late])
    return Score(
        name,
        brier(said[late], happened) if is_chance else None,
        score,
        1.0 - score / constant,
        low,
        high,
        ordering(feature[late], happened),
    )


def render(report: DecayReport) -> str:
    """The report for a person."""
    lines = [
        f"{report.source}: {report.memories} memories, {report.pairs} predictions; "
        f"{report.used_again:.1%} used again within {report.horizon_days:g} days",
        f"{'':30}{'raw':>8}{'fitted':>9}{'skill':>9}{'95 %':>18}{'ordering':>10}",
    ]
    for one in report.scores:
        raw = "" if one.raw is None else f"{one.raw:.4f}"
        between = f"{one.low:+.1%} to {one.high:+.1%}"
        lines.append(
            f"{one.name:30}{raw:>8}{one.fitted:>9.4f}{one.skill:>+9.1%}{between:>18}"
            f"{one.ordering:>10.3f}"
        )
    return "\n".join(lines)


def write_report(report: DecayReport, out: Path) -> None:
    """The report as JSON."""
    out.write_bytes(orjson.dumps(asdict(report), option=orjson.OPT_INDENT_2))
