"""One text for one value, and values of one reading."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.canonical import canonical, decoded, encoded, instant, instant_in, values_in

whole = st.integers(-(2**53) + 1, 2**53 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    scalars | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
)
objects = st.dictionaries(texts, values)


def turned(value: Any) -> Any:
    """The same with the names of every object in the opposite order."""
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(value)}
    return [turned(one) for one in value] if isinstance(value, list) else value


def test_the_example_of_rfc_8785() -> None:
    given_text = (
        '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",'
        '"literals":[null,true,false]}'
    )

    assert canonical(json.loads(given_text)).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@given(objects)
def test_every_text_of_an_object_leads_to_the_same(value: dict) -> None:
    once = canonical(value)

    assert canonical(turned(value)) == once
    for indent in (None, 2):
        for plain in (True, False):
            [again] = values_in(json.dumps(turned(value), indent=indent, ensure_ascii=plain))
            assert canonical(again) == once


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), float("nan"), float("inf"), "\ud800", b"bytes", {"\ud800": 1}, {1: 2}, {1}],
)
def test_what_has_no_canonical_text(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical({"value": value})


def test_nesting_ends() -> None:
    deep: list = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(ValueError, match="deep"):
        canonical({"value": deep})
    with pytest.raises(ValueError, match="deep"):
        list(values_in("[" * 100_000))


@given(st.binary(max_size=70))
def test_bytes_have_one_text(value: bytes) -> None:
    assert decoded(encoded(value)) == value


@given(st.binary(min_size=1, max_size=70), st.data())
def test_no_other_text_stands_for_the_same_bytes(value: bytes, data: st.DataObject) -> None:
    text = encoded(value)
    place = data.draw(st.integers(0, len(text) - 1))
    other = text[:place] + data.draw(st.characters()) + text[place + 1 :]
    if other != text:
        with suppress(ValueError):
            assert decoded(other) != value


@pytest.mark.parametrize("text", ["A", "AB", "AA=", "AA==", "A A", "+/+/", "é", "AAA\n"])
def test_what_is_no_text_of_bytes(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        decoded(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_come_back(at: datetime) -> None:
    assert instant(at).endswith("Z")
    assert instant_in(instant(at)) == at


def test_a_time_is_told_in_utc() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))

    assert instant(at) == "2026-03-01T10:00:00Z"
    assert instant(at.replace(microsecond=5)) == "2026-03-01T10:00:00.000005Z"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-03-01", "2026-03-01T12:00:00", "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant_in(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        (" \n", []),
        ("{}", [{}]),
        ('{"a":1}\n{"a":2}\n', [{"a": 1}, {"a": 2}]),
        ('{"a":1}{"a":2}', [{"a": 1}, {"a": 2}]),
        ("[1, 2]\r\n", [[1, 2]]),
    ],
)
def test_values_follow_each_other(text: str, read: list) -> None:
    assert list(values_in(text)) == read


@pytest.mark.parametrize(
    "text",
    ["{", "nothing", '{"a":1,"a":1}', '{"b":[{"a":1,"a":2}]}', "NaN", "[-Infinity]", "{} x"],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(values_in(text))
