"""Redact: a memory that names a person who is erased stays, without the name, under a new key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.forget_request import Act
from memsvc.core.memory import Memory, spoken_text
from memsvc.core.naming import ENOUGH, Person, redacted_memory
from memsvc.embedding.protocol import Vectors
from memsvc.operations.forgetting.hold_back import changed
from memsvc.operations.forgetting.progress import under_way
from memsvc.operations.reword import reword
from memsvc.operations.sealed import opened
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, restrictions
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx

UNSURE = 0.25
"""From here on a naming counts where nothing surer stands: somebody chose this memory."""
BATCH = 64
"""Memories embedded anew at once."""


@dataclass(frozen=True, slots=True)
class _Redacted:
    before: Memory
    after: Memory
    vectors: Vectors


def redact(runtime: Runtime, request: RequestRow, agent_key: int, people: Sequence[Person]) -> None:
    """Redact the agent's memories that the request is to redact, batch by batch."""
    while True:
        with runtime.database.snapshot() as tx:
            agent = agents.by_key(tx, agent_key)
            numbers = restrictions.free_of(tx, request.holder, agent_key, [Act.REDACT], BATCH)
            rows = memories.by_numbers(tx, agent_key, numbers, restricted=True) if numbers else []
            found = opened(runtime.keyring, tx, agent, rows)
        if not numbers:
            return
        after = [_without(one, people) for one in found]
        vectors = runtime.embedder.embed([spoken_text(one.content, one.speaker) for one in after])
        ready = [_Redacted(*one) for one in zip(found, after, vectors, strict=True)]
        runtime.database.write(partial(_store, runtime, request.holder, agent_key, numbers, ready))


def _without(memory: Memory, people: Sequence[Person]) -> Memory:
    sure = _redacted(memory, people, ENOUGH)
    return sure if sure != memory else _redacted(memory, people, UNSURE)


def _redacted(memory: Memory, people: Sequence[Person], at_least: float) -> Memory:
    for person in people:
        memory = redacted_memory(memory, person, at_least=at_least)
    return memory


def _store(
    runtime: Runtime,
    holder: int,
    agent_key: int,
    numbers: Sequence[int],
    ready: Sequence[_Redacted],
    tx: Tx,
) -> None:
    under_way(tx, holder)
    agent = agents.by_key(tx, agent_key, lock=True)
    for one in ready:
        reword(runtime, tx, agent, one.before.number, one.after, one.vectors)
    restrictions.let_go(tx, holder, agent_key, numbers)
    changed(runtime, tx, agent_key, numbers)
