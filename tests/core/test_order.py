from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memsvc.core.forget_request import Act, ForgetScope
from memsvc.core.order import Chosen, Order, Selector

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMING = (Chosen("a1", "m1", Act.REDACT),)


@pytest.mark.parametrize(
    ("selector", "scope"),
    [
        (Selector(subject_ids=("ana",)), ForgetScope.PEOPLE),
        (Selector(subject_ids=("ana",), agent_id="a1"), ForgetScope.PEOPLE),
        (Selector(subject_ids=("ana",), session_ids=("s1",), agent_id="a1"), ForgetScope.PEOPLE),
        (Selector(subject_ids=("ana",), chosen=NAMING), ForgetScope.PEOPLE),
        (Selector(agent_id="a1", memory_ids=("m1",)), ForgetScope.STATE),
        (Selector(chosen=NAMING), ForgetScope.STATE),
        (Selector(agent_id="a1", session_ids=("s1",)), ForgetScope.TRAJECTORY),
        (Selector(agent_id="a1", since=NOON), ForgetScope.TRAJECTORY),
        (Selector(agent_id="a1", until=NOON), ForgetScope.TRAJECTORY),
        (Selector(agent_id="a1"), ForgetScope.ENVIRONMENT),
    ],
)
def test_what_a_selector_selects_by(selector: Selector, scope: ForgetScope) -> None:
    assert selector.scope is scope


def test_orders_that_say_the_same_are_equal() -> None:
    assert Order(Selector(subject_ids=("ana",))) == Order(Selector(subject_ids=("ana",)))
    assert Order(Selector(subject_ids=("ana",))) != Order(Selector(subject_ids=("bob",)))
    assert Order(Selector(subject_ids=("ana",))) != Order(
        Selector(subject_ids=("ana",)), reason="asked"
    )
