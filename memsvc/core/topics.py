"""What a request is about, and which memories are about that: certainly, perhaps, or not.

A memory seldom names its topic: of health it says "My knee was operated on". A topic that is listed
(`core.topic.lists`) is therefore held against the others: whose sentences is the memory most like?
For whatever else a request names, its own words and their likeness alone decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from memsvc.core.evidence import Floats, Ints, Marks
from memsvc.core.topic.lists import TOPICS, Topic

# Fitted on invented sentences of six topics under all-MiniLM-L6-v2: tests/corpora/topics.json.
# How far a memory must be more like the topic than like any other, and how like it at all.
AHEAD, AHEAD_IF_TOLD = 0.06, -0.02
LIKE, LIKE_IF_TOLD = 0.25, 0.2
BEHIND, BEHIND_IF_TOLD = -0.08, -0.2
MOST_LIKE = 3
"""Of so many of a topic's sentences, those most like a memory, likeness is the mean."""
ALIKE, ALIKE_AT_ALL = 0.5, 0.28
MOST_WORDS = 0.6
SEVERAL = 4
"""So many words at most are one topic that some of them narrow: "mental health"."""

_EMPTY = frozenset(
    """
    problem problems issue issues matter matters situation habits habit life plans plan history
    status information details detail preferences preference favourite favorite things stuff
    personal private concerns affairs state background activities experiences question questions
    """.split()  # noqa: SIM905
)
"""Words that narrow no topic."""


class Level(IntEnum):
    """How far a memory is of a topic."""

    OUT = 0
    UNCERTAIN = 1
    CERTAIN = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A topic as a request has it: its words, and the listed topic that they call, if any.

    `narrowed`: other words say which part of the listed topic is meant.
    """

    words: tuple[str, ...]
    listed: Topic | None = None
    narrowed: bool = False

    @property
    def question(self) -> str:
        """What is embedded for its own words."""
        return " ".join(self.words)

    @property
    def telling(self) -> frozenset[str]:
        """Words, any of which speaks for the listed topic."""
        return self.listed.telling | self.listed.called if self.listed else frozenset()


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of n memories beside one topic.

    likeness    (n,) by name of a listed topic: cosine with its sentences (`likeness`)
    phrase      (n,) cosine with the topic's own words
    said        (n,) share of these words that the memory holds
    told        (n,) bool: whether it holds a telling word
    """

    likeness: Mapping[str, Floats]
    phrase: Floats
    said: Floats
    told: Marks


def asked(words: Sequence[str]) -> tuple[Asked, ...]:
    """The topics of a request's words: one for each that is listed, one for all other words."""
    listed: dict[str, list[str]] = {}
    others: list[str] = []
    for word in words:
        found = next((one.name for one in TOPICS if word in one.called), None)
        if found is not None:
            listed.setdefault(found, []).append(word)
        elif word not in _EMPTY:
            others.append(word)
    by_name = {one.name: one for one in TOPICS}
    if others and len(listed) == 1 and len(words) <= SEVERAL:
        [name] = listed
        return (Asked(tuple(words), by_name[name], narrowed=True),)
    topics = tuple(Asked(tuple(called), by_name[name]) for name, called in listed.items())
    rest = tuple(others) if others or listed else tuple(words)
    return (*topics, Asked(rest)) if rest else topics


def likeness(cosines: Floats) -> Floats:
    """From cosines with a topic's sentences, (n, sentences), how like it each memory is."""
    best: Floats = np.sort(cosines, axis=1)[:, -MOST_LIKE:].mean(axis=1)
    return best


def judged(topic: Asked, signs: Signs) -> tuple[Ints, Floats]:
    """Level of each memory, and a score in [0, 1] by which to order them."""
    levels, scores = _by_words(topic, signs)
    if topic.listed is not None:
        others = [held for name, held in signs.likeness.items() if name != topic.listed.name]
        like = signs.likeness[topic.listed.name]
        ahead = like - np.max(np.stack(others), axis=0)
        certain = (ahead >= AHEAD) & (like >= LIKE)
        certain |= signs.told & (ahead >= AHEAD_IF_TOLD) & (like >= LIKE_IF_TOLD)
        perhaps = (ahead >= BEHIND) | (signs.told & (ahead >= BEHIND_IF_TOLD))
        most = Level.UNCERTAIN if topic.narrowed else Level.CERTAIN
        listed = np.where(certain, int(most), np.where(perhaps, int(Level.UNCERTAIN), 0))
        if not topic.narrowed:
            # Its name in another sense ("a healthy economy") is no certainty.
            levels = np.minimum(levels, int(Level.UNCERTAIN))
        levels = np.maximum(levels, listed)
        scores = np.maximum(scores, np.clip(0.5 + 2.0 * ahead + 0.1 * signs.told, 0.0, 1.0))
    return levels, scores


def _by_words(topic: Asked, signs: Signs) -> tuple[Ints, Floats]:
    most = signs.said >= (1.0 if len(topic.words) == 1 else MOST_WORDS)
    certain = most | (signs.phrase >= ALIKE)
    perhaps = (signs.said > 0.0) | (signs.phrase >= ALIKE_AT_ALL)
    if topic.listed is not None and not topic.narrowed:
        # What its sentences are like says more than its name.
        perhaps = signs.said > 0.0
    levels = np.where(certain, int(Level.CERTAIN), np.where(perhaps, int(Level.UNCERTAIN), 0))
    scores: Floats = np.clip(np.maximum(signs.phrase, signs.said), 0.0, 1.0)
    return levels, scores
