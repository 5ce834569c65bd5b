"""Chains of rows are what sorting each session anew would give, whatever came and went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from memsvc.index.comparison import Rows
from memsvc.index.growing import Growing
from memsvc.index.sessions import NONE, Sessions

CODE = st.integers(-1, 2)
MOMENT = st.integers(0, 9)


class Plain:
    """Sessions with the codes and moments of their rows; a removed row has neither."""

    def __init__(self) -> None:
        self.sessions = Sessions()
        self.codes = Growing(np.int32)
        self.moments: list[int] = []

    def append(self, fresh: Iterable[tuple[int, int]]) -> None:
        """Put rows, each with its code and moment, into their sessions."""
        codes, moments = zip(*fresh, strict=True)
        self.codes.append(codes)
        self.moments += moments
        self.sessions.append(self.codes.values, self.order)

    def remove(self, rows: Iterable[int]) -> None:
        """Take rows out of their sessions."""
        ascending = np.array(sorted(rows), np.int64)
        self.sessions.remove(ascending, self.codes.values)
        self.codes.values[ascending] = NONE

    def order(self, rows: Rows) -> Rows:
        """By moment, then by row."""
        return np.array(sorted(rows.tolist(), key=lambda row: (self.moments[row], row)), np.int64)

    def chains(self) -> list[list[int]]:
        """The sessions as their links have them."""
        rows = np.arange(len(self.moments))
        before, after = self.sessions.neighbours(rows, None)
        linked = rows[after != NONE]
        assert (before[after[linked]] == linked).all()
        assert np.count_nonzero(before != NONE) == len(linked)
        found = []
        for first in rows[(before == NONE) & (self.codes.values != NONE)].tolist():
            chain = [first]
            while after[chain[-1]] != NONE:
                chain.append(int(after[chain[-1]]))
            found.append(chain)
        return sorted(found)

    def sorted(self) -> list[list[int]]:
        """The sessions, each sorted anew."""
        members = defaultdict(list)
        for row, code in enumerate(self.codes.values.tolist()):
            if code != NONE:
                members[code].append(row)
        return sorted(self.order(np.array(rows)).tolist() for rows in members.values())


class SessionsMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.held = Plain()

    @rule(fresh=st.lists(st.tuples(CODE, MOMENT), min_size=1, max_size=5))
    def append(self, fresh: list[tuple[int, int]]) -> None:
        self.held.append(fresh)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        rows = range(len(self.held.moments))
        self.held.remove(data.draw(st.sets(st.sampled_from(rows), max_size=4)) if rows else ())

    @rule(data=st.data())
    def keep(self, data: st.DataObject) -> None:
        """Rows of no session any more are closed up, or some of them."""
        idle = self.held.codes.values == NONE
        spared = data.draw(st.sets(st.sampled_from(range(len(idle))))) if len(idle) else set()
        kept = ~idle | np.isin(np.arange(len(idle)), list(spared))
        self.held.sessions.keep(kept)
        self.held.codes.keep(kept)
        self.held.moments = [self.held.moments[row] for row in np.flatnonzero(kept).tolist()]

    @invariant()
    def chains_are_what_sorting_gives(self) -> None:
        assert self.held.chains() == self.held.sorted()

    @invariant()
    def ends_are_known_of_sessions_that_have_rows(self) -> None:
        ends = {chain[-1] for chain in self.held.sorted()}
        assert set(self.held.sessions._last.values()) == ends


TestSessionsMachine = SessionsMachine.TestCase
TestSessionsMachine.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)


def held(*codes_and_moments: tuple[int, int]) -> Plain:
    plain = Plain()
    plain.append(codes_and_moments)
    return plain


@given(
    st.lists(st.tuples(CODE, MOMENT), min_size=1, max_size=20),
    st.lists(st.integers(0, 19), max_size=4),
    st.integers(0, 4),
)
def test_around(fresh: list[tuple[int, int]], wanted: list[int], reach: int) -> None:
    plain = held(*fresh)
    rows = {row for row in wanted if row < len(fresh)}
    expected = set(rows)
    for chain in plain.sorted():
        for place, row in enumerate(chain):
            if row in rows:
                expected |= set(chain[max(0, place - reach) : place + reach + 1])
    found = plain.sessions.around(np.array(sorted(rows), np.int64), reach, None)
    assert found.tolist() == sorted(expected)
    assert found.dtype == np.int64


def test_later_ones_go_to_the_end_without_looking_at_the_others() -> None:
    plain = held((0, 1), (1, 2), (0, 3))
    looked_at: list[int] = []
    order = plain.order

    def watched(rows: Rows) -> Rows:
        looked_at.extend(rows.tolist())
        return order(rows)

    plain.order = watched  # type: ignore[method-assign]
    plain.append([(0, 4), (0, 4)])
    assert set(looked_at) == {2, 3, 4}
    assert plain.chains() == [[0, 2, 3, 4], [1]]


def test_an_older_one_goes_where_it_belongs() -> None:
    plain = held((0, 1), (0, 5), (0, 9))
    plain.append([(0, 7), (0, 0), (0, 9)])
    assert plain.chains() == [[4, 0, 1, 3, 2, 5]]


def test_rows_without_a_session_have_no_neighbours() -> None:
    plain = held((-1, 1), (-1, 2))
    assert [links.tolist() for links in plain.sessions.neighbours(np.array([0, 1]), None)] == [
        [NONE, NONE],
        [NONE, NONE],
    ]
    assert plain.sessions.around(np.array([1]), 2, None).tolist() == [1]


def test_a_session_without_rows_takes_no_room() -> None:
    plain = held((0, 1), (1, 1))
    bytes_before = plain.sessions.nbytes
    plain.remove([0])
    assert plain.sessions.nbytes < bytes_before
    # Its code may be another session's now.
    plain.append([(0, 0)])
    assert plain.chains() == [[1], [2]]
