"""Excerpts: the sentence around a name, on one line, never longer than it may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.excerpts import around
from memsvc.core.quoting import SHORT, shortened


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("It rains. Call Maria! Then sleep.", "Maria", "Call Maria!"),
        ("Maria", "Maria", "Maria"),
        ("One line\nwith Maria\nand more", "Maria", "with Maria"),
        ("Dr. Maria is in. Bye.", "Maria", "Maria is in."),
        ("She met\tMaria   there", "Maria", "She met Maria there"),
        (
            "\u4eca\u65e5\u3002\u5c71\u7530\u3067\u3059\u3002",
            "\u5c71\u7530",
            "\u5c71\u7530\u3067\u3059\u3002",
        ),
    ],
)
def test_the_sentence_is_shown(text: str, word: str, shown: str) -> None:
    at = text.index(word)

    assert around(text, at, at + len(word)) == shown


def test_of_a_long_sentence_what_stands_around() -> None:
    text = f"{'so and ' * 80}Maria came {'so and ' * 80}"
    at = text.index("Maria")

    shown = around(text, at, at + 5)

    assert "Maria came" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= SHORT


@given(st.text(max_size=900), st.integers(0, 900), st.integers(0, 300))
def test_whatever_the_text_it_fits(text: str, start: int, length: int) -> None:
    start = min(start, len(text))

    shown = around(text, start, min(len(text), start + length))

    assert len(shown) <= SHORT
    assert "\n" not in shown
    assert len(shortened(text)) <= SHORT
