"""Reindex: embed every memory anew with the present model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from memsvc.core.memory import Memory, spoken_text
from memsvc.embedding.protocol import Vectors
from memsvc.operations.handbook.restand import restand
from memsvc.operations.sealed import keys_of, opened, sealed_vectors
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, reindexing
from memsvc.store.transaction import Tx

BATCH = 64


def reindex(runtime: Runtime, progress: Callable[[int, int], None]) -> int:
    """Re-embed all memories whose vectors come from another model; returns how many.

    Resumable: each batch is durable, and what is done already is not done again. `progress` is
    told how many are done and how many there are.
    """
    with runtime.database.snapshot() as tx:
        total = reindexing.outdated(tx, runtime.model_no)
    done = 0
    handbooks: set[int] = set()
    while True:
        with runtime.database.snapshot() as tx:
            batch = reindexing.some_outdated(tx, runtime.model_no, BATCH)
        if not batch:
            _stand_anew(runtime, handbooks)
            return done
        for agent_key in {agent_key for agent_key, _ in batch}:
            numbers = [number for key, number in batch if key == agent_key]
            done += _reembed(runtime, agent_key, numbers)
            handbooks.add(agent_key)
            runtime.indexes.drop(agent_key)
        progress(min(done, total), total)


def _stand_anew(runtime: Runtime, agent_keys: Iterable[int]) -> None:
    """Have behaviors stand as the new vectors have it: which speak against which, they tell."""

    def work(agent_key: int, tx: Tx) -> None:
        agent = agents.any_by_key(tx, agent_key, lock=True)
        changed = restand(runtime, tx, agent) if agent is not None else []
        if changed:
            agents.record(tx, agent_key, changed)

    for agent_key in sorted(agent_keys):
        runtime.database.write(partial(work, agent_key))


def _reembed(runtime: Runtime, agent_key: int, numbers: Sequence[int]) -> int:
    with runtime.database.snapshot() as tx:
        rows = memories.by_numbers(tx, agent_key, numbers, restricted=True)
        held = opened(runtime.keyring, tx, agents.by_key(tx, agent_key), rows)
    vectors = runtime.embedder.embed([spoken_text(one.content, one.speaker) for one in held])
    runtime.database.write(partial(_save, runtime, agent_key, held, vectors))
    read = {one.number for one in held}
    dead = [row.number for row in rows if row.number not in read]
    # Their keys were destroyed and their rows are about to go: nothing can be embedded there.
    runtime.database.write(partial(reindexing.pass_over, agent_key, dead, runtime.model_no))
    return len(numbers)


def _save(
    runtime: Runtime, agent_key: int, held: Sequence[Memory], vectors: Sequence[Vectors], tx: Tx
) -> None:
    agent = agents.by_key(tx, agent_key, lock=True)
    numbers = [memory.number for memory in held]
    found_rows = memories.by_numbers(tx, agent_key, numbers, restricted=True) if held else []
    rows = {row.number: row for row in found_rows}
    keys = keys_of(runtime.keyring, agent, rows.values())
    for memory, found in zip(held, vectors, strict=True):
        row = rows.get(memory.number)
        key = keys.get(row.key_slot) if row is not None else None
        # Erased or changed since it was read: nothing to do, or the next round sees it.
        if row is None or key is None or row.version != memory.version:
            continue
        sealed = sealed_vectors(runtime.keyring, key, agent, row.id, runtime.model_no, found)
        memories.replace_vector(tx, agent_key, row.number, runtime.model_no, sealed)
