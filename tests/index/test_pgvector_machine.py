"""Whatever is added, replaced and removed, `PgvectorIndex` answers as the oracle does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from memsvc.index.exact import ExactIndex
from memsvc.index.pgvector import index as index_module
from memsvc.index.pgvector import search
from memsvc.index.pgvector.index import PgvectorIndex
from memsvc.store.pgvector.indexes import PgVector
from tests.index.made import DIMENSION
from tests.index.pgvector import drop, index_in
from tests.index.test_machine import FEW, IndexMachine

_TABLES: list[PgVector] = []


@pytest.fixture(autouse=True, scope="module")
def _database(tables: PgVector) -> Iterator[None]:
    _TABLES[:] = [tables]
    yield
    _TABLES.clear()


class PgvectorMachine(IndexMachine):
    """Few memories: all are proposed, and every field is the oracle's."""

    words_shown = True
    graph_from = index_module.GRAPH_FROM

    def __init__(self) -> None:
        super().__init__()
        self.patch.setattr(search, "ALL_UP_TO", self.all_up_to)
        self.patch.setattr(index_module, "GRAPH_FROM", self.graph_from)
        self.made: PgvectorIndex = index_in(_TABLES[0], DIMENSION, words_shown=self.words_shown)
        self.index = self.made
        self.oracle = ExactIndex(DIMENSION)

    def teardown(self) -> None:
        drop(_TABLES[0], self.made)
        super().teardown()


class SealedWordsMachine(PgvectorMachine):
    """The same, where words are sealed."""

    words_shown = False


class ProposingMachine(PgvectorMachine):
    """Many memories, for so low a bound: the best are proposed, with the oracle's evidence."""

    all_up_to = FEW


class GraphMachine(ProposingMachine):
    """As if there were too many even to compare those that meet a filter: the graph proposes."""

    graph_from = -1
    """It is there from the beginning, for it comes only with a building."""

    def __init__(self) -> None:
        super().__init__()
        self.patch.setattr(search, "LEAST_EXACT", 2)
        self.patch.setattr(search, "EXACT_PER_MEMORY", 0)


TestPgvectorMachine = PgvectorMachine.TestCase
TestSealedWordsMachine = SealedWordsMachine.TestCase
TestProposingMachine = ProposingMachine.TestCase
TestGraphMachine = GraphMachine.TestCase
for _case in (TestPgvectorMachine, TestSealedWordsMachine, TestProposingMachine, TestGraphMachine):
    _case.settings = settings(max_examples=5, stateful_step_count=20, deadline=None)
del _case  # or pytest would take it for one more
