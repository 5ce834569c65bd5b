"""The indexes in RAM: one per agent, least recently used ones let go over a memory budget."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Protocol

from memsvc.index.allocator import give_back
from memsvc.index.protocol import MemoryIndex

GIVE_BACK_EVERY = 64 * 2**20
"""So many bytes of indexes loaded leave enough behind to be worth giving back."""


@dataclass(frozen=True, slots=True)
class CacheStats:
    """Figures for metrics; `size_bytes` is the sum of the last estimates."""

    agents: int
    size_bytes: int
    hits: int
    misses: int
    evictions: int


class Discard(Protocol):
    """Drops an agent's index that outlives the process; with `at` only one that stands there."""

    def __call__(self, agent_key: int, /, *, at: int | None) -> None: ...


@dataclass(slots=True)
class _Held:
    index: MemoryIndex
    size_bytes: int
    sequence: int = -1


def _none(_agent_key: int) -> None:
    """No index outlives the process."""


def _nothing(_agent_key: int, *, at: int | None) -> None:
    """There is nothing more to drop."""


class IndexCache:
    """`get` loads an agent's index once, however many ask at the same time.

    Loading one agent blocks nobody who asks for another. An index that was let go stays good for
    those who hold it; it is only not handed out again.

    Some outlive the process, where `standing` finds them: they count as loaded, and dropping one
    discards it. Letting one go for room does not.
    """

    def __init__(
        self,
        budget_bytes: int,
        load: Callable[[int], MemoryIndex],
        standing: Callable[[int], MemoryIndex | None] = _none,
        discard: Discard = _nothing,
    ) -> None:
        self._budget_bytes = budget_bytes
        self._load = load
        self._standing = standing
        self._discard = discard
        self._lock = Lock()
        self._held: OrderedDict[int, _Held] = OrderedDict()
        self._loading: dict[int, Future[MemoryIndex]] = {}
        self._epochs: dict[int, int] = {}
        self._size_bytes = 0
        self._hits = self._misses = self._evictions = 0
        self._loaded_bytes = 0

    @property
    def stats(self) -> CacheStats:
        """How full the cache is and how it did since the start."""
        with self._lock:
            return CacheStats(
                len(self._held), self._size_bytes, self._hits, self._misses, self._evictions
            )

    def get(self, agent_key: int) -> MemoryIndex:
        """The agent's index, loaded if need be.

        What `load` raises is raised to all who wait for it; the next call loads again.
        """
        with self._lock:
            held = self._held.get(agent_key)
            others = self._loading.get(agent_key)
            mine: Future[MemoryIndex] = Future()
            if held is not None:
                self._hits += 1
                self._held.move_to_end(agent_key)
            else:
                self._misses += 1
                self._loading.setdefault(agent_key, mine)
        if held is not None:
            # Outside the lock: one that lies in a database asks it where it stands.
            if held.sequence != held.index.sequence:
                # Something was added since its size was taken.
                self._settle(agent_key, held.index, future=None)
            return held.index
        return others.result() if others else self._load_now(agent_key, mine)

    def last_used(self, most: int) -> dict[int, MemoryIndex]:
        """The indexes that were used last, no more than `most`, by agent key."""
        with self._lock:
            last = islice(reversed(self._held.items()), most)
            return {agent_key: held.index for agent_key, held in last}

    def peek(self, agent_key: int) -> MemoryIndex | None:
        """The agent's index if it is there already; does not count as use."""
        with self._lock:
            held = self._held.get(agent_key)
        return held.index if held else self._standing(agent_key)

    def saw_erasures(self, agent_key: int, epoch: int) -> bool:
        """Note the agent's erasure epoch; whether it moved since it was noted last."""
        with self._lock:
            before = self._epochs.get(agent_key, epoch)
            self._epochs[agent_key] = epoch
            return before != epoch

    def let_go(self, agent_key: int, index: MemoryIndex) -> None:
        """Hand this index out no more. What outlives the process stays, and so does another."""
        with self._lock:
            held = self._held.get(agent_key)
            if held is not None and held.index is index:
                self._let_go(agent_key)

    def drop(self, agent_key: int, *, at: int | None = None) -> None:
        """Forget the agent's index; one being loaded still answers those who wait for it.

        With `at` one that outlives the process is discarded only if it stands there: others may
        have put another one in its place.
        """
        with self._lock:
            self._loading.pop(agent_key, None)
            self._let_go(agent_key)
        self._discard(agent_key, at=at)

    def clear(self) -> None:
        """Forget every index."""
        with self._lock:
            self._loading.clear()
            self._held.clear()
            self._size_bytes = 0

    def _load_now(self, agent_key: int, future: Future[MemoryIndex]) -> MemoryIndex:
        try:
            index = self._load(agent_key)
            self._settle(agent_key, index, future)
        except BaseException as error:
            with self._lock:
                if self._loading.get(agent_key) is future:
                    del self._loading[agent_key]
            future.set_exception(error)
            raise
        future.set_result(index)
        self._tidy(index.size_bytes)
        return index

    def _tidy(self, loaded_bytes: int) -> None:
        with self._lock:
            self._loaded_bytes += loaded_bytes
            due = self._loaded_bytes >= GIVE_BACK_EVERY
            if due:
                self._loaded_bytes = 0
        if due:
            give_back()

    def _settle(
        self, agent_key: int, index: MemoryIndex, future: Future[MemoryIndex] | None
    ) -> None:
        """Note the index as just used, with its present size, and let go of others over budget."""
        # Outside the lock: an estimate may take a while, and other agents need not wait for it.
        sequence, size_bytes = index.sequence, index.size_bytes
        with self._lock:
            if future is not None:
                # Dropped while it was loaded: what it was read from may be gone.
                if self._loading.get(agent_key) is not future:
                    return
                del self._loading[agent_key]
                self._held[agent_key] = _Held(index, 0)
            held = self._held.get(agent_key)
            if held is None or held.index is not index:
                return
            self._size_bytes += size_bytes - held.size_bytes
            held.size_bytes, held.sequence = size_bytes, sequence
            self._held.move_to_end(agent_key)
            while self._size_bytes > self._budget_bytes and len(self._held) > 1:
                self._let_go(next(iter(self._held)))
                self._evictions += 1

    def _let_go(self, agent_key: int) -> None:
        held = self._held.pop(agent_key, None)
        if held is not None:
            self._size_bytes -= held.size_bytes
