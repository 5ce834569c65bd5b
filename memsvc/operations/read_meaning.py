"""Read what statements mean: with one run of the model for their texts and for their templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from memsvc.core.frames import frames_of
from memsvc.core.frames.frame import OPEN
from memsvc.core.frames.masking import MOST, Template, templates
from memsvc.core.frames.meaning import Meanings, Reading
from memsvc.core.frames.subject import who
from memsvc.core.memory import Cardinality, Draft, Memory, spoken_text
from memsvc.core.statements import is_statement
from memsvc.embedding.protocol import Vectors
from memsvc.runtime import Runtime


class Embedded(NamedTuple):
    """Vectors of a text, shape (pieces, dimension), and how it is read by its meaning."""

    vectors: Vectors
    read: tuple[Reading, ...]


class Kept(Protocol):
    """Vectors that are kept, and made where they are not there yet."""

    def vectors(self) -> Vectors:
        """One row for each prototype; waits for them, and raises EmbeddingUnavailable."""
        ...

    def close(self) -> None:
        """Make no more of them."""
        ...


class KeptMeanings:
    """Reads statements by their meaning with kept vectors of the prototypes."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._meanings: Meanings | None = None

    def meanings(self) -> Meanings:
        """What reads them; waits for the vectors, and raises EmbeddingUnavailable without."""
        found = self._meanings
        if found is None:
            found = self._meanings = Meanings(self._kept.vectors())
        return found

    def close(self) -> None:
        """Make no more vectors."""
        self._kept.close()


def embed_and_read(runtime: Runtime, told: Sequence[Draft | Memory]) -> list[Embedded]:
    """Embed what is told and read what states something; raises EmbeddingUnavailable.

    The same text is always read the same way: nothing but it and the model counts.
    """
    texts = [spoken_text(one.content, one.speaker) for one in told]
    masked = [_templates(runtime, one) for one in told]
    texts += [template.text for ones in masked for template in ones]
    found = runtime.embedder.embed(texts) if texts else []
    left = iter(found[len(told) :])
    return [
        Embedded(vectors, _read(runtime, one, ones, [next(left)[0] for _ in ones]))
        for one, vectors, ones in zip(told, found, masked, strict=False)
    ]


def _templates(runtime: Runtime, one: Draft | Memory) -> tuple[Template, ...]:
    if runtime.meaning is None or one.fact is not None or not is_statement(one):
        return ()
    # Where the words are known, another reading is rare, and each costs a run of the model.
    known = any(not frame.relation.startswith(OPEN) for frame in frames_of(one))
    return templates(one.content, most=1 if known else MOST)


def _read(
    runtime: Runtime, one: Draft | Memory, masked: Sequence[Template], rows: Sequence[Vectors]
) -> tuple[Reading, ...]:
    if not masked or runtime.meaning is None:
        return ()
    beside = [frame for frame in frames_of(one) if frame.cardinality is Cardinality.ONE]
    return runtime.meaning.meanings().read(masked, np.stack(rows), who(one), beside)
