"""Insert: from judged drafts to rows, sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from memsvc.core.decay import INITIAL_DIFFICULTY, initial_stability
from memsvc.core.derived import POSTED
from memsvc.core.handbook.told import told_in
from memsvc.core.memory import Draft, Memory, Status, Trust
from memsvc.embedding.protocol import Vectors
from memsvc.index.protocol import Entry
from memsvc.operations import indexing
from memsvc.operations.identify import identify
from memsvc.operations.retold import note_gist
from memsvc.operations.sealed import memory_context, packed, sealed_vectors
from memsvc.operations.settle import Effect, settle_fresh
from memsvc.runtime import Runtime
from memsvc.sealing.keyring import Key
from memsvc.store import agents, lineage, memories, traces
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Judged:
    """One draft, judged: its vectors of shape (pieces, dimension), sources, trust and slots."""

    draft: Draft
    id: str
    vectors: Vectors
    fingerprint: bytes
    trust: Trust
    sources: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()
    doubt: str | None = None
    """Why it goes into quarantine, if it does."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A memory with its number, vectors of shape (pieces, dimension) and its sources' numbers."""

    memory: Memory
    vectors: Vectors
    sources: tuple[int, ...] = ()
    stated_trust: Trust | None = None
    """Of what is derived: how far it would be believed but for its sources."""
    relation: str = POSTED


@dataclass(slots=True)
class _Rows:
    """What is inserted for the new memories of one request."""

    memories: list[dict[str, Any]] = field(default_factory=list)
    vectors: list[dict[str, Any]] = field(default_factory=list)
    subjects: list[dict[str, Any]] = field(default_factory=list)
    edges: list[tuple[int, int, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def insert(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    fresh: Sequence[Judged],
    now: datetime,
    relation: str = POSTED,
) -> Mapping[str, Effect]:
    """Store new memories of one agent, with identities, vectors, lineage and journal.

    `relation` is how those that have sources were derived from them. Returns by id what those did
    that concern other memories.
    """
    first = agents.advance(tx, agent.agent_key, len(fresh))
    made = [_memory(offer, agent, number, now) for number, offer in enumerate(fresh, start=first)]
    settled = settle_fresh(runtime, tx, agent, made)
    placed = []
    for offer, memory in zip(fresh, made, strict=True):
        stated = offer.draft.trust if offer.sources else None
        standing = settled.fresh.get(memory.number, memory)
        placed.append(
            Placed(standing, offer.vectors, offer.sources, stated_trust=stated, relation=relation)
        )
        tx.note((agent.agent_key, offer.fingerprint), memory.number)
        note_gist(tx, agent, memory, memory.number)
    insert_placed(runtime, tx, agent, placed)
    if settled.changed:
        # The index reads them from SQL on its next use: changes are rarer than writes.
        agents.record(tx, agent.agent_key, settled.changed)
    ids = {memory.number: memory.id for memory in made}
    return {ids[number]: effect for number, effect in settled.effects.items()}


def insert_placed(
    runtime: Runtime, tx: Tx, agent: Agent, placed: Sequence[Placed]
) -> Sequence[Key]:
    """Store memories as they are, their numbers just counted and without gap; each one's key."""
    named = identify(runtime, tx, agent, [one.memory for one in placed])
    keys = runtime.keyring.allocate(agent.agent_key, agent.wrapped_key, len(placed))
    rows = _Rows()
    for one, key in zip(placed, keys, strict=True):
        memory = one.memory
        rows.entries.append(Entry(memory, one.vectors))
        rows.memories.append(
            _memory_row(runtime, agent, one, key)
            | {
                "user_no": named.people.get(memory.user_id),
                "session_no": named.sessions.get(memory.session_id),
            }
        )
        rows.vectors.append(
            {
                "agent_key": agent.agent_key,
                "number": memory.number,
                "model_no": runtime.model_no,
                "sealed": sealed_vectors(
                    runtime.keyring, key, agent, memory.id, runtime.model_no, one.vectors
                ),
            }
        )
        rows.subjects += [
            {"agent_key": agent.agent_key, "person_no": named.people[who], "number": memory.number}
            for who in dict.fromkeys(memory.subject_ids)
        ]
        rows.edges += [(memory.number, source, one.relation) for source in one.sources]
    memories.insert_all(tx, rows.memories, rows.vectors, rows.subjects)
    lineage.add(tx, agent.agent_key, rows.edges)
    attempts = [one.memory.number for one in placed if told_in(one.memory) is not None]
    traces.add(tx, agent.agent_key, attempts)
    numbers = [one.memory.number for one in placed]
    agents.journal(tx, agent.agent_key, numbers[0], numbers)
    before, after = numbers[0] - 1, numbers[-1]
    tx.after_commit.append(
        partial(indexing.follow, runtime, agent.agent_key, before, after, rows.entries, [])
    )
    return keys


def _memory(offer: Judged, agent: Agent, number: int, now: datetime) -> Memory:
    draft = offer.draft
    return Memory(
        number=number,
        id=offer.id,
        agent_id=agent.agent_id,
        version=1,
        kind=draft.kind,
        status=Status.ACTIVE if offer.doubt is None else Status.QUARANTINED,
        trust=offer.trust,
        channel=draft.channel,
        content=draft.content,
        created_at=now,
        updated_at=now,
        user_id=draft.user_id,
        subject_ids=draft.subject_ids,
        session_id=draft.session_id,
        role=draft.role,
        speaker=draft.speaker,
        event_time=draft.event_time,
        importance=draft.importance,
        confidence=draft.confidence,
        stability_days=initial_stability(
            draft.kind, draft.importance, agent.settings.decay.of(draft.kind).policy
        ),
        difficulty=INITIAL_DIFFICULTY,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
        pinned=draft.pinned,
        expires_at=draft.expires_at,
        fact=draft.fact,
        behavior=draft.behavior,
        metadata=draft.metadata,
        tags=draft.tags,
        source_ids=draft.source_ids,
        stated_valid_to=draft.valid_to,
        subgoal=draft.subgoal,
        slots=offer.slots,
    )


def _memory_row(runtime: Runtime, agent: Agent, placed: Placed, key: Key) -> dict[str, Any]:
    memory = placed.memory
    return {
        "agent_key": agent.agent_key,
        "number": memory.number,
        "id": memory.id,
        "version": memory.version,
        "kind": memory.kind,
        "status": memory.status,
        "trust": memory.trust,
        "channel": memory.channel,
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
        "event_time": memory.event_time,
        "last_used_at": memory.last_used_at,
        "valid_from": memory.valid_from,
        "valid_to": memory.valid_to,
        "superseded_at": memory.superseded_at,
        "superseded_by": memory.superseded_by,
        "expires_at": memory.expires_at,
        "use_count": memory.use_count,
        "importance": memory.importance,
        "confidence": memory.confidence,
        "stability_days": memory.stability_days,
        "difficulty": memory.difficulty,
        "pinned": memory.pinned,
        "derived": bool(memory.source_ids),
        "key_slot": key.slot,
        "sealed": runtime.keyring.seal(
            key, packed(memory), memory_context(agent, memory.id, memory.version)
        ),
        "restricted": False,
        "stated_trust": placed.stated_trust,
        "stated_valid_to": memory.stated_valid_to,
        "disputed_with": memory.disputed_with,
    }
