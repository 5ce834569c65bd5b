"""Whose memories there are: names counted one by one, and rows that are of or about a person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import Fact, Memory
from memsvc.core.people import Mention
from memsvc.index.columns import Columns
from memsvc.index.people import People
from tests.index.made import NAME_KEYS, memories, memory

MEMORIES = st.lists(memories(st.integers(1, 3)), max_size=6)
QUESTIONS = ["Ann Lee and Bob", "ss, a.b and ann?", "Ana-Lu's", "Ann"]


class Held:
    """People beside the columns that they read, kept in step as an index does."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.people = People(self.columns)

    def append(self, fresh: list[Memory]) -> None:
        if fresh:
            self.columns.append(fresh)
            self.people.append(fresh)

    def remove(self, rows: list[int]) -> None:
        ascending = np.array(sorted(rows), np.int64)
        self.people.remove(ascending)
        self.columns.clear(ascending)

    def keep(self, kept: np.ndarray) -> None:
        self.people.keep(kept)
        self.columns.keep(kept)


def held(*fields: dict[str, Any]) -> Held:
    one = Held()
    one.append([memory(n, **of) for n, of in enumerate(fields)])
    return one


def named(one: Held, *people: str) -> list[float]:
    rows = np.arange(len(one.columns.coded("speaker").codes))
    found: list[float] = one.people.named(rows, frozenset(people)).tolist()
    return found


@given(MEMORIES, MEMORIES, st.frozensets(NAME_KEYS, max_size=2), st.data())
def test_what_was_removed_has_no_part_in_anything(
    first: list[Memory], later: list[Memory], people: frozenset[str], data: st.DataObject
) -> None:
    winding, straight = Held(), Held()
    empty = winding.people.nbytes
    winding.append(first)
    gone = data.draw(st.sets(st.sampled_from(range(len(first))))) if first else set()
    winding.remove(list(gone))
    winding.append(later)
    left = [one for row, one in enumerate(first) if row not in gone] + later
    straight.append(left)
    alive = np.array([row not in gone for row in range(len(first) + len(later))], np.bool_)

    def agree(rows: np.ndarray) -> None:
        found = winding.people.named(rows, people)
        assert found.tolist() == straight.people.named(np.arange(len(left)), people).tolist()
        for query in QUESTIONS:
            assert winding.people.mentions(query) == straight.people.mentions(query)

    agree(np.flatnonzero(alive))
    winding.keep(alive)
    agree(np.arange(len(left)))
    winding.remove(list(range(len(left))))
    assert all(winding.people.mentions(query) == [] for query in QUESTIONS)
    winding.keep(np.zeros(len(left), np.bool_))
    assert winding.people.nbytes == empty


def test_of_each_row_asked_for_in_its_order() -> None:
    one = held({"speaker": "Ann"}, {"speaker": "Bob"}, {}, {"speaker": "ann"})
    rows = np.array([3, 1, 2])
    assert one.people.named(rows, frozenset({"ann"})).tolist() == [1.0, -1.0, 0.0]
    assert one.people.named(rows[:0], frozenset({"ann"})).tolist() == []


def test_who_wrote_counts_where_nobody_spoke() -> None:
    one = held({"user_id": "ann"}, {"user_id": "ann", "speaker": "Bob"}, {"user_id": "bob"})
    assert named(one, "ann") == [1.0, 0.0, 0.0]
    assert named(one, "bob") == [0.0, 1.0, 1.0]


def test_whom_it_is_about_counts_whoever_spoke() -> None:
    fact = Fact("Ann", "home", "Lisbon")
    one = held(
        {"speaker": "Bob", "fact": fact},
        {"speaker": "Bob", "subject_ids": ("carla", "ann")},
        {"speaker": "Bob", "subject_ids": ("carla",)},
        {"speaker": "Ann"},
    )
    assert named(one, "ann") == [1.0, 1.0, -1.0, 1.0]


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({"speaker": "Ann"}, True),
        ({"speaker": "Ann 7"}, True),
        ({"user_id": "Ann"}, True),
        ({"user_id": "ann-7"}, False),
        ({"user_id": "a@nn"}, False),
        ({"subject_ids": ("7", "Ann")}, True),
        ({"fact": Fact("Ann", "likes", "tea")}, True),
        ({"fact": Fact("car_7", "is", "Ann")}, False),
        ({"tags": ("Ann",), "session_id": "Ann", "role": "Ann"}, False),
        ({}, False),
    ],
)
def test_what_is_taken_for_a_name(fields: dict[str, Any], known: bool) -> None:
    found = held(fields).people.mentions("Ann, Car or Nn")
    assert bool(found) == known


def test_two_spellings_are_one_name_and_it_goes_with_the_last() -> None:
    one = held({"speaker": "Ann Lee"}, {"speaker": "ann  LEE"}, {"user_id": "ann lee"})
    mention = Mention(0, 7, "ann lee", possessive=False, speaks=True)
    one.remove([0])
    assert one.people.mentions("Ann Lee") == [mention]
    one.remove([1])
    assert one.people.mentions("Ann Lee") == [mention._replace(speaks=False)]
    one.remove([2])
    assert one.people.mentions("Ann Lee") == []
    assert len(one.people._names) == len(one.people._names._by_first) == 0
