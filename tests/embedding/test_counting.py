"""Counting tokens: on the safe side, line by line, without limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.embedding.counting import TokenCounter

count = TokenCounter()


@pytest.mark.parametrize(
    ("text", "least"),
    # Tokens of o200k.
    [
        ("", 0),
        ("Hello, world!", 4),
        ("I moved to Lisbon in 2023.", 9),
        ("in 1999", 4),
        ("costs $12.05 and 45%", 9),
        ("PLEASE CHECK THE UNITS", 6),
        ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", 25),
        ("2026-03-01T12:00:00Z", 12),
        ("今日は東京で会議があります。", 8),
        ("👩‍👩‍👧‍👦 family 🎉🎉", 15),
        ("Zażółć gęślą jaźń", 10),
        ("a  b", 3),
        ("a\n\nb", 3),
    ],
)
def test_a_count_is_not_below_that_of_a_large_model(text: str, least: int) -> None:
    assert count(text) >= least


@pytest.mark.parametrize(("text", "most"), [("Hello, world!", 4), ("Ana: I moved to Lisbon.", 8)])
def test_plain_english_is_not_counted_twice(text: str, most: int) -> None:
    assert count(text) <= most


def test_an_unknown_word_counts_by_its_bytes() -> None:
    assert count("🫠" * 50) >= 200
    assert count("x" * 300) >= 300


def test_line_breaks_count() -> None:
    assert count("\n" * 7) == 7
    assert count("a\nb\nc") == count("a b c") + 2


def test_special_tokens_are_text_and_none_is_added() -> None:
    assert count("") == 0
    assert count("[SEP]") >= 3
    assert count("[PAD][MASK]") >= 6


def test_what_cannot_be_seen_counts() -> None:
    assert count("a\u200bb") > count("ab")
    assert count("a" + "\u0301" * 40) >= 80
    assert count("\U000e0041\U000e0042") >= 8


def test_nothing_is_cut_off() -> None:
    assert count("cat " * 10_000) == 10_000


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_a_text_has_no_more_than_its_lines_and_their_breaks(lines: list[str]) -> None:
    text = "\n".join(lines)
    parts = text.split("\n")

    assert count(text) <= sum(map(count, parts)) + len(parts) - 1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_a_count_is_at_least_the_words_and_at_most_the_bytes(text: str) -> None:
    assert len(text.split()) <= count(text) <= 3 * len(text.encode())


def test_threads_count_alike() -> None:
    fresh = TokenCounter()
    texts = [f"Turn {n}: the cat sat on mat {n}." for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fresh, texts)) == [count(text) for text in texts]
