"""Indexes in a real database, for the tests of this room."""

from __future__ import annotations

from itertools import count

from memsvc.index.pgvector.index import PgvectorIndex
from memsvc.sealing.index_seal import IndexSeal
from memsvc.sealing.plain import PlainKeyring
from memsvc.sealing.root import RootKey
from memsvc.store.pgvector.indexes import PgVector

KEYRING = PlainKeyring(RootKey(bytes(range(32))))
_agents = count(1)


def index_in(tables: PgVector, dimension: int, *, words_shown: bool = True) -> PgvectorIndex:
    """An empty index of an agent of its own."""
    agent = next(_agents)
    seal = IndexSeal(KEYRING, agent)
    index = PgvectorIndex(tables, agent, seal, dimension, words_shown=words_shown)
    index.begin()
    index.filled(0)
    return index


def drop(tables: PgVector, index: PgvectorIndex) -> None:
    """Drop its tables: nothing of the agent is left in them."""
    tables.drop(index._agent_key)
