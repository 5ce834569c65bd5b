"""On topic: which of some memories are about what a request names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from memsvc.core.evidence import Floats
from memsvc.core.memory import Memory
from memsvc.core.names.written import words_of
from memsvc.core.topic.lists import TOPICS
from memsvc.core.topics import Asked, Level, Signs, judged, likeness
from memsvc.embedding.protocol import Vectors
from memsvc.index.protocol import MemoryIndex
from memsvc.runtime import Runtime


class OnTopic(NamedTuple):
    """How far a memory is of the topic, with a score in [0, 1] to order by."""

    level: Level
    score: float


class TopicEyes:
    """Topics made ready to be looked for: their words embedded, those of listed ones too."""

    def __init__(self, runtime: Runtime, topics: Sequence[Asked]) -> None:
        self._topics = topics
        embed = runtime.embedder.embed_queries
        self._phrases = np.stack(embed([one.question for one in topics]))
        self._sentences: dict[str, Vectors] = {}
        if any(one.listed for one in topics):
            lengths = [len(one.sentences) for one in TOPICS]
            found = np.stack(embed([text for one in TOPICS for text in one.sentences]))
            parts = np.split(found, np.cumsum(lengths)[:-1])
            self._sentences = {one.name: part for one, part in zip(TOPICS, parts, strict=True)}

    def look(
        self, index: MemoryIndex, found: Sequence[Memory], vectors: Sequence[Vectors]
    ) -> list[OnTopic]:
        """Judge memories of one agent with their vectors, (pieces, dimension) each."""
        if not found:
            return []
        like = {name: likeness(_cosines(vectors, held)) for name, held in self._sentences.items()}
        best = [OnTopic(Level.OUT, 0.0)] * len(found)
        phrases = _cosines(vectors, self._phrases)
        for at, topic in enumerate(self._topics):
            levels, scores = judged(topic, _signs(index, found, topic, like, phrases[:, at]))
            ranked = zip(levels.tolist(), scores.tolist(), strict=True)
            each = [OnTopic(Level(level), score) for level, score in ranked]
            best = [max(one, other) for one, other in zip(best, each, strict=True)]
        return best


def _cosines(vectors: Sequence[Vectors], queries: Vectors) -> Floats:
    """Of the best piece of each memory with each query: (memories, queries)."""
    starts = np.cumsum([0, *(len(one) for one in vectors)])[:-1]
    of_pieces = np.concatenate(vectors) @ queries.T
    best: Floats = np.maximum.reduceat(of_pieces, starts, axis=0).astype(np.float64)
    return best


def _signs(
    index: MemoryIndex,
    found: Sequence[Memory],
    topic: Asked,
    like: Mapping[str, Floats],
    phrase: Floats,
) -> Signs:
    numbers = np.array([one.number for one in found])
    holds = [np.isin(numbers, index.naming([word])) for word in topic.words]
    said: Floats = np.mean(np.stack(holds), axis=0)
    # A speaker called Cook has not spoken of food.
    called = {word.bare for one in found if one.speaker for word in words_of(one.speaker)}
    told = np.zeros(len(found), np.bool_)
    for word in sorted(topic.telling - called):
        told |= np.isin(numbers, index.naming([word]))
    return Signs(like, phrase, said, told)
