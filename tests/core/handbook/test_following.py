"""What offers go by, as a function of outcomes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.choosing import TRIAL_OFFERS
from memsvc.core.handbook.following import (
    LOOK_EVERY,
    NO_BOUNDS,
    Bounds,
    Followed,
    are_on_trial,
    bounds_of,
    looked,
)
from memsvc.core.handbook.offered import OfferOutcome
from memsvc.core.handbook.rating import ratings
from memsvc.core.handbook.worth import line_worths
from tests.core.handbook.outcomes import any_outcome, lived


@given(st.lists(any_outcome(), max_size=20), st.integers(0, 20))
def test_it_may_be_followed_in_parts(outcomes: list[OfferOutcome], cut: int) -> None:
    whole = Followed().then(outcomes)

    assert Followed().then(outcomes[:cut]).then(outcomes[cut:]) == whole
    assert whole.count == len(outcomes)
    assert whole.ratings == ratings(outcomes)
    assert sum(whole.offered.values()) == sum(len(one.offered) for one in outcomes)


@given(st.integers(-100, 10**7), st.integers(0, 10**5))
def test_looks_never_go_back_and_come_more_rarely(count: int, more: int) -> None:
    assert looked(count) <= max(count, 0)
    assert looked(count) <= looked(count + more)
    assert looked(looked(count)) == looked(count)
    # What the last look did not see is little beside what it saw.
    assert max(count, 0) - looked(count) < max(LOOK_EVERY, count / 20 + 1)


def test_looks_come_every_200_outcomes_then_doubled() -> None:
    assert [looked(one) for one in (0, 199, 200, 399, 7_999)] == [0, 0, 200, 200, 7_800]
    assert [looked(one) for one in (8_399, 8_400, 15_999, 16_799)] == [8_000, 8_400, 15_600, 16_000]


def test_bounds_are_those_of_the_report() -> None:
    outcomes = lived({"behavior_a": 0.3, "behavior_b": 0.0, "behavior_c": -0.2}, 400, 1, offered=2)
    found, worths = bounds_of(outcomes), line_worths(outcomes)

    assert found.low == {name: one.effect.low for name, one in worths.items()}
    assert found.high == {name: one.effect.high for name, one in worths.items()}
    assert bounds_of([]) == NO_BOUNDS


def test_what_has_no_verdict_is_on_trial() -> None:
    names = ["new", "open", "good", "bad", "few", "long"]
    offers = {"open": 100, "good": 100, "bad": 100, "few": 10, "long": TRIAL_OFFERS}
    low = {"open": -0.1, "good": 0.1, "bad": -0.2, "few": 0.1, "long": -0.1}
    high = {"open": 0.1, "good": 0.2, "bad": -0.1, "few": 0.2, "long": 0.1}
    followed = Followed(500, offered=offers)

    trial = are_on_trial(names, followed, Bounds(low, high))
    assert dict(zip(names, np.asarray(trial).tolist(), strict=True)) == {
        "new": True,
        "open": True,
        "good": False,
        "bad": False,
        "few": True,
        "long": False,
    }
    # Without bounds all that have not had their share are.
    assert are_on_trial(names, followed, NO_BOUNDS).tolist() == [True] * 5 + [False]
    assert are_on_trial([], followed, NO_BOUNDS).tolist() == []
