"""The cache of indexes: loads once, keeps within its budget, forgets on demand."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from memsvc.index.agent_index import AgentIndex
from memsvc.index.cache import CacheStats, IndexCache
from memsvc.index.exact import ExactIndex
from memsvc.index.protocol import MemoryIndex
from tests.index.made import DIMENSION, entry

PLENTY = 1 << 40
SOON = 10.0


class Loader:
    """Makes indexes and counts; waits at `gate` for agents named in `slow`."""

    def __init__(self) -> None:
        self.loads: Counter[int] = Counter()
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.slow: set[int] = set()
        self.broken: set[int] = set()

    def __call__(self, agent_key: int) -> MemoryIndex:
        self.loads[agent_key] += 1
        if agent_key in self.slow:
            self.entered.set()
            assert self.gate.wait(SOON)
        if agent_key in self.broken:
            raise ConnectionError("no database")
        index = ExactIndex(DIMENSION)
        index.apply(1, [entry(1, "x" * 1000)], [])
        return index


ONE = Loader()(1).size_bytes


@pytest.fixture
def loader() -> Loader:
    return Loader()


def test_loads_once(loader: Loader) -> None:
    cache = IndexCache(PLENTY, loader)
    assert cache.peek(1) is None
    index = cache.get(1)
    assert cache.get(1) is index is cache.peek(1)
    assert loader.loads == {1: 1}
    assert cache.stats == CacheStats(agents=1, size_bytes=ONE, hits=1, misses=1, evictions=0)


def test_loads_once_for_all_who_ask_and_blocks_no_others(loader: Loader) -> None:
    loader.slow = {1}
    cache = IndexCache(PLENTY, loader)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(cache.get, 1) for _ in range(4)]
        assert loader.entered.wait(SOON)
        assert cache.get(2) is cache.get(2)
        assert not any(one.done() for one in asked)
        loader.gate.set()
        assert len({id(one.result(SOON)) for one in asked}) == 1
    assert loader.loads == {1: 1, 2: 1}


class Slow(ExactIndex):
    """Tells where it stands as slowly as a database, once `gate` is there."""

    gate: threading.Event | None = None

    def __init__(self) -> None:
        super().__init__(DIMENSION)
        self.entered = threading.Event()

    @property
    def sequence(self) -> int:
        if self.gate is not None:
            self.entered.set()
            assert self.gate.wait(SOON)
        return super().sequence


def test_one_that_tells_slowly_where_it_stands_holds_no_others_up(loader: Loader) -> None:
    slow = Slow()
    cache = IndexCache(PLENTY, lambda agent_key: slow if agent_key == 1 else loader(agent_key))
    cache.get(1)
    slow.gate = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(cache.get, 1)
        assert slow.entered.wait(SOON)
        try:
            assert pool.submit(cache.get, 2).result(SOON / 5) is cache.peek(2)
            assert not asked.done()
        finally:
            slow.gate.set()
        assert asked.result(SOON) is slow


def test_a_failed_load_is_raised_to_all_and_tried_again(loader: Loader) -> None:
    loader.slow, loader.broken = {1}, {1}
    cache = IndexCache(PLENTY, loader)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(cache.get, 1)
        assert loader.entered.wait(SOON)
        others = [pool.submit(cache.get, 1) for _ in range(2)]
        while cache.stats.misses < 3:
            threading.Event().wait(0.001)
        loader.gate.set()
        for one in (first, *others):
            with pytest.raises(ConnectionError):
                one.result(SOON)
    assert loader.loads[1] == 1
    loader.broken = set()
    assert cache.get(1) is cache.peek(1)
    assert loader.loads[1] == 2


def test_lets_go_of_the_least_recently_used(loader: Loader) -> None:
    cache = IndexCache(2 * ONE, loader)
    cache.get(1)
    cache.get(2)
    cache.get(1)
    cache.peek(2)
    cache.get(3)
    assert [agent for agent in (1, 2, 3) if cache.peek(agent)] == [1, 3]
    assert (cache.stats.evictions, cache.stats.size_bytes) == (1, 2 * ONE)


def test_keeps_the_one_asked_for_however_large(loader: Loader) -> None:
    cache = IndexCache(1, loader)
    assert cache.get(1) is cache.peek(1)
    assert cache.get(2) is cache.peek(2)
    assert cache.stats.agents == 1


def test_growth_is_seen_at_the_next_use(loader: Loader) -> None:
    cache = IndexCache(3 * ONE, loader)
    cache.get(1)
    cache.get(2).apply(2, [entry(n, "x" * 1000) for n in range(2, 5)], [])
    assert cache.stats.agents == 2
    cache.get(2)
    assert cache.peek(1) is None
    assert cache.stats.size_bytes > 3 * ONE


def test_drop_and_clear(loader: Loader) -> None:
    cache = IndexCache(PLENTY, loader)
    for agent in (1, 2, 3):
        cache.get(agent)
    cache.drop(1)
    cache.drop(99)
    assert (cache.peek(1), cache.stats.size_bytes) == (None, 2 * ONE)
    cache.clear()
    assert (cache.stats.agents, cache.stats.size_bytes) == (0, 0)
    assert cache.get(2).sequence == 1


@pytest.mark.parametrize("everything", [False, True])
def test_dropped_while_loading_is_not_kept(loader: Loader, everything: bool) -> None:
    loader.slow = {1}
    cache = IndexCache(PLENTY, loader)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(cache.get, 1)
        assert loader.entered.wait(SOON)
        if everything:
            cache.clear()
        else:
            cache.drop(1)
        loader.gate.set()
        assert len(asked.result(SOON)) == 1
    assert cache.peek(1) is None
    assert cache.stats.size_bytes == 0


def test_many_threads_many_agents() -> None:
    cache = IndexCache(50_000, lambda _: AgentIndex(DIMENSION))

    def use(turn: int) -> int:
        index = cache.get(turn % 7)
        index.apply(turn, [entry(turn + 1)], [])
        if turn % 50 == 0:
            cache.drop(turn % 7)
        return len(index)

    with ThreadPoolExecutor(8) as pool:
        assert all(length > 0 for length in pool.map(use, range(500)))
    assert cache.stats.hits + cache.stats.misses == 500
    total = sum(index.size_bytes for key in range(7) if (index := cache.peek(key)))
    assert total < 100_000


def test_letting_one_go_leaves_another_and_discards_nothing(loader: Loader) -> None:
    discarded: list[tuple[int, int | None]] = []

    def discard(agent_key: int, *, at: int | None) -> None:
        discarded.append((agent_key, at))

    cache = IndexCache(PLENTY, loader, discard=discard)
    former = cache.get(1)
    cache.drop(1, at=7)
    other = cache.get(1)
    cache.let_go(1, former)
    assert cache.peek(1) is other
    cache.let_go(1, other)
    assert (cache.peek(1), cache.stats.size_bytes, discarded) == (None, 0, [(1, 7)])
