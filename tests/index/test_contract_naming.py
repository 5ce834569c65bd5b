"""Which memories hold the words of a name, asked of every `MemoryIndex`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import Memory, Status
from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import Entry, MemoryIndex
from tests.index.made import DIMENSION, PALETTE, WORDS, entry, memories


@pytest.fixture(autouse=True)
def _held(index: MemoryIndex) -> None:
    index.apply(
        1,
        [
            entry(7, "Çağla Öztürk's tea", status=Status.QUARANTINED),
            entry(3, "tea with Cagla", speaker="Ozturk", status=Status.SUPERSEDED),
            entry(1, "Öztürk painted", status=Status.ARCHIVED),
            entry(2, "昨天王小明來了"),
            entry(4, "小明不姓王"),
            entry(5, "write to kofi.mensah@example.org", speaker="Ama"),
            entry(6, "Jean-Luc Nguyễn"),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["Öztürk"], [1, 3, 7]),
        (["cagla", "OZTURK"], [3, 7]),
        (["Çağla Öztürk"], [3, 7]),
        (["Öztürk", "Öztürk"], [1, 3, 7]),
        (["painting"], [1]),
        (["王小明"], [2]),
        (["小明"], [2, 4]),
        (["kofi.mensah@example.org"], [5]),
        (["ama", "mensah"], [5]),
        (["Jean-Luc", "nguyen"], [6]),
        (["luc"], [6]),
        (["Öztürk", "nobody"], []),
        (["Özt"], []),
        (["nobody"], []),
        ([], []),
        (["", "-"], []),
    ],
)
def test_all_words_are_held(index: MemoryIndex, words: list[str], numbers: list[int]) -> None:
    assert index.naming(words) == numbers


def test_what_is_removed_or_changed_is_not_proposed(index: MemoryIndex) -> None:
    index.apply(2, [entry(3, "coffee alone")], [7, 5])

    assert index.naming(["Öztürk"]) == [1]
    assert index.naming(["mensah"]) == []
    assert index.naming(["coffee"]) == [3]
    index.apply(3, [], [1, 2, 3, 4, 6])
    assert index.naming(["Öztürk"]) == index.naming(["小明"]) == []


def test_nothing_held_nothing_proposed() -> None:
    for fresh in (AgentIndex(DIMENSION), ExactIndex(DIMENSION)):
        assert fresh.naming(["ann"]) == fresh.naming([]) == []


@given(
    st.lists(memories(st.integers(1, 30)), max_size=12),
    st.sets(st.integers(1, 30)),
    st.lists(st.sampled_from([*WORDS, "Ann Lee", "Bob's", "京", "eve", ""]), max_size=3),
)
def test_as_the_oracle(held: list[Memory], removed: set[int], words: list[str]) -> None:
    entries = [Entry(one, PALETTE[one.number % len(PALETTE), None]) for one in held]
    quick, plain = AgentIndex(DIMENSION), ExactIndex(DIMENSION)
    for index in (quick, plain):
        index.apply(1, entries, [])
        index.apply(2, [], sorted(removed))

    found = quick.naming(words)
    assert found == plain.naming(words)
    assert not removed & set(found)
