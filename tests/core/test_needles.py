"""Many byte strings are found at once, as each alone would be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.needles import Needles
from memsvc.core.residue import SHORTEST_BYTES

# Few letters: what differs shares many an anchor.
alike = st.binary(min_size=SHORTEST_BYTES, max_size=24).map(
    lambda raw: bytes(b"ab \0"[one % 4] for one in raw)
)
needles = st.lists(alike | st.binary(min_size=SHORTEST_BYTES, max_size=24), max_size=8)


@given(needles, st.lists(alike | st.binary(max_size=30), max_size=12))
def test_all_that_find_would_find(wanted: list[bytes], parts: list[bytes]) -> None:
    block = b"".join(parts)

    assert list(Needles(wanted).within(block)) == [
        (index, block.find(needle)) for index, needle in enumerate(wanted) if needle in block
    ]


@given(needles.filter(bool), st.binary(max_size=9), st.binary(max_size=9), st.data())
def test_one_that_is_there_is_found(
    wanted: list[bytes], before: bytes, after: bytes, data: st.DataObject
) -> None:
    index = data.draw(st.integers(min_value=0, max_value=len(wanted) - 1))

    assert index in dict(Needles(wanted).within(before + wanted[index] + after))


@pytest.mark.parametrize("length", range(SHORTEST_BYTES, 20))
def test_every_length_at_every_offset(length: int) -> None:
    needle = bytes(range(1, length + 1))
    finder = Needles([needle])

    assert all(
        list(finder.within(bytes(offset) + needle + bytes(rest))) == [(0, offset)]
        for offset in range(20)
        for rest in range(9)
    )
    assert not list(finder.within(needle[:-1] + b"\0" + needle[1:]))


def test_the_longest_is_known() -> None:
    finder = Needles([b"canary", b"canaries"])

    assert (len(finder), finder.longest) == (2, 8)
    assert (len(Needles([])), Needles([]).longest) == (0, 0)
    assert list(Needles([]).within(b"canary")) == []


def test_a_short_needle_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="6 bytes") as refused:
        Needles([b"canary", b"Annie"])

    assert "Annie" not in str(refused.value)
