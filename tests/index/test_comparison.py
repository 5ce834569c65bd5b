"""Comparisons prepared for many values mean what the filters' own means."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.filters import compare
from memsvc.index.comparison import list_tester

TEXT = st.sampled_from(["", "a", "A", "b", "ab", "ß", "ss"])
VALUE = st.none() | st.lists(TEXT, max_size=3).map(tuple)
WANTED = TEXT | st.none() | st.integers(0, 1) | st.booleans()


@given(VALUE, st.sampled_from(["eq", "contains", "icontains"]), TEXT)
def test_one_text_is_looked_for(value: tuple[str, ...] | None, operator: str, wanted: str) -> None:
    assert list_tester(operator, wanted)(value) == compare(value, operator, wanted)


@given(VALUE, WANTED)
def test_anything_may_be_looked_for(value: tuple[str, ...] | None, wanted: Any) -> None:
    assert list_tester("eq", wanted)(value) == compare(value, "eq", wanted)


@given(VALUE, st.lists(WANTED, max_size=3).map(tuple))
def test_one_of_several_is_looked_for(
    value: tuple[str, ...] | None, wanted: tuple[Any, ...]
) -> None:
    assert list_tester("in", wanted)(value) == compare(value, "in", wanted)
