"""A deterministic double for tests: words hashed into signed buckets, no model, no meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np

from memsvc.embedding.backend import Budget, Piece
from memsvc.embedding.protocol import ModelIdentity, Vectors

WINDOW, OVERLAP = 64, 8
WORD = re.compile(r"\w+|[^\w\s]")
TRIGRAM_WEIGHT = 0.2
# Several signed buckets a word, so that one collision does not make strangers alike.
BUCKETS = 8


class HashingBackend:
    """Texts that share words, or parts of words, get similar vectors.

    One text gives one vector, to the bit, in whatever company it runs. Never a default: it knows
    no synonyms, and a service that fell back to it would seem to work.
    """

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity("hashing", self._dimension)

    @property
    def budget(self) -> Budget:
        return Budget(pieces=32, tokens=32 * WINDOW)

    def split(self, text: str) -> list[Piece]:
        words = WORD.findall(text.casefold())
        step = WINDOW - OVERLAP
        starts = range(0, max(1, len(words) - OVERLAP), step)
        return [_piece(words[start : start + WINDOW]) for start in starts]

    def run(self, pieces: Sequence[Piece], *, alone: bool) -> Vectors:
        rows = np.empty((len(pieces), self._dimension), dtype=np.float32)
        for row, piece in enumerate(pieces):
            rows[row] = self._vector(piece.text)
        return rows

    def close(self) -> None:
        """Nothing to stop."""

    def _vector(self, text: str) -> Vectors:
        sums = np.zeros(self._dimension)
        for feature, weight in _features(text):
            digest = blake2b(feature.encode(), digest_size=2 * BUCKETS).digest()
            for at in range(0, len(digest), 2):
                number = int.from_bytes(digest[at : at + 2], "big")
                sums[(number >> 1) % self._dimension] += weight if number & 1 else -weight
        if not sums.any():
            sums[0] = 1.0
        return (sums / np.linalg.norm(sums)).astype(np.float32)


def _piece(words: Sequence[str]) -> Piece:
    return Piece(max(1, len(words)), text=" ".join(words))


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in text.split():
        yield word, 1.0
        marked = f"^{word}$"
        for start in range(len(marked) - 2):
            yield f"3:{marked[start : start + 3]}", TRIGRAM_WEIGHT
