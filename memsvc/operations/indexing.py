"""Keeping an agent's index at the agent's sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, overload

import structlog

from memsvc.core.access import Scope
from memsvc.errors import NotFound
from memsvc.index.protocol import Entry, MemoryIndex
from memsvc.operations.sealed import keys_of, opened, opened_vectors
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.sealing.keyring import Keyring
from memsvc.store import agents, journals, memories
from memsvc.store.agents import Agent
from memsvc.store.database import Database
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

log: Any = structlog.get_logger("memsvc.index")

FEW_CHANGES = 32
"""So many changes an index follows in the time of a search or two."""

_GONE = -1
"""Where an index stands that lay in the database, and that another process dropped."""

PROGRESS_EVERY = 10_000
"""Memories between two lines that tell how far a large agent's index has come."""


def load(
    database: Database,
    keyring: Keyring,
    dimension: int,
    new_index: Callable[[int], MemoryIndex],
    agent_key: int,
) -> MemoryIndex:
    """Build the index of an agent from its rows, as of one moment."""
    index = new_index(dimension)
    for part in each_part(database, keyring, dimension, agent_key):
        index.apply(part.sequence, part.entries, [])
        if len(index) % PROGRESS_EVERY < memories.CHUNK and part.total > PROGRESS_EVERY:
            log.info("index_warm_up", agent_key=agent_key, done=len(index), total=part.total)
    return index


class Part(NamedTuple):
    """Some entries of an agent, as of a sequence, out of `total` memories."""

    sequence: int
    total: int
    entries: Sequence[Entry]


def each_part(
    database: Database, keyring: Keyring, dimension: int, agent_key: int
) -> Iterator[Part]:
    """All of an agent's entries, part by part, as of one moment; a first part has none."""
    with database.snapshot() as tx:
        agent = agents.by_key(tx, agent_key)
        total = memories.count(tx, agent_key)
        yield Part(agent.sequence, total, [])
        for rows in memories.all_with_vectors(tx, agent_key):
            yield Part(agent.sequence, total, _entries(keyring, tx, agent, rows, dimension))


def _entries(
    keyring: Keyring, tx: Tx, agent: Agent, rows: Sequence[MemoryRow], dimension: int
) -> list[Entry]:
    return sparing(keyring, agent, rows, partial(_opened_entries, keyring, tx, agent, dimension))


def _opened_entries(
    keyring: Keyring, tx: Tx, agent: Agent, dimension: int, rows: Sequence[MemoryRow]
) -> list[Entry]:
    keys = keys_of(keyring, agent, rows)
    found = {memory.number: memory for memory in opened(keyring, tx, agent, rows, keys)}
    entries = []
    for row in rows:
        vectors = opened_vectors(keyring, keys, agent, row, dimension)
        if vectors is not None and row.number in found:
            entries.append(Entry(found[row.number], vectors))
    return entries


def known_agent(tx: Tx, scope: Scope, *, lock: bool = False) -> Agent:
    """The agent, or NotFound; one that was never written to nor given settings does not exist."""
    agent = agents.find(tx, scope.tenant, scope.agent_id, lock=lock)
    if agent is None:
        raise NotFound("No such agent, or not one this key may use.")
    return agent


@overload
def current(runtime: Runtime, agent: Agent) -> MemoryIndex: ...
@overload
def current(runtime: Runtime, agent: Agent, *, wait: bool) -> MemoryIndex | None: ...


def current(runtime: Runtime, agent: Agent, *, wait: bool = True) -> MemoryIndex | None:
    """The agent's index, standing at the agent's sequence or beyond.

    With `wait` off None instead of the milliseconds to minutes that loading it, or following
    more than a few changes, would take.
    """
    if runtime.indexes.saw_erasures(agent.agent_key, agent.erasure_epoch):
        # By another process, too: queries about what was erased may lie in the cache.
        runtime.embedder.forget()
    if not wait:
        held = runtime.indexes.peek(agent.agent_key)
        standing = _GONE if held is None else held.sequence
        if standing == _GONE or agent.sequence - standing > FEW_CHANGES:
            return None
    index = runtime.indexes.get(agent.agent_key)
    while index.sequence < agent.sequence:
        stuck = _catch_up(runtime, index, agent.agent_key)
        if stuck is not None:
            _give_up(runtime, index, agent.agent_key, stuck)
            index = runtime.indexes.get(agent.agent_key)
    return index


def _catch_up(runtime: Runtime, index: MemoryIndex, agent_key: int) -> int | None:
    """Follow the journal; where the index stands if it does not reach back to there, else None.

    Somebody else may follow at the same time: the index takes a step only from where it starts.
    """
    standing = index.sequence
    if standing == _GONE:
        return standing
    with runtime.database.snapshot() as tx:
        agent = agents.by_key(tx, agent_key)
        changed = journals.changed_since(tx, agent_key, standing)
        if changed is None:
            return standing
        rows = memories.some_with_vectors(tx, agent_key, changed)
        dimension = runtime.embedder.identity.dimension
        entries = _entries(runtime.keyring, tx, agent, rows, dimension)
        present = {entry.memory.number for entry in entries}
    removed = [one for one in changed if one not in present]
    index.apply(agent.sequence, entries, removed, after=standing)
    return None


def _give_up(runtime: Runtime, index: MemoryIndex, agent_key: int, standing: int) -> None:
    """Have an index that cannot follow from where it stands built anew when it is asked again."""
    if standing == _GONE:
        # There is nothing to drop but what somebody else may be building already.
        runtime.indexes.let_go(agent_key, index)
    else:
        runtime.indexes.drop(agent_key, at=standing)


def follow(
    runtime: Runtime,
    agent_key: int,
    before: int,
    after: int,
    entries: Sequence[Entry],
    removed: Sequence[int],
) -> None:
    """Take a just committed change into the agent's index, if that is loaded and right behind.

    An index that stands elsewhere catches up from SQL on its next use; one that would keep what
    was erased until then does so now.
    """
    index = runtime.indexes.peek(agent_key)
    if index is not None and not index.apply(after, entries, removed, after=before) and removed:
        bring_up(runtime, agent_key, after)


def brought_near(runtime: Runtime, index: MemoryIndex | None, agent_key: int, until: int) -> bool:
    """Have a loaded index that is a few changes behind stand at `until`; whether it does.

    For one who holds the agent's lock: others, who could write again and again between a catching
    up and the lock, wait meanwhile.
    """
    if index is None or until - index.sequence > FEW_CHANGES:
        return False
    while index.sequence < until:
        if _catch_up(runtime, index, agent_key) is not None:
            return False
    return True


def bring_up(runtime: Runtime, agent_key: int, until: int) -> None:
    """Have the agent's index, if it is loaded, stand at `until` or beyond.

    Others may have followed before us. Letting go of the index would do as well, but loading that
    of a large agent again takes a minute.
    """
    index = runtime.indexes.peek(agent_key)
    try:
        while index is not None and index.sequence < until:
            stuck = _catch_up(runtime, index, agent_key)
            if stuck is not None:
                _give_up(runtime, index, agent_key, stuck)
                return
    except BaseException:
        # What was erased must not stay in RAM, whatever is wrong.
        runtime.indexes.drop(agent_key)
        raise
