"""Made-up behaviors and tasks, with the truth about them that the handbook is to find out.

Arrays have a first axis of worlds: one for each seed, all of one setting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HARMFUL, USELESS, USEFUL = -1, 0, 1


class Together(StrEnum):
    """How effects of what is offered together combine.

    `points`: percentage points are added. `odds`: the log-odds that make the points at a chance of
    one half are added, so five good ones saturate.
    """

    POINTS = "points"
    ODDS = "odds"


@dataclass(frozen=True, slots=True)
class Setting:
    """A kind of world.

    `effect` is in points of success, `saving` the share of output tokens. `uniform`: sizes are
    drawn uniformly up to these, else all have just these. `baselines` is the range of the classes'
    plain success: with points, low enough that five good ones do not pass 100 %.
    """

    name: str
    uniform: bool = False
    together: Together = Together.POINTS
    baselines: tuple[float, float] = (0.05, 0.25)
    behaviors: int = 200
    classes: int = 10
    tasks: int = 20_000
    useful: float = 0.6
    harmful: float = 0.1
    effect: float = 0.15
    saving: float = 0.10


FIXED = Setting("effects of full size")
UNIFORM = Setting("effects of any size up to that", uniform=True)
SATURATED = Setting(
    "full size, adding up in log-odds", together=Together.ODDS, baselines=(0.3, 0.6)
)

RELEVANT = 0.5
"""How often a behavior that fits a class is near enough to a task of it."""
SUCCESS_LIMITS = 0.02, 0.98
LINE_TOKENS = 20, 60
OUTPUT_TOKENS = 400, 4000
INPUT_TOKENS = 500, 4000
CITED = 0.2, 0.8


@dataclass(frozen=True, slots=True)
class Population:
    """The truth. B behaviors, C classes, M behaviors that fit a class.

    `kind`, `effect`, `saving` (log of the factor on output tokens), `line_tokens`, `cited` (worlds,
    B); `baseline`, `output_tokens`, `input_tokens` (worlds, C); `fitting` (worlds, C, M).
    """

    setting: Setting
    kind: Ints
    effect: Floats
    saving: Floats
    line_tokens: Floats
    cited: Floats
    baseline: Floats
    output_tokens: Floats
    input_tokens: Floats
    fitting: Ints

    def chance(self, baseline: Floats, effects: Floats) -> Floats:
        """Chances of success, of effects (..., offered) and baselines (...)."""
        if self.setting.together is Together.POINTS:
            chances: Floats = np.clip(baseline + effects.sum(axis=-1), *SUCCESS_LIMITS)
            return chances
        odds = np.log(baseline / (1.0 - baseline))
        odds = odds + np.log((0.5 + effects) / (0.5 - effects)).sum(axis=-1)
        together: Floats = 1.0 / (1.0 + np.exp(-odds))
        return together


def population(setting: Setting, seeds: Sequence[int]) -> Population:
    """Worlds of a setting, one of each seed; behaviors must be a multiple of the classes."""
    assert setting.behaviors % setting.classes == 0
    worlds = [_world(setting, np.random.default_rng([seed, 0])) for seed in seeds]
    return Population(setting, *(np.stack(parts) for parts in zip(*worlds, strict=True)))


def _world(setting: Setting, draw: np.random.Generator) -> tuple[NDArray[np.generic], ...]:
    count, classes = setting.behaviors, setting.classes
    useful, harmful = round(count * setting.useful), round(count * setting.harmful)
    kind = np.full(count, USELESS)
    kind[:useful], kind[useful : useful + harmful] = USEFUL, HARMFUL
    kind = draw.permutation(kind)
    sizes = draw.uniform(size=(2, count)) if setting.uniform else np.ones((2, count))
    return (
        kind,
        kind * sizes[0] * setting.effect,
        np.log1p(-kind * sizes[1] * setting.saving),
        draw.integers(*LINE_TOKENS, size=count, endpoint=True).astype(np.float64),
        draw.uniform(*CITED, size=count),
        draw.uniform(*setting.baselines, size=classes),
        _log_uniform(draw, OUTPUT_TOKENS, classes),
        _log_uniform(draw, INPUT_TOKENS, classes),
        _fitting(count, classes),
    )


def _log_uniform(draw: np.random.Generator, limits: tuple[int, int], size: int) -> Floats:
    return np.exp(draw.uniform(math.log(limits[0]), math.log(limits[1]), size))


def _fitting(count: int, classes: int) -> Ints:
    """Each behavior fits two classes, so that each class shares behaviors with two others."""
    home = np.arange(count) % classes
    return np.stack(
        [np.flatnonzero((home == one) | ((home + 1) % classes == one)) for one in range(classes)]
    )
