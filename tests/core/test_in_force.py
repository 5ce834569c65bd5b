"""What is superseded by something that begins later holds until then, judged when it is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.contradiction import settled
from memsvc.core.decay import Policy
from memsvc.core.fading import Decay, DecayPolicies, Fading, bounded
from memsvc.core.in_force import is_in_force, standing_now
from memsvc.core.memory import Kind, Memory, Status
from memsvc.core.statements import since, slots_said, statement_of
from tests.core.made import NOW, memory

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def ended(**fields: Any) -> Memory:
    """A fact that another one supersedes in ten days."""
    plain = memory(
        kind=Kind.SEMANTIC,
        created_at=NOW - DAY,
        status=Status.SUPERSEDED,
        superseded_by="m2",
        valid_to=NOW + 10 * DAY,
    )
    return plain._replace(**fields)


def test_it_is_over_in_the_very_microsecond() -> None:
    until = NOW + 10 * DAY

    assert standing_now(ended(), NOW) == ended(status=Status.ACTIVE)
    assert is_in_force(ended(), until - MOMENT)
    assert not is_in_force(ended(), until)
    assert standing_now(ended(), until) == ended()


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_to": None},
        {"valid_to": NOW},
        # It was to begin when it would have been over.
        {"valid_from": NOW + 10 * DAY},
        {"event_time": NOW + 11 * DAY},
        *({"status": status} for status in Status if status is not Status.SUPERSEDED),
    ],
)
def test_what_else_there_is_stands_as_it_is_stored(fields: dict[str, Any]) -> None:
    one = ended(**fields)

    assert standing_now(one, NOW) is one


def test_it_fades_as_what_is_active_does() -> None:
    fading = bounded(DecayPolicies(semantic=Decay(Policy.EXPONENTIAL, threshold=0.9)))
    old = ended(stability_days=7.0)

    assert fading.shown_status(old, NOW + 5 * DAY) is Status.ACTIVE
    assert fading.shown_status(old, NOW + 7 * DAY) is Status.ARCHIVED
    assert fading.shown_status(old, NOW + 10 * DAY) is Status.SUPERSEDED
    assert Fading().shown_status(old, NOW + 9 * DAY) is Status.ACTIVE


def office(number: int, since: int) -> Memory:
    """Where the office is from a day on; each somewhere else."""
    plain = memory(
        number=number,
        id=f"m{number}",
        kind=Kind.SEMANTIC,
        content=f"The office of the company is in house {number}.",
        valid_from=NOW + since * DAY,
    )
    return plain._replace(slots=slots_said(plain))


@given(
    st.lists(st.integers(-20, 20), min_size=1, max_size=8, unique=True),
    st.integers(-25, 25).map(lambda days: NOW + days * DAY),
)
def test_of_dated_facts_the_last_that_has_begun_is_active(
    days: list[int], moment: datetime
) -> None:
    """And those that begin later: news. Where each stands was told without a clock."""
    offices = [office(number, since) for number, since in enumerate(days)]
    stand = settled(map(statement_of, offices))
    stored = [
        one._replace(status=(at := stand[one.number]).status, valid_to=at.valid_to)
        for one in offices
    ]

    active = [one for one in stored if standing_now(one, moment).status is Status.ACTIVE]

    begins = sorted(map(since, stored))
    begun = [one for one in begins if one <= moment]
    assert sorted(map(since, active)) == [*begun[-1:], *begins[len(begun) :]]
