"""Names: the same however they are written, and their own name."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.names import LONGEST, is_name, normalised_name
from tests.core.handbook.lines import ODD


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Check units", "behavior_check_units"),
        ("behavior_check_units", "behavior_check_units"),
        ("Behavior: check-units!", "behavior_check_units"),
        ("`behaviour_check_units`", "behavior_check_units"),
        ("behavior_behavior_check", "behavior_check"),
        ("Don't guess", "behavior_dont_guess"),
        ("Stra\u00dfe pr\u00fcfen, \u00e6 \u00f8", "behavior_strasse_prufen_ae_o"),
        ("ign\u200bore", "behavior_ignore"),
        ("\uff21\uff22\uff11", "behavior_ab1"),
        ("behavioral cues", "behavior_behavioral_cues"),
        ("a" * 99, "behavior_" + "a" * 55),
        ("word " * 20, "behavior_" + "word_" * 10 + "word"),
    ],
)
def test_written_one_way_or_another(written: str, name: str) -> None:
    assert normalised_name(written) == name


@pytest.mark.parametrize("written", ["", " \n", "behavior", "Behavior_", "!?", "\u691c\u7b97"])
def test_nothing_left_is_no_name(written: str) -> None:
    with pytest.raises(ValueError, match="needs a letter"):
        normalised_name(written)
    assert not is_name(written)


@given(st.one_of(ODD, st.text()))
def test_a_name_is_its_own_and_case_is_nothing(written: str) -> None:
    try:
        name = normalised_name(written)
    except ValueError:
        assert not re.search(r"[02-9]", written)
        return
    assert re.fullmatch(r"behavior_[a-z0-9]+(?:_[a-z0-9]+)*", name)
    assert len(name) <= LONGEST
    assert normalised_name(name) == name
    assert is_name(name)
    assert normalised_name(written.casefold()) == name
    assert normalised_name(f" {written}!\u200b") == name


def test_long_texts_take_no_time() -> None:
    began = time.perf_counter()
    for text in ("a" * 10**6, "_" * 10**6, "e" + "\u0301\u0316" * 10**5, "behavior_" * 10**5 + "x"):
        normalised_name(text + "x" if text[0] == "_" else text)

    assert time.perf_counter() - began < 10
