"""A made-up log: memories that are needed now and then, in bursts, or never again.

It is made by none of the policies that are compared. How often a memory is needed differs from one
to the next by orders of magnitude (log-normal) and falls with its age by a power law, as use of
words, files and names does (Anderson & Schooler 1991); some memories are needed at regular times;
a use may be the first of a burst within the hour, as in one conversation; some cease to be true.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random

from memsvc.bench.decay.log import Event
from memsvc.core.memory import Kind
from memsvc.core.reinforcement import Outcome

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365.0
"""How long the log goes on; memories are written throughout."""
NEED_PER_DAY, NEED_SPREAD = {Kind.EPISODIC: 0.01, Kind.SEMANTIC: 0.03, Kind.PROCEDURAL: 0.05}, 1.5
"""The median need of a fresh memory, and the standard deviation of its logarithm."""
AGEING, AGE_EXPONENT = 3.0, 0.7
"""Need falls as (1 + age / 3 days) ^ -0.7."""
REGULAR, PERIODS = 0.1, (7.0, 14.0, 30.0)
"""The share of memories needed at regular times, and how many days apart."""
BURST, IN_BURST = 0.3, 8
"""How often a use begins a burst, and its further uses at most, minutes apart."""
WRONG_AFTER = 400.0
"""Days after which a memory has ceased to be true, on average; it is contradicted then once or
twice, and not used again."""


def simulated(memories: int, seed: int) -> list[Event]:
    """The events of so many memories; the same for the same seed."""
    random = Random(seed)
    events = []
    for number in range(memories):
        kind = random.choices(list(Kind), [6, 3, 1])[0]
        written = random.random() * DAYS
        name = f"m{number}"
        events.append(_event(name, kind, written, None))
        events += _uses(random, name, kind, written)
    return [one for one in events if one.at <= BEGINS + timedelta(days=DAYS)]


def _uses(random: Random, name: str, kind: Kind, written: float) -> list[Event]:
    wrong = written + random.expovariate(1 / WRONG_AFTER)
    events: list[Event] = []
    for day in _needed(random, kind, written):
        if day > wrong:
            for step in range(random.randint(1, 2)):
                events.append(_event(name, kind, day + step, Outcome.CONTRADICTED))
            break
        times = 1
        if random.random() < BURST:
            times += random.randint(1, IN_BURST)
        for step in range(times):
            outcome = random.choices([Outcome.USED, Outcome.PARTLY, Outcome.CONFIRMED], [6, 3, 1])[
                0
            ]
            events.append(_event(name, kind, day + step * random.random() / 300, outcome))
    return events


def _needed(random: Random, kind: Kind, written: float) -> list[float]:
    """The days on which a memory is needed, up to the end of the log."""
    if random.random() < REGULAR:
        period = random.choice(PERIODS)
        times = int((DAYS - written) / period)
        return [written + period * (n + random.gauss(1.0, 0.1)) for n in range(times)]
    need = NEED_PER_DAY[kind] * math.exp(random.gauss(0.0, NEED_SPREAD))
    days, day = [], written
    # By thinning: at the rate of a fresh memory, each kept with the share of it that is left.
    while (day := day + random.expovariate(need)) < DAYS:
        if random.random() < (1.0 + (day - written) / AGEING) ** -AGE_EXPONENT:
            days.append(day)
    return days


def _event(name: str, kind: Kind, day: float, outcome: Outcome | None) -> Event:
    return Event(name, kind, BEGINS + timedelta(days=day), outcome)
