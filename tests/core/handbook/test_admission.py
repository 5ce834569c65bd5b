"""What is offered, which two lines are one, and which two cannot both be followed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.admission import (
    CONTRADICTING_FROM,
    CONTRADICTS,
    MERGED_FROM,
    are_opposed,
    contested,
    merged,
    status_of,
)
from memsvc.core.handbook.line import BehaviorStatus, Line
from memsvc.core.handbook.polarity import are_opposite
from memsvc.core.memory import Trust
from tests.core.handbook.lines import LINES, ODD, line

CANDIDATE, ACTIVE, RETIRED = BehaviorStatus
TWO = ("t1", "t2")

OPPOSITE = [
    ("Always check the units.", "Never check the units."),
    ("Check the units before you add.", "Do not check the units."),
    ("Check the units before you add.", "Check the units after you add."),
    ("Sort the results in ascending order.", "Sort the results in descending order."),
    ("Answer briefly.", "Don\u2019t answer briefly."),
    ("Include the reasoning in the answer.", "Exclude the reasoning from the answer."),
    ("Prefer lists over tables.", "Prefer tables over lists."),
    ("Use recursion, and test small cases.", "Avoid recursion, and test small cases."),
    ("Ask when the date is ambiguous.", "Guess when the date is ambiguous."),
    ("Round each intermediate result.", "Avoid rounding intermediate results."),
    ("Log every call.", "Log nothing about calls."),
    ("Check the units before you add.", "Never check the units before you add."),
    ("Check the units before you add.", "Do not check the units before you add."),
    ("Ask before deleting files.", "Never ask before deleting files."),
    ("Run the tests unless told otherwise.", "Never run the tests unless told otherwise."),
    ("Choose the shortest path.", "Choose the longest path."),
    ("Estimate before computing.", "Compute without estimating."),
]
NOT_OPPOSITE = [
    ("Check the units before you add.", "Check the units before adding."),
    ("Check the units before you add.", "Do not add before you check the units."),
    ("Check the units.", "Do not answer without checking the units."),
    ("Check the units.", "Check the units, and never guess."),
    ("Never guess a column name.", "Never guess the name of a column."),
    ("Never delete files.", "Ask before you send mail."),
    ("Sort in ascending order.", "Always read the question twice."),
    ("Prefer lists over tables.", "Prefer lists to tables."),
    ("Read the last page first.", "Read the last page, then the first."),
    ("Log every call.", "Never log passwords."),
    ("Check both roots.", "Don't forget the second root."),
    ("Skip the introduction.", "Leave out the introduction."),
    ("", "Never check."),
]


@pytest.mark.parametrize(("one", "other"), OPPOSITE)
def test_opposites_are_seen_from_both_sides(one: str, other: str) -> None:
    assert are_opposite(one, other)
    assert are_opposite(other, one)


@pytest.mark.parametrize(("one", "other"), NOT_OPPOSITE)
def test_what_is_no_opposite(one: str, other: str) -> None:
    assert not are_opposite(one, other)
    assert not are_opposite(other, one)


@given(ODD, ODD)
def test_opposition_is_mutual_and_never_with_oneself(one: str, other: str) -> None:
    assert are_opposite(one, other) == are_opposite(other, one)
    assert not are_opposite(one, one)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, CANDIDATE),
        ({"source_ids": ("t1",)}, CANDIDATE),
        ({"source_ids": ("t1", "t1")}, CANDIDATE),
        ({"source_ids": TWO}, ACTIVE),
        ({"source_ids": TWO, "flagged": ("link",)}, CANDIDATE),
        ({"approved": True, "flagged": ("link",)}, ACTIVE),
        ({"approved": True, "status": RETIRED}, RETIRED),
    ],
)
def test_two_traces_or_a_person(fields: dict[str, Any], status: BehaviorStatus) -> None:
    assert status_of(line(**fields)) is status


def test_the_one_with_more_traces_is_kept_then_the_older() -> None:
    older = line("Check the units.", source_ids=("t1",))
    newer = line("Check all units.", source_ids=("t2",))
    wider = replace(newer, source_ids=("t2", "t3"))

    for kept, one in ((older, merged(older, newer, 0.9)), (wider, merged(older, wider, 0.9))):
        assert one is not None
        assert one.kept.name == kept.name
        assert {one.kept.name, one.gone.name} == {older.name, newer.name}
        assert one.kept.status is ACTIVE
    both = merged(older, wider, MERGED_FROM)
    assert both
    assert set(both.kept.source_ids) == {"t1", "t2", "t3"}


def test_what_a_person_approved_is_kept_and_what_is_flagged_is_not() -> None:
    wide = line("Check the units.", source_ids=("t1", "t2", "t3"))
    approved = line("Check all units.", approved=True)
    flagged = line("Check any units.", source_ids=("t4",) * 1, flagged=("link",))

    assert merged(wide, approved, 1.0).kept.name == approved.name  # type: ignore[union-attr]
    assert merged(flagged, wide, 1.0).kept.name == wide.name  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("one", "other", "cosine"),
    [
        (line("Check units."), line("Check all units."), MERGED_FROM - 0.001),
        (line("Check units."), line("Check all units.", topics=("maths",)), 1.0),
        (line("Check units."), line("Check all units.", status=RETIRED), 1.0),
        (line("Always check units."), line("Never check units."), 1.0),
        (line("Try it 3 times."), line("Try it all of 30 times."), 1.0),
        (line("Check units."), line("Check units."), 1.0),
    ],
)
def test_what_are_two(one: Line, other: Line, cosine: float) -> None:
    assert merged(one, other, cosine) is None
    assert merged(other, one, cosine) is None


@given(LINES, LINES, st.floats(0, 1))
def test_a_merger_loses_no_trace_and_raises_no_trust(one: Line, other: Line, cosine: float) -> None:
    if joined := merged(one, other, cosine):
        assert set(joined.kept.source_ids) == {*one.source_ids, *other.source_ids}
        assert joined.kept.trust.weight == min(one.trust.weight, other.trust.weight)
        assert {joined.kept.name, joined.gone.name} == {one.name, other.name}


def test_opposition_takes_likeness_and_the_same_topics() -> None:
    one, other = line("Always check units."), line("Never check units.")

    assert are_opposed(one, other, CONTRADICTING_FROM)
    assert not are_opposed(one, other, CONTRADICTING_FROM - 0.001)
    assert not are_opposed(one, replace(other, topics=("maths",)), 1.0)
    assert not are_opposed(one, replace(other, status=RETIRED), 1.0)


def found(*lines: Line) -> list[bool]:
    """Which of the lines are flagged; each is put as it stands."""
    standing = [replace(one, status=status_of(one)) for one in lines]
    told = contested(standing, lambda _one, _other: 0.9)
    for one in told:
        assert one.status is status_of(one)
    return [CONTRADICTS in one.flagged for one in told]


def test_the_newer_of_two_opposites_is_flagged() -> None:
    always = line("Always check units.", source_ids=TWO)
    never = line("Never check units.", source_ids=TWO)
    again = line("Check units each time.", source_ids=TWO)

    assert found(always, never) == [False, True]
    assert found(never, always) == [False, True]
    assert found(always, never, again) == [False, True, False]
    assert found(always) == [False]
    assert found(always, replace(never, topics=("maths",))) == [False, False]


def test_what_is_not_offered_contests_nothing() -> None:
    always = line("Always check units.", source_ids=TWO)
    never = line("Never check units.", source_ids=("t1",))

    assert found(never, always) == [True, False]
    assert found(replace(never, source_ids=TWO, flagged=("link",)), always) == [True, False]
    assert found(replace(never, status=RETIRED), always) == [False, False]


def test_what_a_person_approved_goes_before_what_is_older() -> None:
    always = line("Always check units.", source_ids=TWO)
    never = line("Never check units.", approved=True, trust=Trust.OPERATOR)

    assert found(always, never) == [True, False]
    both = contested(
        [replace(one, approved=True, status=ACTIVE) for one in (always, never)],
        lambda _one, _other: 0.9,
    )
    assert [(one.status, one.flagged) for one in both] == [(ACTIVE, ()), (ACTIVE, (CONTRADICTS,))]


def test_what_negates_is_no_repetition() -> None:
    older = Line(name="behavior_check", instruction="Check the units before you add.")
    newer = Line(name="behavior_do_not", instruction="Do not check the units before you add.")
    assert merged(older, newer, 0.97) is None
