"""What is the same statement to a reader, and what only looks like it."""

from __future__ import annotations

import pytest

from memsvc.core.memory import Kind
from memsvc.core.repetition import without_repetitions, words
from tests.core.made import memory


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("Hello, World!", ["hello", "world"]),
        ("  \u201cDon't\u201d \u2014 she said\u2026 ", ["don't", "she", "said"]),
        ("a-b 3.5 (x)", ["a-b", "3.5", "x"]),
        ("?!", []),
    ],
)
def test_words_are_bare(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "again",
    [
        {"content": "ann moved to lisbon!"},
        {"content": "\u201cAnn  moved\nto Lisbon\u2026\u201d"},
        {"content": "Ann moved to Lisbon", "kind": Kind.SEMANTIC},
        {"content": "Ann moved to Lisbon", "session_id": "another"},
    ],
)
def test_the_same_words_are_shown_once(again: dict) -> None:
    first, second = memory(), memory(id="m2", number=2, **again)

    assert without_repetitions([first, second]) == [first]
    assert without_repetitions([second, first]) == [second]


@pytest.mark.parametrize(
    "other",
    [
        {"content": "Ann never moved to Lisbon"},
        {"content": "Lisbon moved to Ann"},
        {"content": "Ann moved to Lisbon 2"},
        {"speaker": "Bob"},
        {"role": "assistant"},
        {"user_id": "u2"},
        {"subject_ids": ("u2",)},
    ],
)
def test_another_statement_stays(other: dict) -> None:
    both = [memory(), memory(id="m2", number=2, **other)]

    assert without_repetitions(both) == both


def test_signs_alone_are_compared_as_they_are() -> None:
    both = [memory(content="!!"), memory(id="m2", content="??"), memory(id="m3", content="!!")]

    assert without_repetitions(both) == both[:2]
