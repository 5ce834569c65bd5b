"""The curve of one memory: what retention was, and will be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.decay import Policy, retention
from memsvc.core.reinforcement import Outcome, reinforced
from memsvc.core.retention_curve import Life, Use, curve, retention_at

BORN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def lived(policy: Policy, told: list[tuple[float, Outcome]]) -> Life:
    """A life as feedback makes it: hours between uses, and what became of them."""
    stability, difficulty, at, last = 7.0, 5.0, BORN, BORN
    uses = []
    for hours, outcome in told:
        at += timedelta(hours=hours)
        uses.append(Use(at, outcome, stability))
        stability, difficulty = reinforced(
            policy, stability, difficulty, (at - last) / DAY, outcome
        )
        if outcome is not Outcome.CONTRADICTED:
            last = at
    return Life(BORN, uses, stability)


told = st.lists(
    st.tuples(st.floats(0.1, 2000), st.sampled_from(Outcome)), max_size=6
)  # fmt: skip


def test_an_unused_memory_falls_along_its_policy() -> None:
    life = Life(BORN, [], 7.0)
    assert retention_at(life, Policy.FSRS, BORN) == 1.0
    assert retention_at(life, Policy.FSRS, BORN + 7 * DAY) == pytest.approx(0.9)
    assert retention_at(life, Policy.NONE, BORN + 700 * DAY) == 1.0


def test_a_use_begins_anew_and_a_contradiction_does_not() -> None:
    life = lived(Policy.FSRS, [(240, Outcome.USED), (240, Outcome.CONTRADICTED)])
    first, second = (use.at for use in life.uses)
    assert retention_at(life, Policy.FSRS, first) == 1.0
    before = retention_at(life, Policy.FSRS, second - timedelta(microseconds=1))
    assert before == pytest.approx(retention(10, life.uses[1].stability_before), abs=1e-6)
    assert retention_at(life, Policy.FSRS, second) < before


def test_setting_it_active_is_a_use() -> None:
    life = Life(BORN, [], 7.0, BORN + 30 * DAY)
    assert retention_at(life, Policy.FSRS, BORN + 29 * DAY) == pytest.approx(retention(29, 7.0))
    assert retention_at(life, Policy.FSRS, BORN + 30 * DAY) == 1.0


@given(st.sampled_from(Policy), told, st.floats(0, 400), st.floats(0, 400))
def test_the_curve_is_what_was_known_at_each_moment(
    policy: Policy, told: list[tuple[float, Outcome]], back: float, ahead: float
) -> None:
    life = lived(policy, told)
    now = (life.uses[-1].at if life.uses else BORN) + DAY
    points = curve(life, policy, now - back * DAY, now + ahead * DAY, 20)
    assert points == sorted(points, key=lambda one: one.at)
    assert all(one.at >= BORN for one in points)
    for one in points:
        assert 0.0 <= one.retention <= 1.0
        # What became of it later changes nothing of what it was.
        known = Life(BORN, [use for use in life.uses if use.at <= one.at], 0.0)
        after = [use for use in life.uses if use.at > one.at]
        stability = after[0].stability_before if after else life.stability_days
        known = known._replace(stability_days=stability)
        assert retention_at(known, policy, one.at) == one.retention


@given(told)
def test_between_uses_it_only_falls(told: list[tuple[float, Outcome]]) -> None:
    life = lived(Policy.FSRS, told)
    marks = [BORN, *(use.at for use in life.uses), BORN + 4000 * DAY]
    points = curve(life, Policy.FSRS, BORN, BORN + 4000 * DAY, 50)
    for start, end in pairwise(marks):
        within = [one.retention for one in points if start <= one.at < end]
        assert within == sorted(within, reverse=True)
