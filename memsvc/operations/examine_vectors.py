"""Whether the vectors are the present model's: by what is stored of them, and by embedding anew."""

from __future__ import annotations

import numpy as np

from memsvc.core.finding import Finding, failure, ok
from memsvc.core.memory import spoken_text
from memsvc.embedding.protocol import Embedder, Vectors
from memsvc.operations.sealed import keys_of, opened, opened_vectors
from memsvc.sealing.keyring import Keyring
from memsvc.store import agents, memories, sampling, state
from memsvc.store.database import Database

MODEL, VECTORS = "model", "vectors"

FEW, MANY = 8, 128
"""The newest memories that are embedded anew, and as many at random."""

LEAST_COSINE = 0.999

UNKNOWN = -1
"""The number of no model."""


def examine_model(embedder: Embedder) -> Finding:
    """The model that runs."""
    identity = embedder.identity
    return ok(MODEL, f"{identity.name}, {identity.dimension} numbers a vector")


def examine_vectors(
    database: Database, keyring: Keyring, embedder: Embedder, sample: int
) -> list[Finding]:
    """Compare stored vectors with the model; `sample` memories twice over are embedded anew."""
    identity = embedder.identity
    with database.snapshot() as tx:
        number = state.model_no(tx, identity.name, identity.dimension, identity.normalised)
        others = state.vectors_of_other_models(tx, UNKNOWN if number is None else number)
        without = sampling.without_vector(tx)
        chosen = sampling.sample(tx, sample) if sample else {}
    if others:
        held = ", ".join(f"{count} of {model}" for model, count in sorted(others.items()))
        return [
            failure(
                VECTORS,
                f"not of the present model {identity.name}: {held}",
                "Stop the service and run `memsvc reindex` with the present settings, or set "
                "MEMSVC_EMBEDDING__MODEL back.",
            )
        ]
    if without:
        return [
            failure(
                VECTORS,
                f"{without} memories have none and are not found",
                "Restore a backup, or delete these memories and write them again.",
            )
        ]
    looked, least = _least_cosine(database, keyring, embedder, chosen)
    if looked and not least >= LEAST_COSINE:
        return [
            failure(
                VECTORS,
                f"embedded anew, a memory differs from its vector (cosine {least:.4f})",
                "Another model bears the name of the one that made them: put its files back, or "
                "give the present one's folder a name of its own and run `memsvc reindex`.",
            )
        ]
    again = f"; {looked} embedded anew agree" if looked else ""
    return [ok(VECTORS, f"all of the present model{again}")]


def _least_cosine(
    database: Database, keyring: Keyring, embedder: Embedder, chosen: dict[int, list[int]]
) -> tuple[int, float]:
    """How many memories were embedded anew, and the worst agreement with what is stored."""
    looked, least = 0, 1.0
    dimension = embedder.identity.dimension
    for agent_key, numbers in chosen.items():
        with database.snapshot() as tx:
            agent = agents.by_key(tx, agent_key)
            rows = memories.some_with_vectors(tx, agent_key, numbers)
            keys = keys_of(keyring, agent, rows)
            stored = {
                row.number: opened_vectors(keyring, keys, agent, row, dimension) for row in rows
            }
            held = opened(keyring, tx, agent, rows, keys)
        fresh = embedder.embed([spoken_text(one.content, one.speaker) for one in held])
        for memory, vectors in zip(held, fresh, strict=True):
            before = stored[memory.number]
            if before is not None:
                looked += 1
                # `min` would pass over what is not a number.
                cosine = _cosine(before, vectors)
                least = cosine if not cosine >= least else least
    return looked, least


def _cosine(before: Vectors, now: Vectors) -> float:
    """Of the pieces that agree least; 0 where one text gave another number of pieces."""
    if before.shape != now.shape:
        return 0.0
    return float((before.astype(np.float64) * now).sum(axis=1).min())
