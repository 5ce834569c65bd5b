"""Whether an index built from the rows holds what they hold, and finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from memsvc.core.evidence import Evidence
from memsvc.core.finding import Finding, failure, ok, skipped
from memsvc.core.memory import Memory, spoken_text
from memsvc.core.ranking import judge
from memsvc.core.reading import plainly
from memsvc.core.weights import STANDARD
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
                # What was erased since, its key first, is not in it either.
                if oracle.sequence != index.sequence or len(oracle) < len(rows.numbers):
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
        text = spoken_text(memory.content, memory.speaker)
        probe = Probe(vector, text, memory.updated_at, pool=pool)
        [found] = index.search([probe])
        if not _finds(found, memory.number, pool):
            return "does not find a memory by its own words and vector"
        if oracle is None:
            continue
        # With room for all in the pool, everything held comes back.
        if set(found.numbers.tolist()) != rows.numbers:
            return "holds other memories than the rows"
        if not _agree(found, oracle.search([probe])[0], text):
            return "gives other scores than an exact search"
    return ""


def _finds(found: Evidence, number: int, pool: int) -> bool:
    """Whether a memory is proposed, or crowded out by others that say the same."""
    alike = np.count_nonzero(found.dense >= 1.0 - TOLERANCE)
    return bool(alike >= pool or np.any(found.numbers[found.proposed] == number))


def _agree(found: Evidence, exact: Evidence, text: str) -> bool:
    """Whether two answers that hold every memory give the same scores."""
    if not np.array_equal(found.numbers, exact.numbers):
        return False
    # The cosines of all are told from a sample, which the plainest index does not draw.
    exact = replace(exact, mean=found.mean, spread=found.spread)
    ours, theirs = (
        (one.dense, judge(one, plainly(text), STANDARD).final) for one in (found, exact)
    )
    return np.allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE)
