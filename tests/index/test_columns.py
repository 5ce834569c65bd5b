"""A mask over columns says what `matches` says of each memory."""

from __future__ import annotations

import math
import time
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memsvc.core.filters import Filter, matches, parse
from memsvc.core.memory import Memory
from memsvc.index.column import EPOCH, NO_TIME
from memsvc.index.columns import Columns
from tests.index.made import FILTER, memories, memory


def columns_of(held: list[Memory]) -> Columns:
    columns = Columns()
    columns.append(held)
    return columns


@settings(max_examples=400)
@given(st.lists(memories(st.integers(1, 3)), min_size=1, max_size=6), FILTER)
@example([memory(1, metadata={"a": [1, True]}), memory(2)], parse({"metadata.a": {"in": [True]}}))
@example([memory(1, metadata={"a": 1})], parse({"metadata.a": {"in": [True]}}))
@example([memory(1, use_count=2**53)], parse({"use_count": {"gte": 2**53 + 1}}))
def test_mask_is_matches(held: list[Memory], filter_: Filter) -> None:
    mask = columns_of(held).mask(filter_, np.ones(len(held), np.bool_))
    assert mask.tolist() == [matches(filter_, one) for one in held]


@given(
    st.lists(memories(st.integers(1, 3)), min_size=2, max_size=8),
    st.lists(memories(st.integers(1, 3)), min_size=1, max_size=4),
    FILTER,
    st.data(),
)
def test_mask_is_matches_after_removals(
    held: list[Memory], later: list[Memory], filter_: Filter, data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.integers(0, len(held) - 1), max_size=len(held) - 1))
    columns, possible = columns_of(held), np.ones(len(held) + len(later), np.bool_)
    columns.clear(np.array(sorted(gone), np.int64))
    columns.append(later)
    possible[sorted(gone)] = False
    expected = [
        row not in gone and matches(filter_, one) for row, one in enumerate([*held, *later])
    ]
    assert columns.mask(filter_, possible).tolist() == expected

    columns.keep(possible)
    closed_up = columns.mask(filter_, np.ones(int(possible.sum()), np.bool_))
    assert closed_up.tolist() == [fits for row, fits in enumerate(expected) if row not in gone]


@pytest.mark.parametrize("field", ["user_id", "session_id", "subject_ids", "tags", "speaker"])
def test_a_value_goes_with_its_last_row(field: str) -> None:
    secret: Any = ("secret",) if field in ("subject_ids", "tags") else "secret"
    columns = columns_of([memory(n)._replace(**{field: secret}) for n in (1, 2)])
    columns.clear(np.array([0]))
    assert secret in columns.distinct(field)
    columns.clear(np.array([1]))
    assert secret not in columns.distinct(field)


def test_a_code_is_used_again() -> None:
    columns = columns_of([memory(1, user_id="ann")])
    before = columns.nbytes
    columns.clear(np.array([0]))
    assert columns.nbytes < before
    columns.append([memory(2, user_id="bob")])
    possible = np.array([False, True])
    assert columns.mask(parse({"user_id": "bob"}), possible).tolist() == [False, True]
    assert not columns.mask(parse({"user_id": "ann"}), possible).any()


@given(st.lists(memories(st.integers(1, 3)), min_size=1, max_size=6), st.data())
def test_values_by_row(held: list[Memory], data: st.DataObject) -> None:
    """What is read by row is what was put there, whatever went before."""
    gone = data.draw(st.sets(st.integers(0, len(held) - 1), max_size=len(held) - 1))
    columns, everyone = columns_of(held), [*held, *held[:2]]
    columns.clear(np.array(sorted(gone), np.int64))
    columns.append(held[:2])
    rows = np.array([row for row in range(len(everyone)) if row not in gone][::-1])
    left = [everyone[row] for row in rows.tolist()]

    for field in ("speaker", "kind", "subject_ids"):
        column = columns.coded(field)
        values = [getattr(one, field) for one in left]
        assert column.values(rows) == values
        assert [column.value(code) for code in column.codes[rows].tolist()] == values
        assert column.mapped(rows, lambda one: len(one or "")).tolist() == [
            len(one or "") for one in values
        ]
    assert columns.numbers("importance")[rows].tolist() == [one.importance for one in left]
    assert columns.flags("pinned")[rows].tolist() == [one.pinned for one in left]
    assert columns.moments("event_time")[rows].tolist() == [
        (one.event_time - EPOCH) // timedelta(microseconds=1) if one.event_time else NO_TIME
        for one in left
    ]


def test_metadata_is_read_only_where_it_matters() -> None:
    class Trap(dict[str, Any]):
        def __contains__(self, key: object) -> bool:
            raise AssertionError("looked at a row that another part had ruled out")

    columns = columns_of(
        [memory(1, user_id="ann", metadata={"a": 1}), memory(2, metadata=Trap(a=1))]
    )
    filter_ = parse({"AND": [{"metadata.a": 1}, {"user_id": "ann"}]})
    assert columns.mask(filter_, np.ones(2, np.bool_)).tolist() == [True, False]


def test_a_person_is_found_among_many_at_once() -> None:
    columns = columns_of([memory(n, user_id=f"u{n % 500}") for n in range(20_000)])
    filter_, everyone = parse({"user_id": "u7"}), np.ones(20_000, np.bool_)
    assert columns.mask(filter_, everyone).sum() == 40
    fastest = math.inf
    for _ in range(20):
        start = time.perf_counter()
        columns.mask(filter_, everyone)
        fastest = min(fastest, time.perf_counter() - start)
    assert fastest < 0.001
