"""Memories in figures: what there is, how it is used, what is disputed, how far it has faded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np

from memsvc.core.agent_settings import WITHOUT_SETTINGS, AgentSettings
from memsvc.core.decay import MICROSECONDS_PER_DAY, SECONDS_PER_DAY, limit, retentions
from memsvc.core.figures import BINS, Sample, gini, histogram
from memsvc.core.memory import SEARCHED, Kind, Status, Trust
from memsvc.runtime import Runtime
from memsvc.store import figures
from memsvc.store.columns import EPOCH, MICROSECOND
from memsvc.store.figures import Aging, Figure, Stretch
from memsvc.store.reach import Reach
from memsvc.store.statistics_tables import MOST_USES
from memsvc.store.transaction import Tx

EXACT_UP_TO = 5_000
"""Memories whose retention is reckoned one by one; of more a sample is looked at.

Beside more, agents in use are counted once a minute.
"""
SAMPLE = 1_000
"""Memories in a sample at most: a share of them is off by 3 points, 19 times of 20."""
TRIES = 4
"""Places are drawn at random until the sample is full, but no more than so many times its size."""
MOST_DISPUTES = 500
"""Disputes whose age is looked at."""
FEW_DISPUTES = 100
"""Of more the oldest is looked for once a minute."""


@dataclass(frozen=True, slots=True)
class Uses:
    """How memories are used. `gini` is None where nothing was used.

    What was used more than `most` times counts as used so often.
    """

    total: int
    never: int
    gini: float | None
    most: int = MOST_USES


@dataclass(frozen=True, slots=True)
class Disputes:
    """Memories that are disputed, and since when the oldest of those that were looked at is."""

    open: int
    looked_at: int
    oldest_days: float | None


@dataclass(frozen=True, slots=True)
class Retention:
    """How retention is spread over memories that are active or disputed, by stored status.

    `bins` are of equal width over [0, 1]. Of a sample, which is up to a minute old, they and
    `faded` are scaled up to all `of`.
    """

    bins: Sequence[int]
    faded: int
    looked_at: int
    of: int

    @property
    def is_exact(self) -> bool:
        """Whether all were looked at."""
        return self.looked_at == self.of


@dataclass(frozen=True, slots=True)
class MemoryFigures:
    """Memories that readers may see, counted by kind, by stored status and by trust."""

    memories: int
    by_kind: Mapping[Kind, int]
    by_status: Mapping[Status, int]
    by_trust: Mapping[Trust, int]
    uses: Uses
    disputes: Disputes
    retention: Retention


def memory_figures(runtime: Runtime, tx: Tx, reach: Reach, now: datetime) -> MemoryFigures:
    """The figures of some agents' memories together, as of one moment."""
    tallied = figures.tallied(tx, reach)
    kinds, statuses, trusts, uses = (Counter[object]() for _ in Figure._fields)
    for (kind, status, trust, used), count in tallied.items():
        kinds[kind] += count
        statuses[status] += count
        trusts[trust] += count
        uses[used] += count
    ready = sum(statuses[one] for one in SEARCHED)
    return MemoryFigures(
        memories=sum(tallied.values()),
        by_kind={kind: kinds[kind] for kind in Kind},
        by_status={status: statuses[status] for status in Status},
        by_trust={trust: trusts[trust] for trust in Trust},
        uses=_uses(tallied),
        disputes=_disputes(runtime, tx, reach, now, statuses[Status.DISPUTED]),
        retention=_retention(runtime, tx, reach, now, ready),
    )


def _uses(tallied: Mapping[Figure, int]) -> Uses:
    held: Counter[int] = Counter()
    for figure, count in tallied.items():
        held[figure.uses] += count
    total = sum(uses * count for uses, count in held.items())
    return Uses(total, held[0], gini(held))


def _disputes(runtime: Runtime, tx: Tx, reach: Reach, now: datetime, count: int) -> Disputes:
    if not count:
        return Disputes(0, 0, None)
    look = partial(figures.oldest_dispute, tx, reach, MOST_DISPUTES)
    if count > FEW_DISPUTES:
        looked_at, since = runtime.disputes.get(reach, now, look)
    else:
        looked_at, since = look()
    age = None if since is None else max((now - since).total_seconds(), 0.0) / SECONDS_PER_DAY
    return Disputes(count, looked_at, age)


def _retention(runtime: Runtime, tx: Tx, reach: Reach, now: datetime, count: int) -> Retention:
    if not count:
        return Retention([0] * BINS, 0, 0, 0)
    if count <= EXACT_UP_TO:
        # One more than may be: a counter that is wrong must not have everything read.
        held = figures.ready(tx, reach, EXACT_UP_TO + 1)
        if len(held) <= EXACT_UP_TO:
            return Retention(*_spread(tx, held, now), len(held), count)
    found = runtime.samples.get(reach, now, partial(_sample, tx, reach, now))
    scale = count / max(found.looked_at, 1)
    bins = [round(one * scale) for one in found.bins]
    return Retention(bins, round(found.faded * scale), found.looked_at, count)


def _sample(tx: Tx, reach: Reach, now: datetime) -> Sample:
    held = _drawn_at_random(tx, reach)
    return Sample(*_spread(tx, held, now), len(held))


def _drawn_at_random(tx: Tx, reach: Reach) -> list[Aging]:
    """Memories drawn at random, each with the same chance.

    A place is drawn from all numbers of all agents; most hold a memory, and what does not is drawn
    again.
    """
    stretches = figures.stretches(tx, reach)
    chance = np.random.default_rng()
    found: dict[tuple[int, int], Aging] = {}
    drawn, missing = 0, SAMPLE
    while stretches and missing > 0 and drawn < TRIES * SAMPLE:
        # What was drawn so far tells how many of the places hold something.
        share = (len(found) + 1) / (drawn + 1)
        slots = _drawn(stretches, chance, min(round(missing / share) + figures.SLOTS, SAMPLE))
        drawn += len(slots)
        there = figures.at_slots(tx, slots)
        found.update({(one.agent_key, one.number): one for one in there if one.status in SEARCHED})
        missing = SAMPLE - len(found)
    # They lie in order of agents and numbers: the first of them would be the oldest.
    held = list(found.values())
    return [held[at] for at in chance.permutation(len(held))[:SAMPLE].tolist()]


def _drawn(
    stretches: Sequence[Stretch], chance: np.random.Generator, count: int
) -> list[tuple[int, int]]:
    ends = np.cumsum([one.sequence for one in stretches])
    places = chance.integers(0, ends[-1], count)
    agents = np.searchsorted(ends, places, side="right")
    starts = ends - [one.sequence for one in stretches]
    numbers = places - starts[agents] + 1
    keys = [stretches[at].agent_key for at in agents.tolist()]
    return sorted(set(zip(keys, numbers.tolist(), strict=True)))


def _spread(tx: Tx, held: Sequence[Aging], now: datetime) -> tuple[list[int], int]:
    """How many have how much retention, and how many less than the threshold of their kind."""
    if not held:
        return [0] * BINS, 0
    settings = figures.settings_of(tx, sorted({one.agent_key for one in held}))
    known: dict[tuple[int, str], tuple[int, float]] = {}
    standard = {kind: _curve(WITHOUT_SETTINGS, kind) for kind in Kind}
    for key in {(one.agent_key, one.kind) for one in held}:
        kind = Kind(key[1])
        known[key] = _curve(settings[key[0]], kind) if key[0] in settings else standard[kind]
    curves = [known[one.agent_key, one.kind] for one in held]
    codes, limits = (np.array(column) for column in zip(*curves, strict=True))
    used = np.array([one.last_used_us for one in held])
    elapsed = np.maximum((now - EPOCH) // MICROSECOND - used, 0)
    days = elapsed / MICROSECONDS_PER_DAY
    stability = np.array([one.stability_days for one in held])
    pinned = np.array([one.pinned for one in held])
    kept = np.where(pinned, 1.0, retentions(days, stability, codes))
    faded = ~pinned & (elapsed / stability > limits)
    return histogram(kept.tolist()), int(faded.sum())


def _curve(settings: AgentSettings, kind: Kind) -> tuple[int, float]:
    """The policy of a kind, by its number, and the staleness beyond which it has faded."""
    decay = settings.decay.of(kind)
    return decay.policy.code, limit(decay.policy, decay.archived_below) * MICROSECONDS_PER_DAY
