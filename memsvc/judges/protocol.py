"""What a re-ranker promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Relevance = NDArray[np.float32]


class Reranker(Protocol):
    """Reads a query and a text together. Safe to call from many threads at once."""

    def relevance(self, query: str, texts: Sequence[str]) -> Relevance:
        """How well each text answers the query: shape (texts,), float32, each in [0, 1].

        The same pair gets the same number, whatever else is asked beside it. Takes as long as a
        model takes to read every pair: never call it inside a transaction. Raises
        RerankerUnavailable.
        """
        ...

    def close(self) -> None:
        """Finish the run under way and let go of the model; whoever asks later is refused."""
        ...


@dataclass(frozen=True, slots=True)
class Reranking:
    """A re-ranker and what is made of it.

    The `candidates` best of a search are read again; `weight` in [0, 1] is the share that the
    re-ranker's number has in their relevance.
    """

    reranker: Reranker
    candidates: int
    weight: float
