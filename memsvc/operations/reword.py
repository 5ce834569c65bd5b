"""Reword: a memory gets other words for good; those it had are erased, history and key and all."""

from __future__ import annotations

from memsvc.core.memory import Memory
from memsvc.embedding.protocol import Vectors
from memsvc.operations.identify import identify
from memsvc.operations.resettle import reread, resettle
from memsvc.operations.sealed import memory_context, packed, sealed_vectors
from memsvc.runtime import Runtime
from memsvc.store import (
    agents,
    erasures,
    identities,
    memories,
    shreddings,
    state,
    versions,
)
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE
from memsvc.store.transaction import Tx


def reword(
    runtime: Runtime, tx: Tx, agent: Agent, before: Memory, after: Memory, vectors: Vectors
) -> list[int]:
    """Seal the memory anew, under a new key, as `after` says; order its old key destroyed.

    Returns the numbers of others that stand otherwise because of it: the caller records all changes
    in the agent's journal. A memory that is gone stays gone.
    """
    number = before.number
    rows = memories.by_numbers(tx, agent.agent_key, [number], restricted=True)
    if not rows:
        return []
    [row] = rows
    now = runtime.clock.now()
    [key] = runtime.keyring.allocate(agent.agent_key, agent.wrapped_key, 1)
    named = identify(runtime, tx, agent, [after])
    people = {row.user_no, *identities.subjects_of(tx, agent.agent_key, [number])} - {None}
    version = row.version + 1
    after = reread(before, after._replace(version=version, updated_at=now))
    memories.change(
        tx,
        agent.agent_key,
        number,
        {
            "version": version,
            "updated_at": now,
            "user_no": named.people.get(after.user_id),
            "key_slot": key.slot,
            "sealed": runtime.keyring.seal(
                key, packed(after), memory_context(agent, row.id, version)
            ),
        },
    )
    sealed = sealed_vectors(runtime.keyring, key, agent, row.id, runtime.model_no, vectors)
    memories.replace_vector(tx, agent.agent_key, number, runtime.model_no, sealed)
    versions.erase_versions(tx, agent.agent_key, number)
    memories.replace_subjects(
        tx, agent.agent_key, number, [named.people[one] for one in dict.fromkeys(after.subject_ids)]
    )
    slots = identities.erase_unnamed(tx, PEOPLE, agent.agent_key, sorted(people))
    if row.key_slot is not None:
        slots.append(row.key_slot)
    shreddings.order(tx, agent.agent_key, slots, now)
    content = erasures.of_memories(agent.agent_key, [number])
    erasures.append(tx, now, {"agent": agent.agent_key, "reworded": content["memories"]})
    if runtime.keyring.rotates:
        agents.order_rotation(tx, agent.agent_key, now)
    state.order_purge(tx, now)
    return resettle(runtime, tx, agent, before, after)
