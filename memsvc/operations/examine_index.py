"""Whether an index built from the rows holds what they hold, and finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from memsvc.core.finding import Finding, failure, ok, skipped
from memsvc.core.memory import Memory, spoken_text
from memsvc.core.ranking import Candidate
from memsvc.index.protocol import MemoryIndex, Probe, Vector
from memsvc.operations.indexing import load
from memsvc.operations.sealed import keys_of, opened, opened_vectors
from memsvc.sealing.keyring import Keyring
from memsvc.store import agents, memories, sampling
from memsvc.store.database import Database
from memsvc.store.transaction import Tx

INDEX = "index"

FEW_AGENTS, FEW_MEMORIES = 5, 5_000
"""Of the agents whose index is built unless all are: how many, and their memories together."""

PROBES, FINDS = 5, 10_000
"""How many of an agent's memories are searched for, and looked up by what they say."""

POOL = 50
TRIES = 3
TOLERANCE = 1e-4

REPORT = "The rows are safe; please report it with this line. A restart builds indexes anew."


@dataclass(frozen=True, slots=True)
class Indexes:
    """How indexes are made: the one that answers searches, and the plainest one to hold it against.

    Up to `exact_up_to` vectors the first compares a query with each, so that both must agree.
    """

    new: Callable[[int], MemoryIndex]
    new_oracle: Callable[[int], MemoryIndex]
    exact_up_to: int


class _Moved(Exception):
    """Somebody wrote to the agent while it was looked at."""


def examine_index(
    database: Database, keyring: Keyring, dimension: int, indexes: Indexes, *, full: bool
) -> list[Finding]:
    """Build the indexes of all agents, or of a few large ones, and hold them against the rows."""
    with database.snapshot() as tx:
        sizes = sampling.sizes(tx)
    chosen = sizes if full else list(_affordable(sizes))
    if not sizes:
        return [ok(INDEX, "no memories yet")]
    if not chosen:
        return [skipped(INDEX, "every agent is large: `memsvc doctor --full` looks at them")]
    busy = 0
    for agent_key, _ in chosen:
        try:
            fault = _settled(database, keyring, dimension, indexes, agent_key)
        except _Moved:
            busy += 1
            continue
        if fault:
            return [failure(INDEX, f"the index of agent {agent_key} {fault}", REPORT)]
    if busy == len(chosen):
        return [skipped(INDEX, "all agents looked at are being written to")]
    seen = len(chosen) - busy
    return [ok(INDEX, f"{seen} of {len(sizes)} agents: it holds and finds what the rows hold")]


def _affordable(sizes: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The largest agents that fit together."""
    left = FEW_MEMORIES

    def fits(size: tuple[int, int]) -> bool:
        nonlocal left
        if size[1] > left:
            return False
        left -= size[1]
        return True

    return islice(filter(fits, sizes), FEW_AGENTS)


def _settled(
    database: Database, keyring: Keyring, dimension: int, indexes: Indexes, agent_key: int
) -> str:
    """What is wrong with an agent's index, seen between two writes; _Moved if they never rest."""
    for _ in range(TRIES):
        index = load(database, keyring, dimension, indexes.new, agent_key)
        try:
            with database.snapshot() as tx:
                rows = _read(tx, keyring, dimension, agent_key, index)
            oracle = None
            if rows.pieces <= indexes.exact_up_to:
                oracle = load(database, keyring, dimension, indexes.new_oracle, agent_key)
                if oracle.sequence != index.sequence:
                    raise _Moved
            return _fault(index, oracle, rows)
        except _Moved:
            continue
    raise _Moved


@dataclass(frozen=True, slots=True)
class _Rows:
    """What an agent's rows hold, and how many the index does not know by what they say."""

    numbers: set[int]
    pieces: int
    unknown: int
    asked: list[tuple[Memory, Vector]]


def _read(tx: Tx, keyring: Keyring, dimension: int, agent_key: int, index: MemoryIndex) -> _Rows:
    """Go through the agent's rows; _Moved when the index is not of the same moment."""
    agent = agents.by_key(tx, agent_key)
    if agent.sequence != index.sequence:
        raise _Moved
    numbers = sampling.numbers(tx, agent_key)
    ask, find = (max(1, len(numbers) // count) for count in (PROBES, FINDS))
    place = pieces = unknown = 0
    asked: list[tuple[Memory, Vector]] = []
    for rows in memories.all_with_vectors(tx, agent_key):
        keys = keys_of(keyring, agent, rows)
        held = {one.number: one for one in opened(keyring, tx, agent, rows, keys)}
        for row in rows:
            vectors = opened_vectors(keyring, keys, agent, row, dimension)
            if vectors is None or row.number not in held:
                # Erased since: its key is gone already.
                raise _Moved
            memory = held[row.number]
            pieces += len(vectors)
            unknown += place % find == 0 and row.number not in index.find(memory)
            if place % ask == 0 and len(asked) < PROBES:
                asked.append((memory, np.array(vectors[0])))
            place += 1
    return _Rows(numbers, pieces, unknown, asked)


def _fault(index: MemoryIndex, oracle: MemoryIndex | None, rows: _Rows) -> str:
    if len(index) != len(rows.numbers):
        return f"holds {len(index)} memories, the rows {len(rows.numbers)}"
    if rows.unknown:
        return f"does not know {rows.unknown} memories by what they say"
    pool = POOL if oracle is None else max(POOL, len(index))
    for memory, vector in rows.asked:
        probe = Probe(vector, spoken_text(memory.content, memory.speaker), pool=pool)
        [found] = index.search([probe])
        if not _finds(found, memory.number, pool):
            return "does not find a memory by its own words and vector"
        if oracle is None:
            continue
        # With room for all in the pool, everything held comes back.
        if {one.number for one in found} != rows.numbers:
            return "holds other memories than the rows"
        if not _agree(found, oracle.search([probe])[0]):
            return "gives other scores than an exact search"
    return ""


def _finds(found: Sequence[Candidate], number: int, pool: int) -> bool:
    """Whether a memory is among the candidates, or crowded out by others that say the same."""
    alike = sum(one.dense >= 1.0 - TOLERANCE for one in found)
    return alike >= pool or any(one.number == number for one in found)


def _agree(found: Sequence[Candidate], exact: Sequence[Candidate]) -> bool:
    """Whether two answers that hold every memory give the same scores."""
    return [one.number for one in found] == [one.number for one in exact] and np.allclose(
        [(one.dense, one.lexical) for one in found],
        [(one.dense, one.lexical) for one in exact],
        rtol=TOLERANCE,
        atol=TOLERANCE,
    )
