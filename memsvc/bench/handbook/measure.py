"""What handbooks made of simulated worlds, held against the truth about these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context

import numpy as np

from memsvc.bench.handbook.living import lived
from memsvc.bench.handbook.log import Log, line_of, outcomes
from memsvc.bench.handbook.population import (
    FIXED,
    HARMFUL,
    SATURATED,
    SUCCESS_LIMITS,
    UNIFORM,
    USEFUL,
    USELESS,
    Floats,
    Population,
    Setting,
    population,
)
from memsvc.bench.handbook.state import State
from memsvc.core.handbook.effects import NOBODY
from memsvc.core.handbook.intervals import Interval
from memsvc.core.handbook.offered import LEAST_OFFERS
from memsvc.core.handbook.success import Adding
from memsvc.core.handbook.worth import HandbookWorth, LineWorth, Prices, handbook_worth, line_worths

SETTINGS = (FIXED, UNIFORM, SATURATED)
BATCH = 25
"""Worlds that live side by side: more are no quicker, and take more memory."""
PARTS = 40
"""Equal parts of the tasks, for curves."""
PRICES = Prices(input_token=3e-6, output_token=15e-6, curation=200 * 1500 * 15e-6)
"""Dollars; each of 200 behaviors took 1,500 tokens to reflect on and curate."""
KINDS = {HARMFUL: "harmful", USELESS: "useless", USEFUL: "useful"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the report said, and the truth."""

    said: Interval
    truth: float


@dataclass(frozen=True, slots=True)
class World:
    """The figures of one seed.

    `retired` lists, by kind, after how many tasks behaviors were retired; `behaviors` counts them.
    `harm` sums up the effects of harmful ones, `harm_retired` of those that were retired.
    `regret` is the success missed in each of PARTS parts against always offering the truly best,
    among tasks not held out. Of behaviors offered often enough, `effects_held` and `tokens_held`
    are the shares whose bounds at the end hold the truth, the mean effect in the tasks they were
    offered for. `in_log_odds`: whether effects were found to add up so. `clipped` is the share of
    tasks whose chance was at its limit.
    """

    seed: int
    behaviors: dict[str, int]
    retired: dict[str, list[int]]
    harm: float
    harm_retired: float
    regret: list[float]
    saving: Told
    lift: Told
    effects_held: float
    tokens_held: float
    in_log_odds: bool
    clipped: float


@dataclass(frozen=True, slots=True)
class Options:
    """What to simulate: worlds of so many seeds, from `first` on."""

    seeds: int = 100
    first: int = 0
    tasks: int = FIXED.tasks
    processes: int = 1


def run(options: Options, say: Callable[[str], None]) -> dict[str, list[World]]:
    """The worlds of each setting, by its name."""
    return {
        setting.name: _worlds(_sized(setting, options.tasks), options, say) for setting in SETTINGS
    }


def _sized(setting: Setting, tasks: int) -> Setting:
    return replace(setting, tasks=tasks)


def _worlds(setting: Setting, options: Options, say: Callable[[str], None]) -> list[World]:
    seeds = range(options.first, options.first + options.seeds)
    batches = [seeds[begin : begin + BATCH] for begin in range(0, len(seeds), BATCH)]
    if options.processes == 1:
        return [world for batch in batches for world in worlds(setting, batch, say)]
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        done = pool.map(partial(worlds, setting), batches)
        return [world for batch in done for world in batch]


def worlds(
    setting: Setting, seeds: Sequence[int], say: Callable[[str], None] | None = None
) -> list[World]:
    """The figures of worlds that live side by side."""
    people = population(setting, seeds)
    log, state = lived(people, seeds, say or (lambda _line: None))
    return [_world(people, log, state, at, seed) for at, seed in enumerate(seeds)]


def _world(people: Population, log: Log, state: State, at: int, seed: int) -> World:
    told = outcomes(log, at)
    worth, lines = handbook_worth(told, PRICES), line_worths(told)
    assert worth.saving is not None
    assert worth.lift is not None
    kind, retired_at, effect = people.kind[at], state.retired_at[at], people.effect[at]
    is_retired = retired_at >= 0
    harmful = kind == HARMFUL
    return World(
        seed=seed,
        behaviors={name: int((kind == one).sum()) for one, name in KINDS.items()},
        retired={
            name: sorted(retired_at[is_retired & (kind == one)].tolist())
            for one, name in KINDS.items()
        },
        harm=float(-effect[harmful].sum()),
        harm_retired=float(-effect[harmful & is_retired].sum()),
        regret=_regret(log, at),
        saving=Told(worth.saving, _true_saving(log, at, worth)),
        lift=Told(worth.lift, float((log.wanted[at] - log.plain[at]).mean())),
        effects_held=_held(true_effects(people, log, at), "effect", lines),
        tokens_held=_held(np.expm1(people.saving[at]), "token_effect", lines),
        in_log_odds=state.adding[at] is Adding.LOG_ODDS,
        clipped=float(np.isin(log.wanted[at], SUCCESS_LIMITS).mean()),
    )


def _regret(log: Log, at: int) -> list[float]:
    missed = np.where(log.held_out[at], np.nan, log.best[at] - log.wanted[at])
    return [float(np.nanmean(part)) for part in np.array_split(missed, PARTS)]


def _true_saving(log: Log, at: int, worth: HandbookWorth) -> float:
    """Over all tasks, whether or not they were held out, what the offer would have saved."""
    fewer = log.plain_output[at] * (1.0 - log.output_factor[at])
    saved = PRICES.output_token * fewer - PRICES.input_token * log.extra_input[at]
    return float(saved.mean()) - PRICES.curation / worth.offered


def true_effects(people: Population, log: Log, at: int) -> Floats:
    """What each behavior changed, on average, where it was offered; nothing where it never was."""
    lines = log.lines[at].astype(np.int64)
    one = replace(people, baseline=people.baseline[at], effect=people.effect[at])
    effects = np.where(lines == NOBODY, 0.0, one.effect[lines])
    baseline = one.baseline[log.task_class[at]]
    wanted = one.chance(baseline, effects)
    count = people.setting.behaviors
    changes, offered = np.zeros(count), np.zeros(count)
    for place in range(lines.shape[1]):
        rest = effects.copy()
        rest[:, place] = 0.0
        is_there = lines[:, place] != NOBODY
        which, change = lines[is_there, place], (wanted - one.chance(baseline, rest))[is_there]
        changes += np.bincount(which, change, count)
        offered += np.bincount(which, minlength=count)
    return changes / np.maximum(offered, 1.0)


def _held(truth: Floats, what: str, lines: dict[str, LineWorth]) -> float:
    held = [
        getattr(line, what).holds(float(truth[line_of(name)]))
        for name, line in lines.items()
        if line.offered >= LEAST_OFFERS
    ]
    return float(np.mean(held))
