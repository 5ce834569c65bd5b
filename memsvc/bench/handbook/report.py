"""The figures of simulated handbooks, over all seeds of a setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import orjson

from memsvc.bench.figures import Check
from memsvc.bench.handbook.measure import KINDS, Told, World
from memsvc.bench.handbook.population import FIXED

HARMFUL_RETIRED, USEFUL_RETIRED = 95.0, 3.0
COVERED = 90.0, 99.0
"""Per cent, like the others."""
FEWEST_SEEDS = 50
"""With fewer, how often the truth lies inside cannot be told from 90 or 99 %."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """An estimate over seeds: its mean, the truth's, and how often its interval held the truth."""

    said: float
    truth: float
    held: float
    half_width: float


@dataclass(frozen=True, slots=True)
class SettingFigures:
    """All seeds of a setting.

    `retired` is the share of each kind. `precision` is the share of retired behaviors that are
    harmful, `not_useful` that are harmful or useless; `harm_retired` the share of all harm that
    retired ones would do. `median_at` is after how many tasks half of the retired harmful ones
    were. Regret is in points of success, of all tasks and of the last quarter.
    """

    seeds: int
    retired: dict[str, float]
    precision: float
    not_useful: float
    harm_retired: float
    median_at: float
    regret: float
    late_regret: float
    saving: Coverage
    lift: Coverage
    effects_held: float
    tokens_held: float
    in_log_odds: float
    clipped: float


def figures(worlds: Sequence[World]) -> SettingFigures:
    """The figures of a setting."""
    gone = {name: sum(len(one.retired[name]) for one in worlds) for name in KINDS.values()}
    whole = {name: sum(one.behaviors[name] for one in worlds) for name in KINDS.values()}
    everything = max(sum(gone.values()), 1)
    regret = np.array([one.regret for one in worlds])
    when = [at for one in worlds for at in one.retired["harmful"]]
    return SettingFigures(
        seeds=len(worlds),
        retired={name: gone[name] / max(whole[name], 1) for name in gone},
        precision=gone["harmful"] / everything,
        not_useful=(gone["harmful"] + gone["useless"]) / everything,
        harm_retired=sum(one.harm_retired for one in worlds) / sum(one.harm for one in worlds),
        median_at=float(np.median(when)) if when else float("nan"),
        regret=float(regret.mean()),
        late_regret=float(regret[:, -regret.shape[1] // 4 :].mean()),
        saving=_coverage([one.saving for one in worlds]),
        lift=_coverage([one.lift for one in worlds]),
        effects_held=float(np.mean([one.effects_held for one in worlds])),
        tokens_held=float(np.mean([one.tokens_held for one in worlds])),
        in_log_odds=float(np.mean([one.in_log_odds for one in worlds])),
        clipped=float(np.mean([one.clipped for one in worlds])),
    )


def _coverage(told: Sequence[Told]) -> Coverage:
    return Coverage(
        float(np.mean([one.said.estimate for one in told])),
        float(np.mean([one.truth for one in told])),
        float(np.mean([one.said.holds(one.truth) for one in told])),
        float(np.mean([(one.said.high - one.said.low) / 2 for one in told])),
    )


def checks(found: Mapping[str, SettingFigures]) -> list[Check]:
    """What is held against a bar; retirement's are for effects of full size that add up."""
    retired = {kind: [100.0 * share] for kind, share in found[FIXED.name].retired.items()}
    held = [
        Check.of("harmful retired", "at least", HARMFUL_RETIRED, retired["harmful"], "%"),
        Check.of("useful retired", "at most", USEFUL_RETIRED, retired["useful"], "%"),
    ]
    for name, one in found.items():
        if one.seeds < FEWEST_SEEDS:
            continue
        for what, told in {"saving": one.saving, "lift": one.lift}.items():
            inside = f"{name}: {what} inside its interval"
            share = [100.0 * told.held]
            held += [
                Check.of(inside, "at least", COVERED[0], share, "%"),
                Check.of(f"{inside}, not too often", "at most", COVERED[1], share, "%"),
            ]
    return held


def missed(found: Mapping[str, SettingFigures]) -> list[str]:
    """The bars that are missed."""
    return [
        f"{one.what}: {one.value.median:.1f} %, bar {one.sense} {one.bar:g} %"
        for one in checks(found)
        if not one.passed
    ]


def rows(found: Mapping[str, SettingFigures]) -> list[list[str]]:
    """A table: a column for each setting, below its name."""
    columns = {name: _column(one) for name, one in found.items()}
    labels = list(next(iter(columns.values())))
    told = [[label, *(cells[label] for cells in columns.values())] for label in labels]
    return [["", *columns], *told]


def render(found: Mapping[str, SettingFigures]) -> str:
    """A table for people."""
    told = rows(found)
    widths = [max(len(row[at]) for row in told) for at in range(len(told[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in told
    )


def _column(one: SettingFigures) -> dict[str, str]:
    return {
        "seeds": str(one.seeds),
        "harmful retired": f"{one.retired['harmful']:.1%}",
        "useful retired": f"{one.retired['useful']:.2%}",
        "useless retired": f"{one.retired['useless']:.1%}",
        "precision: harmful": f"{one.precision:.1%}",
        "precision: not useful": f"{one.not_useful:.1%}",
        "harm retired": f"{one.harm_retired:.1%}",
        "harmful retired after, median": f"{one.median_at:.0f} tasks",
        "regret, all tasks": f"{one.regret:.3f}",
        "regret, last quarter": f"{one.late_regret:.3f}",
        "lift, said / true": _said(one.lift, 1.0),
        "truth inside lift's interval": f"{one.lift.held:.0%}",
        "saving of 1,000 tasks, said / true": _said(one.saving, 1000.0),
        "truth inside saving's interval": f"{one.saving.held:.0%}",
        "effects of behaviors inside bounds": f"{one.effects_held:.1%}",
        "the same, on tokens": f"{one.tokens_held:.1%}",
        "found to add up in log-odds": f"{one.in_log_odds:.0%}",
        "chances at a limit": f"{one.clipped:.1%}",
    }


def _said(told: Coverage, scale: float) -> str:
    said, truth, width = (scale * one for one in (told.said, told.truth, told.half_width))
    return f"{said:.3f} ± {width:.3f} / {truth:.3f}"


def to_json(found: Mapping[str, SettingFigures]) -> bytes:
    """The figures for programs."""
    held = {name: asdict(one) for name, one in found.items()}
    return orjson.dumps({"settings": held, "missed": missed(found)}, option=orjson.OPT_INDENT_2)
