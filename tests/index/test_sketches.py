"""Sketches find what an exact comparison finds, whatever came and went."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from memsvc.core.filters import EVERYTHING, Filter, parse
from memsvc.index import agent_index, holdings
from memsvc.index import pieces as pieces_room
from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.pieces import Pieces
from memsvc.index.protocol import Entry, Vector
from memsvc.index.sketches import Sketches
from tests.index.found import differences_within, numbers_of
from tests.index.made import memory, probe, units

WIDTH = 384


def clouds(count: int, seed: int = 0) -> Vector:
    """Unit vectors around a hundred centres, as texts lie around topics."""
    chance = np.random.default_rng(seed)
    centres = np.random.default_rng(1).standard_normal((100, WIDTH))
    vectors = centres[chance.integers(0, 100, count)] + chance.standard_normal((count, WIDTH))
    unit: Vector = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def filled(vectors: Vector) -> Pieces:
    pieces = Pieces(vectors.shape[1])
    pieces.append(np.arange(len(vectors)), vectors)
    return pieces


def best(found: tuple[NDArray[Any], NDArray[Any]], count: int) -> list[int]:
    rows, cosines = found
    return [int(row) for row in rows[np.argsort(-cosines, kind="stable")[:count]]]


def test_the_best_are_found_among_many() -> None:
    vectors, queries = clouds(40_000), clouds(20, seed=9)
    pieces = filled(vectors)
    assert pieces._sketches is not None
    found = hits = 0
    for query, answer in zip(queries, pieces.nearest(queries, None, 50), strict=True):
        assert len(answer[0]) < 8000
        wanted = np.argsort(-(vectors @ query))[:50]
        found += len(wanted)
        hits += len(set(best(answer, 50)) & set(wanted.tolist()))
        assert np.allclose(answer[1], vectors[answer[0]] @ query, atol=1e-6)
    assert hits / found > 0.99


def test_a_filter_that_leaves_few_is_answered_exactly() -> None:
    vectors, query = clouds(30_000), clouds(1, seed=9)
    within = np.zeros(30_000, np.bool_)
    within[np.argsort(vectors @ query[0])[:500]] = True  # the farthest of all
    rows, _ = filled(vectors).nearest(query, within, 10)[0]
    assert rows.tolist() == np.flatnonzero(within).tolist()


def test_a_filter_that_leaves_many_restricts_the_sketches() -> None:
    vectors, query = clouds(60_000), clouds(1, seed=9)
    within = np.arange(60_000) % 2 == 0
    answer = filled(vectors).nearest(query, within, 10)[0]
    assert within[answer[0]].all()
    wanted = [row for row in np.argsort(-(vectors @ query[0])).tolist() if within[row]][:10]
    assert best(answer, 10) == wanted


def test_every_piece_of_a_row_counts() -> None:
    """The best piece of a row decides, also when another one brought the row in."""
    vectors, query = clouds(30_000), clouds(1, seed=9)[0]
    pieces = filled(vectors)
    pieces.append(np.array([5, 5]), np.stack([query, -query]))
    rows, cosines = pieces.nearest(query[None], None, 10)[0]
    assert cosines[rows == 5].tolist() == pytest.approx([1.0])


def test_what_was_removed_is_gone_and_the_rest_found_as_if_it_had_never_been() -> None:
    vectors, queries = clouds(45_000), clouds(5, seed=9)
    winding, straight = filled(vectors), Pieces(WIDTH)
    gone = np.flatnonzero(np.random.default_rng(3).random(45_000) < 0.3)
    winding.remove(gone)
    kept = np.setdiff1d(np.arange(45_000), gone)
    # Another order, and in parts.
    for part in np.array_split(np.random.default_rng(4).permutation(kept), 7):
        straight.append(part, vectors[part])
    for one, other in zip(
        winding.nearest(queries, None, 50), straight.nearest(queries, None, 50), strict=True
    ):
        assert one[0].tolist() == other[0].tolist()
        assert one[1].tobytes() == other[1].tobytes()
    sketches = winding._sketches
    assert sketches is not None
    assert len(sketches._bytes) == 64 * len(kept)
    assert not sketches._bytes._buffer[len(sketches._bytes) :].any()


def test_removed_sketches_leave_no_bytes() -> None:
    vectors = units(100, WIDTH)
    sketches = Sketches(WIDTH)
    sketches.append(vectors)
    secret = sketches._codes[40].tobytes()
    assert secret in sketches._bytes._buffer.tobytes()
    sketches.move(np.array([99]), np.array([40]))
    sketches.cut(99)
    assert secret not in sketches._bytes._buffer.tobytes()


@pytest.mark.parametrize("width", [8, 64, 512, 768, 1536])
def test_any_width_has_sketches(width: int) -> None:
    vectors = units(3000, width)
    sketches = Sketches(width)
    sketches.append(vectors)
    near = sketches.near(vectors[17], None, 100)
    assert 17 in near.tolist()
    assert 100 <= len(near) < 1000
    assert sketches.nbytes >= 3000 * max(64, width // 8)


def test_all_that_tie_are_compared() -> None:
    """Many copies of one vector: none of them is cut off by chance."""
    vectors = np.concatenate([units(50, WIDTH), np.repeat(units(1, WIDTH, seed=5), 300, axis=0)])
    sketches = Sketches(WIDTH)
    sketches.append(vectors)
    assert set(range(50, 350)) <= set(sketches.near(vectors[60], None, 10).tolist())


def test_so_many_are_compared_as_the_largest_pool_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_index, "ALL_UP_TO", 100)
    monkeypatch.setattr(pieces_room, "EXACT_UP_TO", 100)
    monkeypatch.setattr(pieces_room, "_compared", lambda _count: 4)
    vectors, index = clouds(3000), AgentIndex(WIDTH)
    index.apply(1, [Entry(memory(n), vectors[n, None]) for n in range(3000)], [])
    probes = [probe(clouds(1, seed=9)[0], "", pool=pool) for pool in (1, 60, 1)]
    found = [numbers_of(one) for one in index.search(probes)]
    assert [len(one) for one in found] == [1, 60, 1]
    best = np.argsort(-(vectors @ probes[0].vector))[:60]
    assert len(set(found[1]) & set(best.tolist())) > 55
    assert found[0] == found[2] == best[:1].tolist()


@pytest.mark.parametrize("filter_", [EVERYTHING, parse({"user_id": "u1"})])
def test_the_whole_index_answers_as_the_oracle_with_sketches_too(
    filter_: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_index, "ALL_UP_TO", 100)
    monkeypatch.setattr(holdings, "SAMPLE", 10_000)
    monkeypatch.setattr(pieces_room, "EXACT_UP_TO", 100)
    monkeypatch.setattr(pieces_room, "_compared", lambda _count: 400)
    vectors = clouds(1500)
    entries = [
        Entry(memory(n, f"tea w{n % 40}", user_id=f"u{n % 2}"), vectors[n : n + 1 + n % 2])
        for n in range(1400)
    ]
    index, oracle = AgentIndex(WIDTH), ExactIndex(WIDTH)
    for one in (index, oracle):
        one.apply(1, entries, [])
        one.apply(2, entries[:90], list(range(200, 500)))
    for at, query in enumerate(clouds(8, seed=9)):
        asked = probe(query, f"tea w{at}", filter_, pool=10)
        found, expected = index.search([asked])[0], oracle.search([asked])[0]
        near = expected.numbers[np.argsort(-expected.dense, kind="stable")[:10]]
        assert set(near.tolist()) <= set(numbers_of(found))
        assert len(numbers_of(found)) < 30
        assert differences_within(found, expected) == []
