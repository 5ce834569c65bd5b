"""Topics: what a request's words call, and what the signs of a memory come to."""

from __future__ import annotations

import numpy as np
import pytest

from memsvc.core.topic.lists import TOPICS
from memsvc.core.topics import Level, Signs, asked, judged, likeness


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        (["health"], [(("health",), "health", False)]),
        (["money", "travel"], [(("money",), "money", False), (("travel",), "travel", False)]),
        (["mental", "health"], [(("mental", "health"), "health", True)]),
        (["health", "problems"], [(("health",), "health", False)]),
        (["knee", "surgery"], [(("knee", "surgery"), None, False)]),
        (["salary"], [(("salary",), None, False)]),
        (["problems"], [(("problems",), None, False)]),
    ],
)
def test_what_words_call(words: list[str], topics: list[tuple[object, ...]]) -> None:
    found = [(one.words, one.listed and one.listed.name, one.narrowed) for one in asked(words)]

    assert found == topics


def test_no_word_calls_two_topics_and_each_has_sentences() -> None:
    called = [word for one in TOPICS for word in one.called]

    assert len(called) == len(set(called))
    assert all(len(one.sentences) >= 3 for one in TOPICS)


def signs(
    ahead: float = 0.0,
    like: float = 0.5,
    phrase: float = 0.0,
    said: float = 0.0,
    told: bool = False,
) -> Signs:
    """Of one memory, beside health."""
    likenesses = {one.name: np.array([like - ahead]) for one in TOPICS}
    likenesses["health"] = np.array([like])
    return Signs(likenesses, np.array([phrase]), np.array([said]), np.array([told]))


def level(words: str, of: Signs) -> Level:
    [topic] = asked(words.split())
    levels, scores = judged(topic, of)
    assert 0.0 <= scores[0] <= 1.0
    return Level(levels[0])


def test_a_memory_is_of_the_topic_that_it_is_most_like() -> None:
    assert level("health", signs(ahead=0.1)) is Level.CERTAIN
    assert level("health", signs(ahead=0.0)) is Level.UNCERTAIN
    assert level("health", signs(ahead=-0.15)) is Level.OUT
    assert level("health", signs(ahead=0.1, like=0.1)) is Level.UNCERTAIN


def test_a_telling_word_helps_and_is_not_enough() -> None:
    assert level("health", signs(ahead=0.0, told=True)) is Level.CERTAIN
    assert level("health", signs(ahead=-0.15, told=True)) is Level.UNCERTAIN
    assert level("health", signs(ahead=-0.4, told=True)) is Level.OUT
    assert level("health", signs(ahead=-0.4, said=1.0)) is Level.UNCERTAIN


def test_of_a_narrowed_topic_the_topic_alone_is_uncertain() -> None:
    assert level("mental health", signs(ahead=0.3)) is Level.UNCERTAIN
    assert level("mental health", signs(ahead=0.3, said=1.0)) is Level.CERTAIN


def test_other_words_go_by_themselves() -> None:
    assert level("kayak", signs(said=1.0)) is Level.CERTAIN
    assert level("kayak", signs(phrase=0.6)) is Level.CERTAIN
    assert level("kayak", signs(phrase=0.3)) is Level.UNCERTAIN
    assert level("kayak", signs(phrase=0.1, ahead=0.4)) is Level.OUT
    assert level("knee surgery", signs(said=0.5)) is Level.UNCERTAIN


def test_likeness_is_the_mean_of_the_best() -> None:
    assert likeness(np.array([[0.1, 0.9, 0.6, 0.3]])) == pytest.approx([0.6])
