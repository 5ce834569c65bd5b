"""What should go, and why."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.offered import LEAST_OFFERS
from memsvc.core.handbook.retirement import Reason, Retirement, Rules, Standing, proposed

GOOD = Standing("behavior_good", offered=500, uncited=0, effect_high=0.1)


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, ()),
        ({"effect_high": -0.01}, (Reason.HARMS,)),
        ({"effect_high": 0.0}, ()),
        ({"effect_high": -0.01, "offered": LEAST_OFFERS - 1}, ()),
        ({"effect_high": -0.01, "offered": LEAST_OFFERS}, (Reason.HARMS,)),
        ({"uncited": 100}, (Reason.UNCITED,)),
        ({"uncited": 99}, ()),
        ({"superseded_by": "behavior_new", "offered": 0}, (Reason.SUPERSEDED,)),
        ({"effect_high": -1.0, "uncited": 300}, (Reason.HARMS, Reason.UNCITED)),
    ],
)
def test_reasons(change: dict, reasons: tuple[Reason, ...]) -> None:
    found = proposed([replace(GOOD, **change)], Rules())

    assert found == ([Retirement(GOOD.name, reasons)] if reasons else [])


def test_a_budget_takes_the_least_worth_first_and_spares_the_unknown() -> None:
    standings = [
        Standing("behavior_new", 0, 0, math.inf),
        Standing("behavior_good", 500, 0, 0.2),
        Standing("behavior_poor", 500, 0, 0.01),
        Standing("behavior_fair", 500, 0, 0.05),
        Standing("behavior_bad", 500, 0, -0.1),
    ]

    found = {one.name: one.reasons for one in proposed(standings, Rules(budget=2))}

    assert found == {
        "behavior_bad": (Reason.HARMS,),
        "behavior_fair": (Reason.OVER_BUDGET,),
        "behavior_poor": (Reason.OVER_BUDGET,),
    }


STANDINGS = st.lists(
    st.builds(
        Standing,
        name=st.integers(0, 99).map(lambda number: f"behavior_{number}"),
        offered=st.integers(0, 200),
        uncited=st.integers(0, 200),
        effect_high=st.floats(-0.5, 0.5),
        superseded_by=st.sampled_from([None, "behavior_x"]),
    ),
    max_size=20,
    unique_by=lambda one: one.name,
)


@given(STANDINGS, st.integers(0, 20))
def test_order_does_not_matter_and_a_budget_is_kept(standings: list[Standing], budget: int) -> None:
    turned = standings[::-1]
    rules = Rules(budget=budget)

    found = proposed(standings, rules)

    assert found == proposed(turned, rules)
    assert [one.name for one in found] == sorted(one.name for one in found)
    assert len(standings) - len(found) <= budget
    without = {one.name for one in proposed(standings, Rules())}
    assert without <= {one.name for one in found}
    assert all(one.reasons for one in found)
    over = sum(one.reasons == (Reason.OVER_BUDGET,) for one in found)
    assert over == max(0, len(standings) - len(without) - budget)
