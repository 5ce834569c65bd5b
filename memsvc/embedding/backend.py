"""What a model runner promises to the batching layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from memsvc.embedding.protocol import ModelIdentity, Vectors


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that fits the model's window.

    `length` counts tokens, special ones included, or what comes nearest to them. A backend fills
    `ids` or `text`, whichever its `run` reads.
    """

    length: int
    ids: Sequence[int] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one run should take at most: pieces, and tokens with the padding counted."""

    pieces: int
    tokens: int

    def holds(self, count: int, longest: int) -> bool:
        """Whether `count` pieces padded to `longest` fit; a single piece always does."""
        return count <= 1 or (count <= self.pieces and count * longest <= self.tokens)


class Backend(Protocol):
    """Runs one model. All methods are safe to call from many threads at once."""

    @property
    def identity(self) -> ModelIdentity:
        """The model behind the vectors."""
        ...

    @property
    def budget(self) -> Budget:
        """The size of a run beyond which a larger one is no faster."""
        ...

    def split(self, text: str) -> list[Piece]:
        """Overlapping pieces that cover the text; at least one, even for an empty text."""
        ...

    def run(self, pieces: Sequence[Piece], *, alone: bool) -> Vectors:
        """Rows of unit length, shape (pieces, dimension), float32, in the order given.

        `alone` says that nothing else runs now, so the backend may use the whole machine. Raises
        EmbeddingUnavailable.
        """
        ...

    def close(self) -> None:
        """Let go of the model; nothing runs any more."""
        ...
