"""Forget: a memory and what was derived from it alone are erased, not hidden."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.erasure import Closure, closure
from memsvc.core.memory import Status
from memsvc.errors import NotFound
from memsvc.operations import indexing
from memsvc.operations.revise import check_version
from memsvc.runtime import Runtime
from memsvc.store import agents, identities, lineage, memories, shreddings, state
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx


def delete_memory(
    runtime: Runtime, scope: Scope, memory_id: str, if_match: frozenset[int] | None = None
) -> None:
    """Erase one memory and its closure; on return no key that opens any of it exists.

    Raises NotFound, and PreconditionFailed when none of the versions in `if_match` stands.
    """

    def work(tx: Tx) -> list[int]:
        agent = indexing.known_agent(tx, scope, lock=True)
        row = memories.by_id(tx, agent.agent_key, memory_id)
        if row is None or memories.expired_by(row, runtime.clock.now()):
            raise NotFound("No such memory, or not one this key may use.")
        check_version(row, if_match)
        return _erase(runtime, tx, agent, [row.number])

    runtime.keyring.shred(runtime.database.write(work, scope.about))


def erase_expired(runtime: Runtime, limit: int = 500) -> int:
    """Erase memories whose `expires_at` has passed, with their closure; returns how many."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        due = memories.expired(tx, now, limit)

    def work(agent_key: int, numbers: Sequence[int], tx: Tx) -> list[int]:
        agent = agents.by_key(tx, agent_key, lock=True)
        rows = memories.by_numbers(tx, agent_key, numbers)
        still = [row.number for row in rows if memories.expired_by(row, now)]
        return _erase(runtime, tx, agent, still) if still else []

    for agent_key in {agent_key for agent_key, _ in due}:
        numbers = [number for key, number in due if key == agent_key]
        runtime.keyring.shred(runtime.database.write(partial(work, agent_key, numbers)))
    return len(due)


def _erase(runtime: Runtime, tx: Tx, agent: Agent, roots: Sequence[int]) -> list[int]:
    """Erase the closure of `roots`; returns the key slots to destroy once this is durable.

    The order to destroy them commits together with the erasure: after a crash in between, the
    next start finishes it.
    """
    now = runtime.clock.now()
    doomed = closure(
        roots,
        partial(lineage.children_of, tx, agent.agent_key),
        partial(lineage.parents_of, tx, agent.agent_key),
    )
    rows = memories.by_numbers(tx, agent.agent_key, doomed.erased)
    people = {row.user_no for row in rows if row.user_no is not None}
    people.update(identities.subjects_of(tx, agent.agent_key, doomed.erased))
    sessions = {row.session_no for row in rows if row.session_no is not None}
    unlinked = memories.forget_superseder(tx, agent.agent_key, [row.id for row in rows])
    slots = memories.erase(tx, agent.agent_key, doomed.erased)
    lineage.erase(tx, agent.agent_key, doomed.erased)
    slots += identities.erase_unnamed(tx, PEOPLE, agent.agent_key, sorted(people))
    slots += identities.erase_unnamed(tx, SESSIONS, agent.agent_key, sorted(sessions))
    _demote(tx, agent, doomed)
    changed = sorted({*doomed.erased, *doomed.demoted, *unlinked})
    agents.record(tx, agent.agent_key, changed)
    agents.advance_epoch(tx, agent.agent_key)
    shreddings.order(tx, agent.agent_key, slots, now)
    if runtime.keyring.rotates:
        agents.order_rotation(tx, agent.agent_key, now)
    if state.get(tx, state.PURGE_DUE) is None:
        state.put(tx, state.PURGE_DUE, now.isoformat())
    _follow(runtime, tx, agent, rows, changed)
    return slots


def _demote(tx: Tx, agent: Agent, doomed: Closure) -> None:
    remaining = lineage.parents_of(tx, agent.agent_key, doomed.demoted)
    for number in doomed.demoted:
        memories.change(
            tx,
            agent.agent_key,
            number,
            {"status": Status.QUARANTINED, "derived": number in remaining},
        )


def _follow(
    runtime: Runtime, tx: Tx, agent: Agent, rows: Sequence[MemoryRow], changed: Sequence[int]
) -> None:
    after = agents.by_key(tx, agent.agent_key).sequence
    # Queries about what was erased may lie in the cache; it forgets them all.
    tx.after_commit.append(runtime.embedder.forget)
    if len(changed) == len(rows):
        numbers = [row.number for row in rows]
        tx.after_commit.append(
            partial(
                indexing.follow, runtime, agent.agent_key, after - len(changed), after, [], numbers
            )
        )
    else:
        # Demoted memories are read anew from SQL.
        tx.after_commit.append(partial(indexing.bring_up, runtime, agent.agent_key, after))
