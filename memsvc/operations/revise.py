"""Revise: change what a caller may change of one memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from memsvc.core.access import Scope
from memsvc.core.fading import Fading, Seen
from memsvc.core.fingerprint import fingerprint
from memsvc.core.handbook.told import told_in
from memsvc.core.in_force import standing_now
from memsvc.core.memory import Kind, Memory, Status, spoken_text
from memsvc.embedding.protocol import Vectors
from memsvc.errors import (
    Forbidden,
    InvalidRequest,
    NotFound,
    PreconditionFailed,
    Unavailable,
    WrongState,
)
from memsvc.operations import indexing
from memsvc.operations.fading import fading_of
from memsvc.operations.handbook.known_worth import fold_anew
from memsvc.operations.read import get_memory
from memsvc.operations.resettle import reread, resettle
from memsvc.operations.retold import note_gist
from memsvc.operations.sealed import keys_of, memory_context, opened, packed, sealed_vectors
from memsvc.operations.suppress import suppressed
from memsvc.runtime import Runtime
from memsvc.sealing.keyring import Key
from memsvc.store import agents, handbook_changes, memories, traces, versions
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Revision:
    """What to change: names of `Memory` fields and their new values.

    Out of content, metadata, tags, importance, pinned, expires_at, status. `may_release`: whether
    the caller may set the status of a quarantined memory.
    """

    changes: Mapping[str, Any]
    may_release: bool = False


class _Overtaken(Exception):
    """The memory changed between reading and writing."""


def check_version(row: MemoryRow, if_match: frozenset[int] | None) -> None:
    """Raise PreconditionFailed unless a version in If-Match stands; None is no condition."""
    if if_match is not None and row.version not in if_match:
        raise PreconditionFailed(
            "The memory has another version now: read it again and repeat the change."
        )


def revise(
    runtime: Runtime,
    scope: Scope,
    memory_id: str,
    revision: Revision,
    if_match: frozenset[int] | None = None,
) -> Seen:
    """Apply a revision; returns the memory as it stands, as readers see it.

    To set a faded memory active is a use of it: its time begins anew. Changed content keeps the old
    version in the memory's history. Raises NotFound, PreconditionFailed, InvalidRequest or
    Forbidden for a status that cannot be set, and InvalidRequest for content that was forgotten on
    request.
    """
    for _ in range(ATTEMPTS):
        before = get_memory(runtime, scope, memory_id)
        _warm(runtime, scope, revision)
        vectors = _vectors(runtime, before, revision.changes)
        try:
            return runtime.database.write(
                partial(_revise, runtime, scope, before, revision, vectors, if_match), scope.about
            )
        except _Overtaken:
            continue
    raise Unavailable("The memory is being changed by many at once; try again.", retry_after=1)


def _warm(runtime: Runtime, scope: Scope, revision: Revision) -> None:
    """Have the index loaded that tells what is said of the same things."""
    if {"content", "status"} & revision.changes.keys():
        with runtime.database.snapshot() as tx:
            agent = indexing.known_agent(tx, scope)
        indexing.current(runtime, agent)


def _vectors(runtime: Runtime, before: Memory, changes: Mapping[str, Any]) -> Vectors | None:
    content = changes.get("content", before.content)
    if content == before.content:
        return None
    return runtime.embedder.embed([spoken_text(content, before.speaker)])[0]


def _revise(
    runtime: Runtime,
    scope: Scope,
    before: Memory,
    revision: Revision,
    vectors: Vectors | None,
    if_match: frozenset[int] | None,
    tx: Tx,
) -> Seen:
    agent = indexing.known_agent(tx, scope, lock=True)
    row = memories.by_id(tx, agent.agent_key, before.id)
    if row is None:
        raise NotFound("No such memory, or not one this key may use.")
    check_version(row, if_match)
    _check_wording(tx, agent, row, revision)
    key = keys_of(runtime.keyring, agent, [row]).get(row.key_slot)
    found = opened(runtime.keyring, tx, agent, [row])
    if key is None or not found:
        raise NotFound("No such memory, or not one this key may use.")
    if found[0].version != before.version:
        raise _Overtaken
    now = runtime.clock.now()
    changes = _changes(found[0], revision, fading_of(tx, agent, now, found[0].kind), now)
    changed = found[0]._replace(**changes, version=row.version + 1, updated_at=now)
    revised = reread(found[0], changed)
    if vectors is not None:
        if suppressed(runtime, tx, agent, [revised]):
            raise InvalidRequest.at(
                "content", "was forgotten, or is held back, on request: ask an operator"
            )
        versions.keep_version(tx, row, now)
        sealed = sealed_vectors(runtime.keyring, key, agent, row.id, runtime.model_no, vectors)
        memories.replace_vector(tx, agent.agent_key, row.number, runtime.model_no, sealed)
    _save(runtime, tx, agent, revised, key)
    is_trace = told_in(revised) is not None
    if is_trace != (told_in(found[0]) is not None):
        traces.mark(tx, agent.agent_key, revised.number, is_trace=is_trace)
    if found[0].status is Status.QUARANTINED and revised.status is not Status.QUARANTINED:
        fold_anew(tx, agent, [revised.number])
    tx.note((agent.agent_key, fingerprint(revised)), revised.number)
    note_gist(tx, agent, revised, revised.number)
    others = resettle(runtime, tx, agent, found[0], revised)
    if others:
        agents.record(tx, agent.agent_key, others)
        [row] = memories.by_numbers(tx, agent.agent_key, [revised.number])
        [revised] = opened(runtime.keyring, tx, agent, [row])
    return fading_of(tx, agent, now, revised.kind).seen(revised, now)


def _changes(memory: Memory, revision: Revision, fading: Fading, now: datetime) -> dict[str, Any]:
    """What changes of the memory; raises InvalidRequest or Forbidden for its status."""
    changes = dict(revision.changes)
    stands = standing_now(memory, now)
    if changes.get("status") is Status.ACTIVE:
        is_faded = fading.faded(memory, now)
        if is_faded:
            changes["last_used_at"] = now
        if stands is not memory or (is_faded and memory.status is Status.DISPUTED):
            # It is held ready again, as disputed as it was, or until what it was to be.
            del changes["status"]
    if "status" in changes:
        _check_status(stands, revision)
    return changes


def _check_status(memory: Memory, revision: Revision) -> None:
    if memory.status in (Status.SUPERSEDED, Status.DISPUTED):
        raise InvalidRequest.at("status", f"cannot be set while the memory is {memory.status}")
    if memory.status is Status.QUARANTINED and not revision.may_release:
        raise Forbidden("Only operators and admins release a memory from quarantine.")


def _check_wording(tx: Tx, agent: Agent, row: MemoryRow, revision: Revision) -> None:
    """Raise WrongState where a behavior would say or be something else without its handbook."""
    if revision.changes.keys() <= {"importance", "pinned"} or row.kind != Kind.PROCEDURAL:
        return
    if handbook_changes.wordings_among(tx, agent.agent_key, [row.number]):
        raise WrongState(
            "The memory holds the words of a behavior: PATCH, approve or retire the behavior."
        )


def _save(runtime: Runtime, tx: Tx, agent: Agent, revised: Memory, key: Key) -> None:
    memories.change(
        tx,
        agent.agent_key,
        revised.number,
        {
            "version": revised.version,
            "updated_at": revised.updated_at,
            "status": revised.status,
            "importance": revised.importance,
            "pinned": revised.pinned,
            "last_used_at": revised.last_used_at,
            "expires_at": revised.expires_at,
            "sealed": runtime.keyring.seal(
                key, packed(revised), memory_context(agent, revised.id, revised.version)
            ),
        },
    )
    # The index reads the new state from SQL on its next use: changes are rarer than writes.
    agents.record(tx, agent.agent_key, [revised.number])
