"""What an embedder promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made a vector; stored with every vector.

    Two vectors can be compared only when their identities are equal. `name` names the model and
    not the backend that runs it: ONNX Runtime and PyTorch give the same vectors.
    """

    name: str
    dimension: int
    normalised: bool = True


class Embedder(Protocol):
    """Turns texts into unit vectors. Safe to call from many threads at once."""

    @property
    def identity(self) -> ModelIdentity:
        """The model behind the vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        """One array of shape (pieces, dimension) per text, float32, rows of unit length.

        A text beyond the model's window is cut into overlapping pieces. Raises
        EmbeddingUnavailable when the backend cannot answer.
        """
        ...

    def embed_queries(self, texts: Sequence[str]) -> list[Vectors]:
        """One unit vector of shape (dimension,) per text; repeats come from a bounded cache.

        A query beyond the window is the normalised mean of its pieces.
        """
        ...

    def forget(self) -> None:
        """Drop every cached query and vector: an erasure must not live on in RAM."""
        ...

    def close(self) -> None:
        """Finish running batches and stop worker threads."""
        ...
