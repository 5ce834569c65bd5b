"""Which memories nearly say the same, asked of every `MemoryIndex`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import Status
from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import MemoryIndex
from tests.index.made import DIMENSION, entry, memory

MOVED = "I moved to Lisbon last week"


@pytest.fixture(autouse=True)
def _held(index: MemoryIndex) -> None:
    index.apply(
        1,
        [
            entry(7, "You moved to the Lisbon last week!", status=Status.QUARANTINED),
            entry(3, MOVED, user_id="ana"),
            entry(1, f"Oh, {MOVED}."),
            entry(2, "ok"),
            entry(4, MOVED, source_ids=("m1",)),
            entry(5, "Lisbon moved to I last week"),
        ],
        [],
    )


def test_nearly_the_same_of_the_same_people(index: MemoryIndex) -> None:
    assert index.alike(memory(0, MOVED)) == [1, 7]
    assert index.alike(memory(0, MOVED, user_id="ana")) == [3]
    assert index.alike(memory(0, MOVED, user_id="bob")) == []


def test_what_has_no_gist_is_like_nothing(index: MemoryIndex) -> None:
    assert index.alike(memory(0, "ok")) == []
    assert index.alike(memory(0, MOVED, source_ids=("m1",))) == []


def test_what_is_removed_or_changed_is_not_proposed(index: MemoryIndex) -> None:
    index.apply(2, [entry(7, "You moved to Porto last week!")], [1])

    assert index.alike(memory(0, MOVED)) == []
    assert index.alike(memory(0, "I moved to Porto last week")) == [7]


texts = st.sampled_from([MOVED, f"{MOVED}!", "You moved to Lisbon last week", "ok", "", "tea at 5"])
changes = st.lists(
    st.tuples(st.integers(0, 9), texts | st.none(), st.sampled_from([None, "ana"])), max_size=30
)


@given(changes)
def test_whatever_comes_and_goes_both_propose_the_same(
    changes: list[tuple[int, str | None, str | None]],
) -> None:
    indexes: list[MemoryIndex] = [AgentIndex(DIMENSION), ExactIndex(DIMENSION)]
    for sequence, (number, text, who) in enumerate(changes, 1):
        for index in indexes:
            if text is None:
                index.apply(sequence, [], [number])
            else:
                index.apply(sequence, [entry(number, text, user_id=who)], [])
    fast, exact = (
        [one.alike(memory(0, text, user_id=who)) for text in (MOVED, "ok") for who in (None, "ana")]
        for one in indexes
    )

    assert fast == exact
