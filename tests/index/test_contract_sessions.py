"""Who is whose neighbour in a session, asked of every `MemoryIndex`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from memsvc.core.filters import parse
from memsvc.index.protocol import Entry, MemoryIndex
from tests.index.found import after, before, by_number
from tests.index.made import ask, entry, later


def said(number: int, minute: float | None = None, session: str = "s", **fields: Any) -> Entry:
    """A message of a session."""
    moment = None if minute is None else later(minute)
    return entry(number, session_id=session, event_time=moment, **fields)


def chain(index: MemoryIndex) -> list[int]:
    """The one session there is, from its beginning, having looked that links agree."""
    found = ask(index)
    following, preceding = after(found), before(found)
    assert {(one, other) for one, other in following.items() if other is not None} == {
        (one, other) for other, one in preceding.items() if one is not None
    }
    firsts = [one for one, other in preceding.items() if other is None]
    assert len(firsts) == 1
    ordered: list[int] = []
    at: int | None = firsts[0]
    while at is not None:
        ordered.append(at)
        at = following[at]
    return ordered


def test_of_each_session_its_own(index: MemoryIndex) -> None:
    index.apply(1, [said(n, n, "s" if n % 2 else "t") for n in range(1, 6)], [])
    index.apply(2, [entry(6), said(7, 7)], [])
    found = ask(index)
    assert before(found) == {1: None, 2: None, 3: 1, 4: 2, 5: 3, 6: None, 7: 5}
    assert after(found) == {1: 3, 2: 4, 3: 5, 4: None, 5: 7, 6: None, 7: None}
    codes = by_number(found, "session")
    assert codes[1] == codes[3] == codes[5] == codes[7] != codes[2] == codes[4]
    assert codes[6] == -1


@pytest.mark.parametrize("order", [[1, 2, 3, 4], [4, 3, 2, 1], [3, 1, 4, 2]])
@pytest.mark.parametrize("together", [True, False])
def test_by_time_in_whatever_order_they_come(
    index: MemoryIndex, order: Sequence[int], together: bool
) -> None:
    minutes = {1: 30, 2: 10, 3: 20, 4: 0}
    messages = [said(n, minutes[n]) for n in order]
    for step in [messages] if together else [[one] for one in messages]:
        index.apply(1, step, [])
    assert chain(index) == [4, 2, 3, 1]


def test_at_one_moment_by_number(index: MemoryIndex) -> None:
    for n in (3, 1, 2):
        index.apply(1, [said(n)], [])
    assert chain(index) == [1, 2, 3]


def test_without_a_time_when_it_was_written_counts(index: MemoryIndex) -> None:
    index.apply(1, [said(1, 5), said(2), said(3, -5)], [])
    assert chain(index) == [3, 2, 1]


def test_removed_from_the_middle_the_end_and_the_beginning(index: MemoryIndex) -> None:
    index.apply(1, [said(n, n) for n in range(1, 8)], [])
    index.apply(2, [], [3, 4])
    assert chain(index) == [1, 2, 5, 6, 7]
    index.apply(3, [], [1, 7])
    assert chain(index) == [2, 5, 6]
    index.apply(4, [said(8, 8)], [])
    assert chain(index) == [2, 5, 6, 8]
    index.apply(5, [], [2, 5, 6, 8])
    index.apply(6, [said(9, 0)], [])
    assert chain(index) == [9]


def test_replaced_in_the_middle(index: MemoryIndex) -> None:
    index.apply(1, [said(n, n) for n in range(1, 6)], [])
    index.apply(2, [said(3, 3, use_count=1)], [])
    assert chain(index) == [1, 2, 3, 4, 5]
    index.apply(3, [said(2, 9)], [])
    assert chain(index) == [1, 3, 4, 5, 2]


def test_moved_to_another_session(index: MemoryIndex) -> None:
    index.apply(1, [said(n, n) for n in range(1, 5)], [])
    index.apply(2, [said(2, 2, "t"), said(5, 1, "t")], [])
    found = ask(index)
    assert after(found) == {1: 3, 2: None, 3: 4, 4: None, 5: 2}


def test_a_session_s_name_is_free_again_after_its_last_memory(index: MemoryIndex) -> None:
    index.apply(1, [said(1, 1, "s"), said(2, 2, "s")], [])
    index.apply(2, [], [1, 2])
    index.apply(3, [said(3, 0, "t")], [])
    index.apply(4, [said(4, 1, "s"), said(5, 2, "t")], [])
    assert after(ask(index)) == {3: 5, 4: None, 5: None}


def test_what_a_filter_leaves_out_is_no_neighbour(index: MemoryIndex) -> None:
    index.apply(1, [said(n, n, user_id="ann" if n == 3 else "bob") for n in range(1, 6)], [])
    found = ask(index, "", parse({"user_id": "bob"}))
    # As if it had never been said.
    assert after(found) == {1: 2, 2: 4, 4: 5, 5: None}
    assert before(found) == {1: None, 2: 1, 4: 2, 5: 4}
