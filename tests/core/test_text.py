"""Texts as others' libraries can take them."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.fingerprint import normalised
from memsvc.core.text import HIGHEST_PILE, stream_safe, well_formed
from memsvc.index.terms import terms

PILE = "\u0315\u0300\u0323\u0316"


@given(st.text())
def test_what_is_well_formed_stays(text: str) -> None:
    whole = "".join(char for char in text if not "\ud800" <= char <= "\udfff")
    assert well_formed(whole) == whole
    well_formed(text).encode()


@given(st.text(), st.integers(0, HIGHEST_PILE))
def test_a_pile_that_writing_knows_stays(text: str, height: int) -> None:
    letter = "x" + PILE[0] * height
    assert stream_safe(letter) == letter
    assert len(stream_safe(text)) <= len(text)


def test_a_higher_pile_is_cut() -> None:
    assert stream_safe(f"a{PILE * 100}b") == f"a{(PILE * 8)[:HIGHEST_PILE]}b"


@pytest.mark.parametrize(
    "of", [normalised, terms, lambda text: unicodedata.normalize("NFC", stream_safe(text))]
)
def test_piles_are_put_in_order_in_no_time(of: object) -> None:
    assert callable(of)
    of("é")
    began = time.process_time()
    of("a" + PILE * 8000)
    assert time.process_time() - began < 0.25
