"""Agents too large for RAM: their indexes lie in the database (`store.pgvector`).

An index there outlives processes, and several share it. It is derived all the same: what is wrong
with it, or not known to be right, is dropped and built anew from the rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from memsvc.errors import MemsvcError, Unavailable
from memsvc.index.protocol import BuildableIndex, MemoryIndex
from memsvc.operations.indexing import PROGRESS_EVERY, bring_up, each_part
from memsvc.runtime import Runtime
from memsvc.sealing.keyring import Keyring
from memsvc.store import agents, memories
from memsvc.store.database import Database
from memsvc.store.pgvector.indexes import Head, PgVector

log: Any = structlog.get_logger("memsvc.index")

REBUILD_AFTER = timedelta(days=1)
"""So long what was erased may lie in free room of large tables, before they are built anew."""
LOOK_AGAIN_S = 0.2
EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class LargeAgents:
    """Indexes in a database, of agents with `above` memories or more; the others' are `small`.

    `kind` is the class of what `new` makes; `small` loads an index into RAM.
    """

    database: Database
    keyring: Keyring
    dimension: int
    tables: PgVector
    above: int
    kind: type[BuildableIndex]
    new: Callable[[int], BuildableIndex]
    small: Callable[[int], MemoryIndex]

    def load(self, agent_key: int) -> MemoryIndex:
        """The agent's index, wherever it belongs; built if need be, by one process alone."""
        with self.database.snapshot() as tx:
            total = memories.count(tx, agent_key)
        index = self.new(agent_key)
        stands = index.sequence >= 0
        if not self._belongs(total, stands=stands):
            if stands:
                self.discard(agent_key)
            return self.small(agent_key)
        while index.sequence < 0:
            with self.database.claim(_name(agent_key)) as claimed:
                if claimed and index.sequence < 0:
                    self._build(agent_key, index)
                    return index
            if not claimed:
                time.sleep(LOOK_AGAIN_S)
        return index

    def standing(self, agent_key: int) -> MemoryIndex | None:
        """The agent's index, if it lies in the database."""
        index = self.new(agent_key)
        return index if index.sequence >= 0 else None

    def discard(self, agent_key: int, *, at: int | None = None) -> None:
        """Drop the agent's index; the next who wants it builds it anew.

        With `at` only one that stands there.
        """
        self.tables.drop(agent_key, at=at)

    def tidy(self, runtime: Runtime) -> bool:
        """Have no index hold what was erased: follow, drop, vacuum, build anew.

        Processes follow by themselves; this is for agents that nobody asks for any more, and for
        what a crash left. False where one may hold something still: somebody builds it, others use
        its tables, or it failed.
        """
        tidied = 0
        heads = self.tables.heads()
        for head in heads:
            # The others are looked after whatever becomes of this one; the next round tries again.
            with suppress(MemsvcError):
                tidied += self._tidy(runtime, head.agent_key)
        return tidied == len(heads)

    def sequences(self, indexes: Mapping[int, MemoryIndex]) -> dict[int, int]:
        """Where indexes stand, by agent key: those in the database are asked about together."""
        there = {head.agent_key: head.sequence for head in self.tables.heads() if head.ready}
        return {
            agent_key: there.get(agent_key, -1) if isinstance(index, self.kind) else index.sequence
            for agent_key, index in indexes.items()
        }

    def close(self) -> None:
        """Let go of the connections."""
        self.tables.close()

    def _tidy(self, runtime: Runtime, agent_key: int) -> bool:
        with runtime.database.snapshot() as tx:
            agent = agents.any_by_key(tx, agent_key)
        now = runtime.clock.now()
        with self.database.claim(_name(agent_key)) as claimed:
            if not claimed:
                # Somebody is building it: what else there is waits for the end of that.
                return False
            # Looked at only now: who had it before may have finished what was half built.
            head = self.tables.head(agent_key)
            if agent is None or head is None or not head.ready:
                self.discard(agent_key)
                return True
            if head.sequence < agent.sequence:
                bring_up(runtime, agent_key, agent.sequence)
            if self._is_to_be_built_anew(head, now):
                return self._build(agent_key, self.new(agent_key))
            swept = self._swept(agent_key)
        self.tables.vacuum(agent_key, now)
        return swept

    def _swept(self, agent_key: int) -> bool:
        """Drop tables that are not searched; False where others read them still."""
        try:
            self.tables.sweep(agent_key)
        except Unavailable:
            return False
        return True

    def _is_to_be_built_anew(self, head: Head, now: datetime) -> bool:
        if head.erased_since is not None and now - head.erased_since >= REBUILD_AFTER:
            return True
        return self.kind.wants_graph(head.pieces) and not head.has_graph

    def _belongs(self, total: int, *, stands: bool) -> bool:
        # One that is there stays until the agent is much smaller: it would come and go.
        return total >= self.above or (stands and 2 * total >= self.above)

    def _build(self, agent_key: int, index: BuildableIndex) -> bool:
        """Build it, beside the one that is searched, and put it in its place.

        False where others read the former tables, which then stay until they are swept.
        """
        index.begin()
        done = sequence = 0
        for part in each_part(self.database, self.keyring, self.dimension, agent_key):
            sequence = part.sequence
            index.fill(part.entries)
            done += len(part.entries)
            if done % PROGRESS_EVERY < memories.CHUNK and part.total > PROGRESS_EVERY:
                log.info("index_warm_up", agent_key=agent_key, done=done, total=part.total)
        index.filled(sequence)
        return self._swept(agent_key)


def _name(agent_key: int) -> str:
    return f"index {agent_key}"


class Tidying:
    """The job of one scheduler: call it every second, it looks once a minute."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    def __call__(self, runtime: Runtime) -> None:
        """Tidy the indexes in the database, where there are any."""
        now = runtime.clock.now()
        seen = self._looked_at
        if runtime.large is not None and (seen is None or not timedelta(0) <= now - seen < EVERY):
            self._looked_at = now
            runtime.large.tidy(runtime)
