"""What each policy, and each baseline, says of memories at many moments."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.bench.decay.log import History, Log, LogUnusable
from memsvc.core.decay import INITIAL_DIFFICULTY, Policy, initial_stability, retention
from memsvc.core.reinforcement import Outcome, reinforced

Floats = NDArray[np.float64]

POLICIES = (Policy.FSRS, Policy.MEMORYBANK, Policy.EXPONENTIAL)
WITHOUT_USE = "exponential, S never changed"
RECENCY = "recency only"
FEWEST_MOMENTS = 4


class _State(NamedTuple):
    """A memory after its latest use."""

    day: float
    stability_days: float
    difficulty: float


@dataclass(frozen=True, slots=True)
class Foretold:
    """Pairs of a memory and a moment, in order of time; arrays of shape (pairs,).

    `said` are chances, in [0, 1], by name; of recency the days since the last use. `again` is 1
    where the memory was used within the horizon. `early` marks the first half of the moments.
    """

    memory: NDArray[np.int64]
    early: NDArray[np.bool_]
    again: Floats
    said: Mapping[str, Floats]


def foretold(log: Log, horizon: float) -> Foretold:
    """What is said of each memory every `horizon` days from its writing on, and what came of it.

    Raises LogUnusable for a log shorter than five times the horizon.
    """
    moments = np.arange(1, int(log.days / horizon)) * horizon
    if len(moments) < FEWEST_MOMENTS:
        raise LogUnusable(f"The log is too short: it spans {log.days:.1f} days.")
    pairs = [
        (number, moment)
        for moment in moments.tolist()
        for number, history in enumerate(log.histories)
        if history.written <= moment
    ]
    memory = np.array([number for number, _ in pairs], np.int64)
    when = np.array([moment for _, moment in pairs])
    again = [_is_used(log.histories[number], moment, horizon) for number, moment in pairs]
    return Foretold(
        memory,
        when <= float(np.median(moments)),
        np.array(again, np.float64),
        {name: _said(log, pairs, say) for name, say in _speakers().items()},
    )


def _speakers() -> Mapping[str, Callable[[History], Callable[[float], float]]]:
    return {
        **{policy.value: partial(_by_policy, policy) for policy in POLICIES},
        WITHOUT_USE: _without_use,
        RECENCY: _recency,
    }


def _said(
    log: Log,
    pairs: Sequence[tuple[int, float]],
    say: Callable[[History], Callable[[float], float]],
) -> Floats:
    of_memory = [say(history) for history in log.histories]
    return np.array([of_memory[number](moment) for number, moment in pairs])


def _by_policy(policy: Policy, history: History) -> Callable[[float], float]:
    """R by a policy, each use folded in."""
    first = initial_stability(history.kind, 0.5, policy)
    states = [_State(history.written, first, INITIAL_DIFFICULTY)]
    for use in history.uses:
        day, stability, difficulty = states[-1]
        found = reinforced(policy, stability, difficulty, use.day - day, use.outcome)
        # A contradiction is no use: its time goes on.
        since = day if use.outcome is Outcome.CONTRADICTED else use.day
        states.append(_State(since, *found))
    days = [use.day for use in history.uses]

    def said(moment: float) -> float:
        state = states[bisect_right(days, moment)]
        return retention(moment - state.day, state.stability_days, policy)

    return said


def _without_use(history: History) -> Callable[[float], float]:
    """R of a memory whose uses only begin its time anew."""
    stability = initial_stability(history.kind, 0.5)
    since = _recency(history)
    return lambda moment: retention(since(moment), stability, Policy.EXPONENTIAL)


def _recency(history: History) -> Callable[[float], float]:
    days = [history.written, *_used(history)]
    return lambda moment: moment - days[bisect_right(days, moment) - 1]


def _is_used(history: History, moment: float, horizon: float) -> bool:
    days = _used(history)
    return bisect_right(days, moment) < bisect_right(days, moment + horizon)


def _used(history: History) -> list[float]:
    return [use.day for use in history.uses if use.outcome is not Outcome.CONTRADICTED]
