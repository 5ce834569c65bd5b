"""Between a memory and its sealed row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from memsvc.core.memory import (
    Behavior,
    Cardinality,
    Channel,
    Fact,
    Kind,
    Memory,
    Status,
    Trust,
)
from memsvc.errors import KeysDamaged
from memsvc.sealing.aead import CannotOpen, context
from memsvc.sealing.keyring import Key, Keyring
from memsvc.store import lineage
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx
from memsvc.store.versions import versions_at

# Looking a name up is ten times cheaper than calling the enum, and each hit has four.
_KINDS = {one.value: one for one in Kind}
_STATUSES = {one.value: one for one in Status}
_TRUSTS = {one.value: one for one in Trust}
_CHANNELS = {one.value: one for one in Channel}


def memory_context(agent: Agent, memory_id: str, version: int) -> bytes:
    """What a sealed memory is bound to: it opens nowhere else."""
    # Contexts of parts, one after the other, are the context of all: what repeats is kept.
    return _kept(agent.tenant, agent.agent_id) + context(memory_id) + _kept(version, "memory")


def vector_context(agent: Agent, memory_id: str, model_no: int) -> bytes:
    """What a sealed vector is bound to."""
    return _kept(agent.tenant, agent.agent_id) + context(memory_id) + _kept(model_no, "vector")


@lru_cache(maxsize=1024)
def _kept(*parts: str | int) -> bytes:
    return context(*parts)


def packed(memory: Memory) -> bytes:
    """Everything personal of a memory, as the bytes that are sealed."""
    fact, behavior = memory.fact, memory.behavior
    return orjson.dumps(
        {
            "content": memory.content,
            "user_id": memory.user_id,
            "subject_ids": memory.subject_ids,
            "session_id": memory.session_id,
            "role": memory.role,
            "speaker": memory.speaker,
            "metadata": memory.metadata,
            "tags": memory.tags,
            "fact": fact and [fact.subject, fact.predicate, fact.object, fact.cardinality],
            "behavior": behavior and [behavior.name, behavior.instruction, behavior.version],
            "subgoal": memory.subgoal,
            "slots": memory.slots,
        }
    )


def unpacked(row: MemoryRow, agent_id: str, plaintext: bytes, sources: tuple[str, ...]) -> Memory:
    """The memory of a row and its opened bytes."""
    held: dict[str, Any] = orjson.loads(plaintext)
    fact, behavior = held["fact"], held["behavior"]
    return Memory(
        number=row.number,
        id=row.id,
        agent_id=agent_id,
        version=row.version,
        kind=_KINDS[row.kind],
        status=_STATUSES[row.status],
        trust=_TRUSTS[row.trust],
        channel=_CHANNELS[row.channel],
        content=held["content"],
        created_at=row.created_at,
        updated_at=row.updated_at,
        user_id=held["user_id"],
        subject_ids=tuple(held["subject_ids"]),
        session_id=held["session_id"],
        role=held["role"],
        speaker=held["speaker"],
        event_time=row.event_time,
        last_used_at=row.last_used_at,
        use_count=row.use_count,
        importance=row.importance,
        confidence=row.confidence,
        stability_days=row.stability_days,
        difficulty=row.difficulty,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        superseded_by=row.superseded_by,
        pinned=row.pinned,
        expires_at=row.expires_at,
        fact=fact and Fact(fact[0], fact[1], fact[2], Cardinality(fact[3])),
        behavior=behavior and Behavior(behavior[0], behavior[1], behavior[2]),
        metadata=held["metadata"],
        tags=tuple(held["tags"]),
        source_ids=sources,
        superseded_at=row.superseded_at,
        stated_valid_to=row.stated_valid_to,
        disputed_with=row.disputed_with,
        # Those of an earlier version have neither.
        subgoal=held.get("subgoal"),
        slots=tuple(held.get("slots", ())),
    )


def keys_of(keyring: Keyring, agent: Agent, rows: Iterable[MemoryRow]) -> dict[int | None, Key]:
    """The keys of these rows by slot; a shredded one is absent."""
    return keyring.keys(agent.agent_key, agent.wrapped_key, [row.key_slot for row in rows])


def opened(
    keyring: Keyring,
    tx: Tx,
    agent: Agent,
    rows: Sequence[MemoryRow],
    keys: Mapping[int | None, Key] | None = None,
) -> list[Memory]:
    """The memories of these rows, in their order; `keys` when they were read already.

    A row whose key was destroyed meanwhile is erased and left out. Raises KeysDamaged when a
    living key does not open its row.
    """
    keys = keys_of(keyring, agent, rows) if keys is None else keys
    derived = [row.number for row in rows if row.derived]
    sources = lineage.source_ids(tx, agent.agent_key, derived) if derived else {}
    memories = []
    for row in rows:
        key = keys.get(row.key_slot)
        if key is None:
            continue
        try:
            plaintext = keyring.open(key, row.sealed, memory_context(agent, row.id, row.version))
        except CannotOpen:
            raise _unreadable(row.id) from None
        memories.append(unpacked(row, agent.agent_id, plaintext, sources.get(row.number, ())))
    return memories


def opened_version(
    keyring: Keyring, key: Key, agent: Agent, row: MemoryRow, old: MemoryRow
) -> Memory:
    """The memory of a row as an earlier version of it was; its sources left out."""
    try:
        plaintext = keyring.open(key, old.sealed, memory_context(agent, row.id, old.version))
    except CannotOpen:
        raise _unreadable(row.id) from None
    return unpacked(row, agent.agent_id, plaintext, ())._replace(version=old.version)


def as_worded(
    keyring: Keyring,
    tx: Tx,
    agent: Agent,
    held: Mapping[int, Memory],
    rows: Sequence[MemoryRow],
    moment: datetime,
) -> dict[int, Memory]:
    """The memories with the content they had at `moment`, where it was changed since."""
    keys = keys_of(keyring, agent, rows)
    worded = dict(held)
    slots = {row.number: row.key_slot for row in rows}
    for old in versions_at(tx, agent.agent_key, list(held), moment):
        memory, key = held[old.number], keys.get(slots[old.number])
        if key is not None:
            bound_to = memory_context(agent, memory.id, old.version)
            content = orjson.loads(keyring.open(key, old.sealed, bound_to))["content"]
            worded[old.number] = memory._replace(content=content)
    return worded


def sealed_vectors(
    keyring: Keyring, key: Key, agent: Agent, memory_id: str, model_no: int, vectors: Any
) -> bytes:
    """Vectors of shape (pieces, dimension) as sealed little-endian float32."""
    raw = np.ascontiguousarray(vectors, dtype="<f4").tobytes()
    return keyring.seal(key, raw, vector_context(agent, memory_id, model_no))


def opened_vectors(
    keyring: Keyring, keys: dict[int | None, Key], agent: Agent, row: MemoryRow, dimension: int
) -> NDArray[np.float32] | None:
    """The vectors of a row read with them; None when its key was destroyed meanwhile."""
    key = keys.get(row.key_slot)
    if key is None:
        return None
    try:
        raw = keyring.open(key, row.vector, vector_context(agent, row.id, row.model_no))
    except CannotOpen:
        raise _unreadable(row.id) from None
    return np.frombuffer(raw, dtype="<f4").reshape(-1, dimension)


def _unreadable(memory_id: str) -> KeysDamaged:
    return KeysDamaged(
        f"Memory {memory_id} does not open with its key: database and keys.bin are not of the same "
        "moment, or one is damaged. Restore both from one backup, or delete the memory."
    )
