"""What every `MemoryIndex` makes of memories that are superseded by what begins later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from memsvc.core.decay import MICROSECONDS_PER_DAY
from memsvc.core.fading import Cutoff, Decay, DecayPolicies, Fading, bounded
from memsvc.core.filters import Filter, parse
from memsvc.core.memory import Kind, Status
from memsvc.core.temporal import Interval
from memsvc.index.agent_index import AgentIndex
from memsvc.index.protocol import MemoryIndex, Probe
from tests.index.found import numbers_of
from tests.index.made import DIMENSION, NOW, PALETTE, entry

DEFAULT = parse({"status": {"in": ["active", "disputed"]}})
ACTIVE = parse({"status": "active"})
SUPERSEDED = parse({"status": "superseded"})
NOT_ACTIVE = parse({"status": {"ne": "active"}})
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
DUE = NOW + 10 * DAY


def _found(
    index: MemoryIndex, now: datetime, filter_: Filter = DEFAULT, fading: Fading | None = None
) -> list[int]:
    probe = Probe(PALETTE[0], "", now, filter_, fading=fading or Fading())
    return numbers_of(index.search([probe])[0])


def _filled(index: MemoryIndex) -> None:
    ended: dict[str, Any] = {"status": Status.SUPERSEDED, "valid_to": DUE, "stability_days": 20.0}
    index.apply(
        1,
        [
            entry(1, slots=(2,), **ended),
            entry(2, slots=(2,)),
            entry(3, slots=(2,), valid_from=NOW - 30 * DAY, **ended | {"valid_to": NOW - DAY}),
            # It was never to hold.
            entry(4, slots=(2,), valid_from=DUE, **ended),
            entry(5, slots=(2,), event_time=DUE, **ended),
            entry(6, valid_to=DUE),
            entry(7, **ended | {"status": Status.ARCHIVED}),
            entry(8, slots=(2,), valid_from=NOW - DAY, **ended | {"valid_to": DUE + 5 * DAY}),
        ],
        [],
    )


def test_they_are_active_until_it_begins_forwards_and_backwards(index: MemoryIndex) -> None:
    _filled(index)

    for now, active in (
        (NOW, [1, 2, 6, 8]),
        (DUE - MOMENT, [1, 2, 6, 8]),
        (DUE, [2, 6, 8]),
        (DUE + 5 * DAY, [2, 6]),
        (NOW - 20 * DAY, [1, 2, 3, 6, 8]),
        (NOW, [1, 2, 6, 8]),
    ):
        assert _found(index, now) == active
        assert _found(index, now, ACTIVE) == active
        rest = sorted({*range(1, 9)} - {*active})
        assert _found(index, now, NOT_ACTIVE) == rest
        assert _found(index, now, SUPERSEDED) == [one for one in rest if one != 7]
        standing = [one for one in active if one != 6]
        assert index.standing_at([2, 4], now) == {2: standing}


def test_they_fade_until_it_begins(index: MemoryIndex) -> None:
    _filled(index)
    fading = bounded(DecayPolicies(episodic=Decay(threshold=0.95)))
    archived = parse({"status": "archived"})

    # R is 0.95 at t/S = 0.46: after 9.2 days, or 3.2 for the others.
    assert _found(index, NOW + 9 * DAY, ACTIVE, fading) == [1, 8]
    assert _found(index, NOW + 9.5 * DAY, archived, fading) == [1, 2, 6, 7, 8]
    assert _found(index, DUE, archived, fading) == [2, 6, 7, 8]
    assert _found(index, DUE, SUPERSEDED, fading) == [1, 3, 4, 5]
    assert _found(index, DUE + 5 * DAY, archived, fading) == [2, 6, 7]


def test_what_comes_and_goes_meanwhile_counts(index: MemoryIndex) -> None:
    _filled(index)
    fading = bounded(DecayPolicies(episodic=Decay(threshold=0.5)))
    assert _found(index, NOW, DEFAULT, fading) == [1, 2, 6, 8]

    soon: dict[str, Any] = {"status": Status.SUPERSEDED, "valid_to": NOW + DAY}
    index.apply(2, [entry(9, **soon), entry(8, **soon)], [1])
    assert _found(index, NOW, DEFAULT, fading) == [2, 6, 8, 9]
    assert _found(index, NOW + DAY, DEFAULT, fading) == [2, 6]
    # Empty rows are closed up.
    many = [entry(n) for n in range(10, 200)]
    index.apply(3, many, [])
    index.apply(4, [entry(9, **soon)], [*range(10, 200)])
    assert _found(index, NOW, DEFAULT, fading) == [2, 6, 8, 9]
    assert _found(index, NOW + DAY, DEFAULT, fading) == [2, 6]
    index.apply(5, [], [2, 3, 4, 5, 6, 7, 8, 9])
    assert _found(index, NOW, DEFAULT, fading) == []


def test_they_count_for_the_budget_until_it_begins(index: MemoryIndex) -> None:
    _filled(index)

    def cutoff(now: datetime, most: int) -> dict[Kind, Cutoff]:
        return index.cutoffs({Kind.EPISODIC: most}, now)

    assert cutoff(NOW + 7 * DAY, 4) == {}
    assert cutoff(NOW + 7 * DAY, 3) == {Kind.EPISODIC: Cutoff(MICROSECONDS_PER_DAY, 2)}
    assert cutoff(DUE, 3) == {}


def test_what_happened_is_remembered_until_it_begins(index: MemoryIndex) -> None:
    ended: dict[str, Any] = {"status": Status.SUPERSEDED, "valid_to": DUE}
    index.apply(
        1, [entry(1, event_time=NOW - DAY, **ended), entry(2, event_time=NOW - 9 * DAY)], []
    )
    yesterday = [Interval(NOW - 2 * DAY, NOW, "")]

    assert index.remembers(yesterday, NOW)
    assert index.latest(NOW) == NOW - DAY
    assert not index.remembers(yesterday, DUE)
    assert index.latest(DUE) == NOW - 9 * DAY


@pytest.mark.parametrize("times", [{}, {"valid_to": DUE}])
def test_where_there_are_none_nothing_more_is_held(times: dict[str, Any]) -> None:
    index = AgentIndex(DIMENSION)
    index.apply(1, [entry(n, **times) for n in range(100)], [])
    before = index.size_bytes

    assert len(_found(index, NOW)) == 100
    assert index.size_bytes == before
