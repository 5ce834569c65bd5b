"""Several may hold the same back: it is shown again once the last of them lets go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memsvc.core.forget_request import Act
from memsvc.core.order import Order, OrderMode, Selector
from memsvc.operations.forgetting import decide
from memsvc.runtime import Runtime
from memsvc.store import memories, restrictions
from memsvc.store.transaction import Tx
from tests.operations.forgetting import (
    OPERATOR,
    TENANT,
    agent_key,
    ids_there,
    order,
    people,
    remember_two,
    said,
)
from tests.operations.remembering import SCOPE, held, remember

HOLDERS = (7, 8, 9)
COUNT = 6

steps = st.lists(
    st.tuples(
        st.sampled_from(["hold", "let go"]),
        st.sampled_from(HOLDERS),
        st.sets(st.integers(0, COUNT - 1), min_size=1),
    ),
    max_size=12,
)


class Undone(Exception):
    """What was tried is to leave no trace."""


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_overlapping_holders_like_a_model(
    runtime: Runtime, steps: list[tuple[str, int, set[int]]]
) -> None:
    if not ids_there(runtime, "m0"):
        remember(runtime, *(said(f"It was number {at}.", "ana", f"m{at}") for at in range(COUNT)))
    key, numbers = agent_key(runtime), sorted(held(runtime).values())

    def work(tx: Tx) -> None:
        holds: dict[int, set[int]] = {one: set() for one in HOLDERS}
        for step, holder, places in steps:
            chosen = [numbers[place] for place in sorted(places)]
            if step == "hold":
                restrictions.hold_back(tx, holder, key, dict.fromkeys(chosen, Act.ERASE))
                holds[holder].update(chosen)
            else:
                holds[holder].difference_update(chosen)
                everybody = set().union(*holds.values())
                free = restrictions.let_go(tx, holder, key, chosen)
                assert free == [one for one in chosen if one not in everybody]
            hidden = set().union(*holds.values())
            shown = {one.number for one in memories.by_numbers(tx, key, numbers)}
            every = memories.by_numbers(tx, key, numbers, restricted=True)
            assert shown == set(numbers) - hidden
            assert len(every) == COUNT
            for one in HOLDERS:
                assert restrictions.count(tx, one) == len(holds[one])
                assert restrictions.numbers_of(tx, one, key, Act) == sorted(holds[one])
        raise Undone

    with pytest.raises(Undone):
        runtime.database.write(work)


def test_what_one_holder_does_with_it_stays_as_it_was_said_first(runtime: Runtime) -> None:
    remember_two(runtime)
    key, number = agent_key(runtime), held(runtime)["b1"]

    def work(tx: Tx) -> None:
        restrictions.hold_back(tx, 7, key, {number: Act.DEMOTE})
        restrictions.hold_back(tx, 7, key, {number: Act.ERASE})
        assert restrictions.numbers_of(tx, 7, key, [Act.DEMOTE]) == [number]
        assert restrictions.numbers_of(tx, 7, key, [Act.ERASE]) == []

    runtime.database.write(work)


def test_only_what_is_held_or_restricted_is_kept(runtime: Runtime) -> None:
    """A request that is to erase it, too, keeps nothing from anybody."""
    remember_two(runtime)
    key, numbers = agent_key(runtime), held(runtime)
    erasing = order(runtime, people("bob"), "q1")
    state = Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("b1",)))
    keeping = order(runtime, replace(state, mode=OrderMode.TWO_PHASE), "q2")

    def kept(tx: Tx) -> tuple[set[int], list[str], list[int]]:
        return (
            restrictions.kept_among(tx, key, sorted(numbers.values())),
            restrictions.keepers_of(tx, erasing.holder),
            restrictions.free_of(tx, erasing.holder, key, [Act.ERASE]),
        )

    every = sorted([numbers["b1"], numbers["of-bob"]])
    assert runtime.database.write(kept) == (set(), [], every)
    decide.hold(runtime, TENANT, OPERATOR, "q2", None)
    touched = {numbers[one] for one in ("b1", "of-bob", "of-both")}
    assert runtime.database.write(kept) == (touched, ["q2"], [])
    decide.release(runtime, TENANT, OPERATOR, "q2")
    assert runtime.database.write(kept) == (set(), [], every)
    assert keeping.holder != erasing.holder
