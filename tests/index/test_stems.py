"""Words of one stem are one word."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.index.stems import stems
from memsvc.index.terms import terms
from tests.index.made import WORDS


@pytest.mark.parametrize(
    "words",
    [
        ("paint", "painted", "painting", "paints"),
        ("move", "moved", "moving", "moves"),
        ("pony", "ponies"),
        ("running", "runs", "run"),
        ("hobby", "hobbies"),
    ],
)
def test_forms_of_a_word(words: tuple[str, ...]) -> None:
    assert len(set(stems(words).values())) == 1


@pytest.mark.parametrize(
    "word", ["3.5", "v1.2", "10:30", "東京", "malerei\u00dfs", "w499", "garçons"]
)
def test_other_than_plain_words_stand_as_they_are(word: str) -> None:
    assert stems([word]) == {word: word}


def test_different_words_stay_apart() -> None:
    assert len(set(stems(("tea", "team", "lisbon", "news", "new", "ann", "anna")).values())) == 7


@given(st.sets(st.one_of(st.sampled_from(WORDS), st.text(min_size=1))))
def test_each_has_one_and_together_the_same_as_alone(words: set[str]) -> None:
    found = stems(words)
    assert found.keys() == words
    assert all(found.values())
    assert all(stems([word]) == {word: found[word]} for word in words)


@given(st.text())
def test_of_any_text(text: str) -> None:
    words = terms(text)
    assert stems(set(words)).keys() == set(words)


def test_none() -> None:
    assert stems([]) == {}


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"{letter}{ending}" for letter in ("paint", "mov", "walk") for ending in ("ing", "ed")]
    expected, wrong = stems(words), list[dict[str, str]]()

    def stem() -> None:
        for _ in range(2000):
            found = stems(words)
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=stem) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
