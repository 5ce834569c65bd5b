"""Wiring of the indexes: where they lie, and what builds them there."""

from __future__ import annotations

from collections.abc import Callable

from memsvc.config import Pgvector, Settings
from memsvc.embedding.protocol import ModelIdentity
from memsvc.errors import StartupError
from memsvc.index.cache import IndexCache
from memsvc.index.pgvector.index import PgvectorIndex
from memsvc.index.protocol import MemoryIndex
from memsvc.operations.large_agents import LargeAgents
from memsvc.runtime import Safe
from memsvc.sealing.index_seal import IndexSeal
from memsvc.store.kinds import is_postgres
from memsvc.store.pgvector.indexes import PgVector, drop_indexes


def build_indexes(
    settings: Settings, small: Callable[[int], MemoryIndex], large: LargeAgents | None
) -> IndexCache:
    """The cache of indexes: all in RAM, or those of large agents in the database."""
    budget = settings.index_budget_mb * 2**20
    if large is None:
        return IndexCache(budget, small)
    return IndexCache(budget, large.load, large.standing, large.discard)


def build_large(
    settings: Settings, safe: Safe, model: ModelIdentity, small: Callable[[int], MemoryIndex]
) -> LargeAgents | None:
    """Indexes in the database, None unless they are set; former ones are dropped then.

    Raises StartupError where the database cannot have them.
    """
    readable = settings.index.pgvector
    if not is_postgres(settings.url):
        if readable is not Pgvector.OFF:
            raise StartupError(
                "MEMSVC_INDEX__PGVECTOR needs PostgreSQL: set MEMSVC_DATABASE_URL to a server with "
                "the extension pgvector, or set it off."
            )
        return None
    if readable is Pgvector.OFF:
        drop_indexes(settings.url)
        return None
    words_shown = readable is Pgvector.VECTORS_AND_WORDS
    tables = PgVector(settings.url, f"{readable} {model.name}", model.dimension)
    tables.prepare()

    def new(agent_key: int) -> PgvectorIndex:
        seal = IndexSeal(safe.keyring, agent_key)
        return PgvectorIndex(tables, agent_key, seal, model.dimension, words_shown=words_shown)

    above = settings.index.pgvector_above
    return LargeAgents(
        safe.database,
        safe.keyring,
        model.dimension,
        tables,
        above,
        PgvectorIndex,
        new,
        small,
    )
