"""Memories with vectors around centres, as those of texts of some topics lie; all made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from memsvc.bench.sentences import Sentences
from memsvc.core.memory import Channel, Kind, Memory, Status, Trust
from memsvc.index.protocol import Entry

Floats = NDArray[np.float32]

DIMENSION = 384
MEMORIES_PER_CENTRE = 50
TO_CENTRE = 0.75
"""Cosine of a vector with its centre, about: as of sentences of one topic."""
PART = 1_000
START = datetime(2026, 1, 1, tzinfo=UTC)
SHARES = {"half": 2, "fifth": 5, "tenth": 10, "hundredth": 100, "thousandth": 1_000}
"""Of every so many memories one has the tag."""


class Clustered:
    """Memories, vectors and questions, the same for one seed."""

    def __init__(self, memories: int, questions: int, seed: int) -> None:
        self._memories = memories
        self._chance = np.random.default_rng(seed)
        self._sentences = Sentences(seed)
        self.centres = max(memories // MEMORIES_PER_CENTRE, 10)
        self._centres = _units(self._chance, self.centres)
        self.vectors = self._drawn(memories)
        self.queries = self._drawn(questions)
        self.questions = self._sentences.questions(questions)

    def parts(self) -> Iterator[tuple[int, list[Entry]]]:
        """All memories, with how many that makes."""
        for start in range(0, self._memories, PART):
            vectors = self.vectors[start : start + PART]
            yield start + len(vectors), self._entries(start, vectors)

    def later(self, count: int) -> list[Entry]:
        """Further memories."""
        return self._entries(self._memories, self._drawn(count))

    def _entries(self, start: int, vectors: Floats) -> list[Entry]:
        texts = self._sentences.statements(len(vectors))
        return [
            Entry(_memory(start + at, text), vectors[at, None]) for at, text in enumerate(texts)
        ]

    def _drawn(self, count: int) -> Floats:
        centres = self._centres[self._chance.integers(0, self.centres, count)]
        apart = _units(self._chance, count) * np.float32((1 / TO_CENTRE**2 - 1) ** 0.5)
        return _normalised(centres + apart)


def _memory(number: int, content: str) -> Memory:
    moment = START + timedelta(seconds=number)
    return Memory(
        number=number,
        id=f"m{number}",
        agent_id="bench",
        version=1,
        kind=Kind.EPISODIC,
        status=Status.ACTIVE,
        trust=Trust.USER,
        channel=Channel.USER,
        content=content,
        created_at=moment,
        updated_at=moment,
        user_id=f"user-{number % 7}",
        session_id=f"session-{number // 30}",
        # Whose turn it is goes by a number that has nothing to do with places: those are in order.
        tags=tuple(name for name, share in SHARES.items() if number * 7919 % share == 0),
    )


def _units(chance: np.random.Generator, count: int) -> Floats:
    return _normalised(chance.standard_normal((count, DIMENSION), np.float32))


def _normalised(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
