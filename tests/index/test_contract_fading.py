"""What every `MemoryIndex` makes of memories that fade."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memsvc.core.decay import MICROSECONDS_PER_DAY, Policy
from memsvc.core.fading import Cutoff, Decay, DecayPolicies, Fading, bounded
from memsvc.core.filters import Filter, parse
from memsvc.core.memory import Kind, Status
from memsvc.index.protocol import MemoryIndex, Probe
from tests.index.found import by_number, numbers_of
from tests.index.made import NOW, PALETTE, entry

DEFAULT = parse({"status": {"in": ["active", "disputed"]}})
ARCHIVED = parse({"status": "archived"})
BRIEF = DecayPolicies(episodic=Decay(threshold=0.9))
DAY = timedelta(days=1)


def _found(
    index: MemoryIndex, fading: Fading, filter_: Filter = DEFAULT, days: float = 0.0
) -> list[int]:
    probe = Probe(PALETTE[0], "", NOW + days * DAY, filter_, fading=fading)
    return numbers_of(index.search([probe])[0])


def _filled(index: MemoryIndex) -> None:
    index.apply(
        1,
        [
            entry(1, stability_days=7.0),
            entry(2, stability_days=14.0),
            entry(3, stability_days=7.0, pinned=True),
            entry(4, stability_days=7.0, status=Status.SUPERSEDED),
            entry(5, stability_days=7.0, kind=Kind.SEMANTIC),
            entry(6, stability_days=7.0, last_used_at=NOW + 5 * DAY),
            entry(7, stability_days=7.0, status=Status.ARCHIVED),
        ],
        [],
    )


def test_what_is_below_the_threshold_counts_as_archived(index: MemoryIndex) -> None:
    _filled(index)
    fading = bounded(BRIEF)

    assert _found(index, fading, days=6.9) == [1, 2, 3, 5, 6]
    assert _found(index, fading, days=7.1) == [2, 3, 5, 6]
    assert _found(index, fading, ARCHIVED, days=7.1) == [1, 7]
    assert _found(index, fading, parse({"NOT": {"status": "archived"}}), days=15) == [3, 4, 5]
    assert _found(index, Fading(BRIEF), days=15) == [1, 2, 3, 5, 6]


def test_the_moment_is_that_of_the_question_forwards_and_backwards(index: MemoryIndex) -> None:
    _filled(index)
    fading = bounded(BRIEF)

    for days, found in ((15, [3, 5]), (7.1, [2, 3, 5, 6]), (1, [1, 2, 3, 5, 6]), (15, [3, 5])):
        assert _found(index, fading, days=days) == found


def test_the_very_microsecond(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, stability_days=7.0)], [])
    # R is below one half from t/S = 3 / F = 243/19 on, a week of which is no whole microsecond.
    fading = bounded(DecayPolicies(episodic=Decay(threshold=0.5)))
    last = int(243 / 19 * 7 * MICROSECONDS_PER_DAY)

    for step, found in ((0, [1]), (1, []), (-1, [1]), (2, [])):
        assert _found(index, fading, days=(last + step) / MICROSECONDS_PER_DAY) == found


def test_a_changed_memory_fades_anew(index: MemoryIndex) -> None:
    _filled(index)
    fading = bounded(BRIEF)
    assert _found(index, fading, days=15) == [3, 5]

    index.apply(2, [entry(1, stability_days=7.0, last_used_at=NOW + 15 * DAY)], [])
    assert _found(index, fading, days=15) == [1, 3, 5]
    index.apply(3, [entry(8, stability_days=0.1, created_at=NOW)], [1])
    assert _found(index, fading, days=15) == [3, 5]
    assert _found(index, fading, ARCHIVED, days=15) == [2, 6, 7, 8]


def test_questions_asked_together_do_not_share_what_differs(index: MemoryIndex) -> None:
    _filled(index)
    fading = bounded(BRIEF)
    probes = [
        Probe(PALETTE[0], "", NOW + days * DAY, DEFAULT, fading=shown)
        for days in (7.1, 15)
        for shown in (fading, Fading())
    ]

    found = [numbers_of(one) for one in index.search(probes)]

    assert found == [[2, 3, 5, 6], [1, 2, 3, 5, 6], [3, 5], [1, 2, 3, 5, 6]]


def test_the_least_stale_are_within_the_budget_and_of_equals_the_newest(
    index: MemoryIndex,
) -> None:
    index.apply(
        1,
        [
            *[entry(n, stability_days=7.0) for n in range(1, 7)],
            entry(7, stability_days=70.0),
            entry(8, stability_days=0.7),
            entry(9, stability_days=0.1, pinned=True),
            entry(10, stability_days=0.1, status=Status.SUPERSEDED),
            entry(11, stability_days=0.1, expires_at=NOW + DAY),
            entry(12, stability_days=0.1, kind=Kind.SEMANTIC),
        ],
        [],
    )
    later = NOW + 7 * DAY
    week = MICROSECONDS_PER_DAY

    def cutoff(most: int) -> dict[Kind, Cutoff]:
        return index.cutoffs({Kind.EPISODIC: most, Kind.SEMANTIC: 1}, later)

    assert cutoff(8) == {}
    assert cutoff(7) == {Kind.EPISODIC: Cutoff(10 * week, 8)}
    assert cutoff(4) == {Kind.EPISODIC: Cutoff(week, 3)}
    assert cutoff(1) == {Kind.EPISODIC: Cutoff(week, 6)}
    within = _found(index, bounded(DecayPolicies(), cutoff(4)), days=7)
    assert within == [4, 5, 6, 7, 9, 12]
    assert _found(index, bounded(DecayPolicies(), cutoff(1)), ARCHIVED, days=7) == [
        *range(1, 7),
        8,
        11,
    ]


def test_retention_goes_by_the_policy_of_the_kind(index: MemoryIndex) -> None:
    index.apply(1, [entry(n, kind=kind, stability_days=7.0) for n, kind in enumerate(Kind)], [])
    policies = DecayPolicies(semantic=Decay(Policy.EXPONENTIAL), procedural=Decay(Policy.NONE))
    probe = Probe(PALETTE[0], "", NOW + 21 * DAY, fading=Fading(policies))

    found = by_number(index.search([probe])[0], "retention")

    assert found == pytest.approx({0: 9 / 138**0.5, 1: 0.729, 2: 1.0})
