"""Whatever is added, replaced and removed, `AgentIndex` answers as the oracle does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from memsvc.core.filters import EVERYTHING, Filter, parse
from memsvc.core.memory import Memory
from memsvc.core.ranking import Candidate
from memsvc.index import agent_index
from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import Entry, Probe
from tests.index.made import DIMENSION, FILTER, PALETTE, WORDS, memories, memory, pieces, units

NUMBERS = st.integers(1, 12)
MEMORIES = memories(NUMBERS)
ENTRY = st.builds(
    Entry, MEMORIES, st.builds(pieces, st.integers(1, 3), st.integers(0, len(PALETTE) - 1))
)
QUERIES = units(6, seed=1)
PROBE = st.builds(
    Probe,
    st.integers(0, len(QUERIES) - 1).map(lambda place: QUERIES[place]),
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
    st.one_of(st.just(EVERYTHING), FILTER),
    st.integers(1, 6),
)


@pytest.fixture(autouse=True, scope="module")
def _close_up_often() -> Any:
    patch = pytest.MonkeyPatch()
    patch.setattr(agent_index, "FEWEST_EMPTY_ROWS", 2)
    yield
    patch.undo()


def same(found: list[Candidate], expected: list[Candidate]) -> bool:
    def exact_parts(candidates: list[Candidate]) -> list[tuple[int, int | None, int | None]]:
        return [(one.number, one.dense_rank, one.lexical_rank) for one in candidates]

    return exact_parts(found) == exact_parts(expected) and np.allclose(
        [(one.dense, one.lexical) for one in found],
        [(one.dense, one.lexical) for one in expected],
        rtol=0,
        atol=1e-5,
    )


class IndexMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.index = AgentIndex(DIMENSION)
        self.oracle = ExactIndex(DIMENSION)
        self.sequence = 0

    @rule(entries=st.lists(ENTRY, max_size=6), removed=st.lists(NUMBERS, max_size=4))
    def apply(self, entries: list[Entry], removed: list[int]) -> None:
        self.sequence += 1
        self.index.apply(self.sequence, entries, removed)
        self.oracle.apply(self.sequence, entries, removed)

    @rule(probe=PROBE)
    def search(self, probe: Probe) -> None:
        assert same(self.index.search([probe])[0], self.oracle.search([probe])[0])

    @rule(one=MEMORIES)
    def find(self, one: Memory) -> None:
        assert self.index.find(one) == self.oracle.find(one)

    @invariant()
    def stands_where_it_should(self) -> None:
        assert (len(self.index), self.index.sequence) == (len(self.oracle), self.sequence)


TestIndexMachine = IndexMachine.TestCase
TestIndexMachine.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@given(
    st.lists(ENTRY, min_size=1, max_size=10, unique_by=lambda one: one.memory.number),
    st.lists(st.tuples(st.lists(ENTRY, max_size=4), st.lists(NUMBERS, max_size=3)), max_size=4),
    st.randoms(use_true_random=False),
    PROBE,
)
def test_scores_do_not_remember(
    held: list[Entry], history: list[tuple[list[Entry], list[int]]], random: Any, probe: Probe
) -> None:
    """The same memories give the same bits, whatever came and went and in whatever order."""
    straight, winding = AgentIndex(DIMENSION), AgentIndex(DIMENSION)
    straight.apply(1, held, [])
    for entries, removed in history:
        winding.apply(1, entries, removed)
    winding.apply(2, [], list(range(1, 13)))
    shuffled = list(held)
    random.shuffle(shuffled)
    cut = random.randint(0, len(shuffled))
    winding.apply(3, shuffled[:cut], [])
    for one in shuffled[cut:]:
        winding.apply(4, [one], [])
    assert winding.search([probe])[0] == straight.search([probe])[0]


def test_bits_do_not_depend_on_place_at_real_width() -> None:
    vectors = units(3000, 384)
    forwards, backwards = AgentIndex(384), AgentIndex(384)
    entries = [Entry(_plain(n), vectors[n, None]) for n in range(3000)]
    forwards.apply(1, entries, [])
    for start in range(0, 3000, 7):
        backwards.apply(1, entries[start : start + 7][::-1], [])
    query = units(1, 384, seed=5)[0]
    for filter_ in (EVERYTHING, _filter("u1")):
        probe = Probe(query, "tea", filter_, pool=100)
        assert forwards.search([probe])[0] == backwards.search([probe])[0]


def _plain(number: int) -> Memory:
    return memory(number, f"tea {number % 17}", user_id=f"u{number % 2}")


def _filter(user_id: str) -> Filter:
    return parse({"user_id": user_id})
