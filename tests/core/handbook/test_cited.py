"""Citations: whole names among those offered, however a text sets them off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.cited import cited
from tests.core.handbook.lines import NAMES, ODD

OFFERED = ("behavior_check", "behavior_check_units", "behavior_say_so")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("By behavior_check_units I see it.", ["behavior_check_units"]),
        ("`behavior_check_units`, **behavior_check**.", ["behavior_check_units", "behavior_check"]),
        ("_behavior_check_units_ (behavior_check_units)", ["behavior_check_units"]),
        ("Behavior_Check_Units!", ["behavior_check_units"]),
        ("behavior\\_check\\_units", ["behavior_check_units"]),
        ("behavior_check_units_twice", []),
        ("my_behavior_check, xbehavior_check", []),
        ("behavior_unknown and check_units", []),
        ("behavior_say_so: behavior_check; behavior_say_so", ["behavior_say_so", "behavior_check"]),
        ("[behavior_check](x), behavior_check-like", ["behavior_check"]),
    ],
)
def test_cited(text: str, names: list[str]) -> None:
    assert cited(text, OFFERED) == tuple(names)


@given(st.lists(NAMES, unique=True, max_size=4), st.lists(ODD, max_size=4), st.data())
def test_only_what_was_offered_and_all_that_is_set_apart(
    offered: list[str], between: list[str], data: st.DataObject
) -> None:
    used = [one for one in offered if data.draw(st.booleans())]
    text = " ".join([*between, *(f"`{name}`" for name in used), *between])
    found = cited(text, offered)

    assert set(used) <= set(found) <= set(offered)
    assert len(set(found)) == len(found)
