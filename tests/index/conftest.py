"""Every `MemoryIndex` there is, for the tests of what all promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import MemoryIndex
from memsvc.store.pgvector.indexes import PgVector
from tests.databases import fresh_database
from tests.index.made import DIMENSION
from tests.index.pgvector import drop, index_in

Build: TypeAlias = Callable[[int], MemoryIndex]


@pytest.fixture(scope="session")
def tables(postgres: str) -> Iterator[PgVector]:
    """A database for indexes of `DIMENSION`, which no index leaves anything in."""
    with fresh_database(postgres) as url:
        made = PgVector(url, "tests", DIMENSION)
        made.prepare()
        yield made
        made.close()


@pytest.fixture(params=[AgentIndex, ExactIndex, "words", "vectors"])
def index(request: pytest.FixtureRequest) -> Iterator[MemoryIndex]:
    build: Build | str = request.param
    if not isinstance(build, str):
        yield build(DIMENSION)
        return
    tables = request.getfixturevalue("tables")
    made = index_in(tables, DIMENSION, words_shown=build == "words")
    yield made
    drop(tables, made)
