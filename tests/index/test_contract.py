"""What `MemoryIndex` promises, asked of every implementation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from memsvc.core.filters import parse
from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import Entry, MemoryIndex, Probe
from tests.index.made import DIMENSION, PALETTE, entry, memory, numbers_of, pieces

Build: TypeAlias = Callable[[int], MemoryIndex]


@pytest.fixture(params=[AgentIndex, ExactIndex])
def index(request: pytest.FixtureRequest) -> MemoryIndex:
    build: Build = request.param
    return build(DIMENSION)


def test_empty(index: MemoryIndex) -> None:
    assert (len(index), index.sequence) == (0, 0)
    assert index.search([Probe(PALETTE[0], "tea")])[0] == []
    assert index.find(memory(0, "nobody said this")) == []
    assert index.size_bytes >= 0


def test_sequence_and_length(index: MemoryIndex) -> None:
    index.apply(7, [entry(1), entry(2)], [99])
    assert (len(index), index.sequence) == (2, 7)
    index.apply(9, [], [1])
    assert (len(index), index.sequence) == (1, 9)


def test_both_arms(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "tea"), entry(2, "coffee"), entry(3, "tea and coffee")], [])
    found = {one.number: one for one in index.search([Probe(PALETTE[2], "tea")])[0]}
    assert found[2].dense == pytest.approx(1.0)
    assert (found[2].dense_rank, found[2].lexical_rank, found[2].lexical) == (1, None, 0.0)
    assert (found[1].lexical_rank, found[3].lexical_rank) == (1, 2)
    assert found[1].lexical > found[3].lexical > 0.0
    assert sorted(one.dense_rank or 0 for one in found.values()) == [1, 2, 3]


def test_speaker_is_read_with_the_text(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "likes tea", speaker="Ann"), entry(2, "likes tea")], [])
    found = index.search([Probe(PALETTE[0], "ann")])[0]
    assert [one.lexical_rank for one in found] == [1, None]


def test_pool_bounds_each_arm(index: MemoryIndex) -> None:
    index.apply(1, [entry(n, "tea" if n > 10 else "coffee") for n in range(1, 21)], [])
    found = index.search([Probe(PALETTE[1], "tea", pool=3)])[0]
    assert sorted(one.dense_rank for one in found if one.dense_rank) == [1, 2, 3]
    assert sorted(one.lexical_rank for one in found if one.lexical_rank) == [1, 2, 3]
    assert all(one.dense != 0.0 for one in found)


def test_best_piece_counts(index: MemoryIndex) -> None:
    index.apply(1, [Entry(memory(1), pieces(3, 0)), Entry(memory(2), pieces(3, 3))], [])
    found = index.search([Probe(PALETTE[4], "", pool=1)])[0]
    assert [(one.number, one.dense_rank) for one in found] == [(2, 1)]
    assert found[0].dense == pytest.approx(1.0)


def test_pool_counts_memories_not_pieces(index: MemoryIndex) -> None:
    near = np.repeat(PALETTE[:1], 500, axis=0)
    entries = [Entry(memory(n), near) for n in range(1, 4)]
    index.apply(1, [*entries, *(entry(n) for n in range(4, 30))], [])
    found = index.search([Probe(PALETTE[0], "", pool=10)])[0]
    assert len(found) == 10
    assert {1, 2, 3} < set(numbers_of(found))


@pytest.mark.parametrize("order", [1, -1])
def test_ties_go_by_number(index: MemoryIndex, order: int) -> None:
    same = [Entry(memory(n, "tea"), PALETTE[:1]) for n in range(1, 200)]
    index.apply(1, same[::order], [])
    found = index.search([Probe(PALETTE[0], "tea", pool=5)])[0]
    assert [(c.number, c.dense_rank, c.lexical_rank) for c in found] == [
        (n, n, n) for n in range(1, 6)
    ]


def test_filter(index: MemoryIndex) -> None:
    index.apply(1, [entry(n, "tea", user_id="ann" if n % 5 else "bob") for n in range(1, 101)], [])
    found = index.search([Probe(PALETTE[1], "tea", parse({"user_id": "bob"}), pool=50)])[0]
    assert numbers_of(found) == list(range(5, 101, 5))
    ranks = range(1, 21)
    assert sorted(one.dense_rank or 0 for one in found) == list(ranks)
    assert sorted(one.lexical_rank or 0 for one in found) == list(ranks)
    assert index.search([Probe(PALETTE[1], "tea", parse({"user_id": "eve"}))])[0] == []


def test_replacing(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "tea", user_id="ann"), entry(2, "coffee")], [])
    before = memory(1, "tea", user_id="ann")
    index.apply(2, [Entry(memory(1, "milk", user_id="bob"), PALETTE[5:6])], [])
    assert len(index) == 2
    assert all(one.lexical == 0.0 for one in index.search([Probe(PALETTE[0], "tea")])[0])
    assert numbers_of(index.search([Probe(PALETTE[0], "", parse({"user_id": "bob"}))])[0]) == [1]
    assert index.search([Probe(PALETTE[0], "", parse({"user_id": "ann"}))])[0] == []
    assert index.find(before) == []
    assert index.find(memory(1, "milk", user_id="bob")) == [1]


def test_last_of_one_number_counts_and_removal_wins(index: MemoryIndex) -> None:
    index.apply(1, [entry(1, "tea"), entry(1, "milk"), entry(2, "tea")], [2])
    assert len(index) == 1
    assert [one.lexical for one in index.search([Probe(PALETTE[0], "tea")])[0]] == [0.0]


def test_find_gives_all_numbers_ascending(index: MemoryIndex) -> None:
    index.apply(1, [entry(3, "Tea"), entry(5, "tea"), entry(4, "milk")], [])
    tea = memory(0, "tea ")
    assert index.find(tea) == [3, 5]
    index.apply(2, [], [3])
    assert index.find(tea) == [5]
    index.apply(3, [], [5])
    assert index.find(tea) == []


def test_old_numbers_may_come_late(index: MemoryIndex) -> None:
    index.apply(1, [entry(10, "tea")], [])
    index.apply(2, [entry(4, "tea")], [])
    index.apply(3, [], [4])
    assert numbers_of(index.search([Probe(PALETTE[0], "tea")])[0]) == [10]


@pytest.mark.parametrize("shape", [(0, DIMENSION), (1, DIMENSION + 1), (DIMENSION,)])
def test_vectors_of_another_shape_change_nothing(
    index: MemoryIndex, shape: tuple[int, ...]
) -> None:
    index.apply(1, [entry(1)], [])
    with pytest.raises(ValueError, match=r"shape|vector"):
        index.apply(2, [entry(2), Entry(memory(3), np.zeros(shape, np.float32))], [1])
    assert (len(index), index.sequence) == (1, 1)


def test_a_step_is_taken_only_from_where_the_index_stands(index: MemoryIndex) -> None:
    assert index.apply(5, [entry(1, "tea")], []) is True
    assert index.apply(7, [entry(2, "tea")], [1], after=6) is False
    assert (numbers_of(index.search([Probe(PALETTE[0], "tea")])[0]), index.sequence) == ([1], 5)
    assert index.apply(7, [entry(2, "tea")], [1], after=5) is True
    assert (numbers_of(index.search([Probe(PALETTE[0], "tea")])[0]), index.sequence) == ([2], 7)
