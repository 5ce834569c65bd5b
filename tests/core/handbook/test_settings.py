"""The handbook's settings: bounds, what is said of them, and how they are read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.agent_settings import AgentSettings, settings_in
from memsvc.core.handbook.settings import (
    HIGHEST_PRICE,
    MOST_BUDGET,
    MOST_CLASSES,
    MOST_OFFERED,
    STANDARD_HANDBOOK,
    HandbookSettings,
    handbook_in,
)
from memsvc.errors import InvalidRequest

SHARE = st.floats(0, 1)
PRICE = st.floats(0, HIGHEST_PRICE)
ANY = st.builds(
    HandbookSettings,
    hold_out=SHARE,
    hold_out_by_class=st.dictionaries(st.text("abc ", min_size=1).filter(str.strip), SHARE),
    limit=st.integers(1, MOST_OFFERED),
    relevance_floor=st.floats(-1, 1),
    budget=st.none() | st.integers(1, MOST_BUDGET),
    input_price=PRICE,
    output_price=PRICE,
)


@given(ANY)
def test_they_are_read_as_they_are_said(settings: HandbookSettings) -> None:
    said = json.loads(json.dumps(settings.as_json()))

    assert handbook_in(said) == settings
    whole = json.loads(json.dumps(AgentSettings(handbook=settings).as_json()))
    assert settings_in(whole).handbook == settings
    assert ("handbook" in whole) == (settings != STANDARD_HANDBOOK)


def test_what_is_standard_is_not_said() -> None:
    assert STANDARD_HANDBOOK.as_json() == {}
    assert HandbookSettings(limit=3, hold_out_by_class={"law": 0.2}).as_json() == {
        "limit": 3,
        "hold_out_by_class": {"law": 0.2},
    }
    assert handbook_in({"something": "of a later version"}) == STANDARD_HANDBOOK
    assert handbook_in({"budget": None}) == STANDARD_HANDBOOK
    assert isinstance(hash(AgentSettings()), int)


def test_a_class_may_have_a_share_of_its_own() -> None:
    settings = HandbookSettings(hold_out=0.2, hold_out_by_class={"law": 0.0})

    assert (settings.hold_out_of("law"), settings.hold_out_of("other")) == (0.0, 0.2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hold_out", -0.01),
        ("hold_out", 1.01),
        ("hold_out", float("nan")),
        ("hold_out", True),
        ("hold_out", "0.1"),
        ("hold_out_by_class", {"law": 2.0}),
        ("hold_out_by_class", {"law": "0.1"}),
        ("hold_out_by_class", {" ": 0.1}),
        ("hold_out_by_class", {"": 0.1}),
        ("hold_out_by_class", {"x" * 257: 0.1}),
        ("hold_out_by_class", [0.1]),
        ("hold_out_by_class", {f"c{at}": 0.1 for at in range(MOST_CLASSES + 1)}),
        ("limit", 0),
        ("limit", MOST_OFFERED + 1),
        ("limit", 2.5),
        ("limit", True),
        ("relevance_floor", 1.1),
        ("relevance_floor", None),
        ("budget", 0),
        ("budget", MOST_BUDGET + 1),
        ("budget", "many"),
        ("input_price", -1.0),
        ("output_price", float("inf")),
        ("output_price", 2 * HIGHEST_PRICE),
    ],
)
def test_what_is_out_of_bounds_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        handbook_in({name: value})

    assert [one.location for one in caught.value.violations] == [f"settings.handbook.{name}"]
