"""The service in figures: what concerns the process and the database, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from memsvc.runtime import Runtime
from memsvc.sealing.keyring import Tier
from memsvc.store import figures, suppressions
from memsvc.store.transaction import Tx

MOST_LOOKED_AT = 1_000
"""Indexes in RAM that are compared with the database, those used last."""


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """Indexes in the RAM of this process, since it started.

    `lag` is by how many changes those used last are behind the database in all, and `behind` how
    many of them are; each catches up before it answers.
    """

    agents: int
    size_bytes: int
    hits: int
    misses: int
    evictions: int
    behind: int
    lag: int


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """The process that answered, and the whole database, of all tenants.

    `tombstones` is None for who is not to learn that somebody was forgotten.
    """

    tier: Tier
    database: str
    storage_bytes: int
    tombstones: int | None
    indexes: IndexFigures


def process_figures(runtime: Runtime, tx: Tx, *, operator: bool) -> ProcessFigures:
    """The figures of the process and of its database; tombstones are for an `operator`."""
    files = runtime.database.files()
    size = sum(path.stat().st_size for path in files if path.exists())
    return ProcessFigures(
        tier=runtime.keyring.tier,
        database=runtime.database.kind,
        storage_bytes=size or runtime.database.size_bytes(),
        tombstones=suppressions.count_all(tx) if operator else None,
        indexes=index_figures(runtime, tx),
    )


def _standing(runtime: Runtime) -> Mapping[int, int]:
    """Where the indexes that were used last stand, by agent key."""
    last = runtime.indexes.last_used(MOST_LOOKED_AT)
    if runtime.large is not None:
        return runtime.large.sequences(last)
    return {agent_key: index.sequence for agent_key, index in last.items()}


def index_figures(runtime: Runtime, tx: Tx) -> IndexFigures:
    """The indexes in RAM, and how far they are behind what this transaction sees."""
    stats = runtime.indexes.stats
    held = _standing(runtime)
    there = figures.sequences(tx, sorted(held))
    lags = [there[key] - held[key] for key in there if there[key] > held[key]]
    return IndexFigures(
        stats.agents,
        stats.size_bytes,
        stats.hits,
        stats.misses,
        stats.evictions,
        len(lags),
        sum(lags),
    )
