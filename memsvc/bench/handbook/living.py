"""Agents that live with a handbook: offers, outcomes, ratings and retirements, task by task.

Every decision is the house's own (`core.handbook`), and sees outcomes alone. Only the draws by
which behaviors compete come of a generator instead of a keyed hash, for speed. Worlds go side by
side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.bench.handbook.log import Log, class_name, empty_log, line_of, name_of
from memsvc.bench.handbook.population import RELEVANT, Floats, Ints, Population
from memsvc.bench.handbook.state import State, first_state
from memsvc.core.handbook.choosing import OFFERED, TRIAL_PROBABILITY, chosen, on_trial
from memsvc.core.handbook.effects import NOBODY, tasks_of
from memsvc.core.handbook.hold_out import is_held_out, is_trial
from memsvc.core.handbook.rating import drawn, matched
from memsvc.core.handbook.retirement import Rules, Standing, proposed
from memsvc.core.handbook.success import success_effects

SAY_EVERY = 5000
LOOK_EVERY = 200
"""Tasks between looks at what should be retired."""
ROUGHLY = 0.01
"""How near the coefficients in log-odds come at each look, beginning where the last one ended."""
OUTPUT_NOISE, INPUT_NOISE = 0.4, 0.3
"""Standard deviations of the logarithm of tokens."""
BLOCK_TOKENS = 60.0
"""What the offered text costs beside its lines."""


def lived(
    people: Population, seeds: Sequence[int], say: Callable[[str], None], look: int = LOOK_EVERY
) -> tuple[Log, State]:
    """Let the worlds live through all their tasks; each by its seed alone, whatever the others."""
    setting = people.setting
    draws = [np.random.default_rng([seed, 1]) for seed in seeds]
    log = empty_log(people, draws)
    state = first_state(len(seeds), setting.behaviors, setting.classes)
    secrets = [f"seed {seed}".encode() for seed in seeds]
    for begin in range(0, setting.tasks, look):
        tasks = range(begin, min(begin + look, setting.tasks))
        trial = np.zeros((len(seeds), len(tasks)), bool)
        for world, secret in enumerate(secrets):
            for at, task in enumerate(tasks):
                offer = secret, "agent", class_name(log.task_class[world, task]), str(task)
                log.held_out[world, task] = is_held_out(*offer)
                trial[world, at] = is_trial(*offer, TRIAL_PROBABILITY)
        _live(people, log, state, _chances(people, draws, len(tasks)), tasks, trial)
        for world in range(len(seeds)):
            _look(people, log, state, world, tasks)
        if tasks.stop % SAY_EVERY == 0:
            say(f"{setting.name}: {len(seeds)} worlds, {tasks.stop} tasks")
    _count_tokens(log, draws)
    return log, state


class _Chances(NamedTuple):
    """Draws for some tasks, (worlds, tasks, ...)."""

    rank: Floats
    relevant: NDArray[np.bool_]
    success: Floats
    cited: Floats


def _chances(people: Population, draws: list[np.random.Generator], tasks: int) -> _Chances:
    fitting = people.fitting.shape[-1]
    return _Chances(
        np.stack([draw.standard_normal((tasks, fitting)) for draw in draws]),
        np.stack([draw.uniform(size=(tasks, fitting)) for draw in draws]) < RELEVANT,
        np.stack([draw.uniform(size=tasks) for draw in draws]),
        np.stack([draw.uniform(size=(tasks, OFFERED)) for draw in draws]),
    )


def _live(
    people: Population,
    log: Log,
    state: State,
    chances: _Chances,
    tasks: range,
    trial: NDArray[np.bool_],
) -> None:
    worlds, nobody = people.kind.shape
    column = np.arange(worlds)[:, None]
    effect, saving, tokens, cited = (
        np.pad(one, ((0, 0), (0, 1)))
        for one in (people.effect, people.saving, people.line_tokens, people.cited)
    )
    for at, task in enumerate(tasks):
        of = log.task_class[:, task]
        fitting = people.fitting[column[:, 0], of]
        relevant = chances.relevant[:, at]
        lines = _offer(state, fitting, relevant, chances.rank[:, at], trial[:, at])
        baseline = people.baseline[column[:, 0], of]
        wanted = people.chance(baseline, effect[column, lines])
        log.wanted[:, task], log.plain[:, task] = wanted, baseline
        log.best[:, task] = _best(people, baseline, relevant, fitting)
        log.output_factor[:, task] = np.exp(saving[column, lines].sum(axis=1))
        block = BLOCK_TOKENS * (lines != nobody).any(axis=1)
        log.extra_input[:, task] = tokens[column, lines].sum(axis=1) + block
        held = log.held_out[:, task]
        log.success[:, task] = chances.success[:, at] < np.where(held, baseline, wanted)
        lines = np.where(held[:, None], nobody, lines)
        log.lines[:, task] = np.where(lines == nobody, NOBODY, lines)
        log.cited[:, task] = chances.cited[:, at] < cited[column, lines]
        _learn(state, of, lines, log.cited[:, task], log.success[:, task])


def _offer(
    state: State,
    fitting: Ints,
    relevant: NDArray[np.bool_],
    luck: Floats,
    has_trial: NDArray[np.bool_],
) -> Ints:
    """Which behaviors the handbooks would offer; the number after the last for nobody."""
    column = np.arange(len(fitting))[:, None]
    ranks = drawn(state.mu[column, fitting], np.sqrt(state.variance[column, fitting]), luck)
    ranks = np.where(relevant & state.active[column, fitting], ranks, -np.inf)
    picked = chosen(ranks, state.trial[column, fitting], has_trial)
    return np.where(picked == NOBODY, state.mu.shape[1] - 1, fitting[column, picked])


def _count_tokens(log: Log, draws: list[np.random.Generator]) -> None:
    """What tasks took: expected tokens times noise with mean 1."""
    for world, draw in enumerate(draws):
        held = log.held_out[world]
        output = log.plain_output[world] * np.where(held, 1.0, log.output_factor[world])
        luck = draw.normal(-(OUTPUT_NOISE**2) / 2, OUTPUT_NOISE, len(held))
        log.output_tokens[world] = np.rint(output * np.exp(luck))
        luck = draw.normal(-(INPUT_NOISE**2) / 2, INPUT_NOISE, len(held))
        given = log.plain_input[world] * np.exp(luck)
        log.input_tokens[world] = np.rint(given + np.where(held, 0.0, log.extra_input[world]))


def _best(
    people: Population, baseline: Floats, relevant: NDArray[np.bool_], fitting: Ints
) -> Floats:
    """The chance with the best of what is relevant, retired or not."""
    column = np.arange(len(fitting))[:, None]
    worth = np.where(relevant, np.maximum(people.effect[column, fitting], 0.0), 0.0)
    return people.chance(baseline, np.partition(worth, -OFFERED, axis=1)[:, -OFFERED:])


def _learn(state: State, of: Ints, lines: Ints, cited: NDArray[np.bool_], success: Floats) -> None:
    """Ratings after the outcomes of one task in every world."""
    all_worlds = np.arange(len(of))
    columns = list(lines.T)
    mus, variances = matched(
        [state.class_mu[all_worlds, of], *(state.mu[all_worlds, one] for one in columns)],
        [
            state.class_variance[all_worlds, of],
            *(state.variance[all_worlds, one] for one in columns),
        ],
        success,
    )
    state.class_mu[all_worlds, of] = mus[0]
    state.class_variance[all_worlds, of] = variances[0]
    for at, (one, mu, variance) in enumerate(zip(columns, mus[1:], variances[1:], strict=True)):
        state.mu[all_worlds, one], state.variance[all_worlds, one] = mu, variance
        state.offered[all_worlds, one] += 1
        state.uncited[all_worlds, one] += 1
        state.uncited[all_worlds[cited[:, at]], one[cited[:, at]]] = 0
    # Whatever was told of nobody.
    state.mu[:, -1] = 0.0


def _look(people: Population, log: Log, state: State, world: int, tasks: range) -> None:
    """Take in all that happened, and retire what is proposed."""
    classes, behaviors = people.setting.classes, people.setting.behaviors
    lines = log.lines[world, : tasks.stop].astype(np.int64)
    of = log.task_class[world, : tasks.stop, None]
    members = np.concatenate([of, np.where(lines == NOBODY, NOBODY, lines + classes)], axis=1)
    told = tasks_of(members, log.success[world, : tasks.stop], classes, classes + behaviors)
    start = state.log_odds[world] if tasks.start else None
    adding, found, state.log_odds[world] = success_effects(told, start=start, converged=ROUGHLY)
    state.adding[world], state.effect_high[world] = adding, found.high
    offered = state.offered[world, :behaviors]
    state.trial[world, :behaviors] = on_trial(found.low, found.high, offered)
    active = np.flatnonzero(state.active[world, :behaviors])
    standings = [
        Standing(name_of(one), count, uncited, high)
        for one, count, uncited, high in zip(
            active.tolist(),
            offered[active].tolist(),
            state.uncited[world, active].tolist(),
            found.high[active].tolist(),
            strict=True,
        )
    ]
    for retirement in proposed(standings, Rules()):
        line = line_of(retirement.name)
        state.active[world, line] = False
        state.retired_at[world, line] = tasks.stop
