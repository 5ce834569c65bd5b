"""What one utterance is like."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.utterance import Trait, traits

ASKED = Trait.QUESTION | Trait.ASKS


def traits_of(content: str) -> Trait:
    return Trait(traits(content, set(re.findall(r"\w+", content.lower()))))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", Trait.NONE),
        ("I painted a lake.", Trait.NONE),
        ("Did you paint?", ASKED),
        ("Did you paint? I did.", Trait.QUESTION),
        ("Did you paint?  \n", ASKED),
        ("?", ASKED),
        ("你画了吗\uff1f", ASKED),
        ("هل رسمت\u061f", ASKED),
        ("I painted yesterday.", Trait.TIMED),
        ("I painted in MAY", Trait.TIMED),
        ("Yesterdays and daylight", Trait.NONE),
        ("I have 3 dogs", Trait.COUNTED),
        ("I have three dogs", Trait.COUNTED),
        ("٣ كلاب", Trait.COUNTED),
        ("Someone, nobody, often", Trait.NONE),
        ("Two years ago? Yes.", Trait.QUESTION | Trait.TIMED | Trait.COUNTED),
        ("At 5 tomorrow?", ASKED | Trait.TIMED | Trait.COUNTED),
    ],
)
def test_marks_digits_and_words_tell(content: str, expected: Trait) -> None:
    assert traits_of(content) == expected


@given(st.text(max_size=30))
def test_what_asks_holds_a_question(content: str) -> None:
    found = traits_of(content)

    assert Trait.QUESTION in found or Trait.ASKS not in found
    assert traits_of(f"{content}?") == found | ASKED
    assert traits_of(f"{content} today") == (found & ~Trait.ASKS) | Trait.TIMED
    assert traits_of(f"{content} 7") == (found & ~Trait.ASKS) | Trait.COUNTED


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_texts_together_have_the_traits_of_both(one: str, other: str) -> None:
    both = traits_of(f"{one} . {other} .")

    assert both == (traits_of(one) | traits_of(other)) & ~Trait.ASKS


def test_words_are_taken_as_given() -> None:
    assert traits("no sign", ["monday", "dozen"]) == Trait.TIMED | Trait.COUNTED
    assert traits("Monday, a dozen", []) == Trait.NONE
