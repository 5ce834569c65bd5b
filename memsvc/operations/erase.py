"""Erase: rows go, and what rests on them goes, is demoted, or is derived anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.activity import Measure, hour_of
from memsvc.core.audit import SERVICE, Act, Action
from memsvc.core.erasure import Closure
from memsvc.core.memory import Kind, Status, Trust, least_trust
from memsvc.operations import indexing
from memsvc.operations.audit import record
from memsvc.operations.handbook.restand import concerned, lose_sources, restand
from memsvc.operations.reach import Erased, reach
from memsvc.operations.settle import beside, settle_without
from memsvc.runtime import Runtime
from memsvc.store import (
    activity,
    agents,
    erasures,
    identities,
    lineage,
    memories,
    rederivations,
    restrictions,
    shreddings,
    state,
)
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

_DRAWN = re.compile("[0-9a-f]{32}")
"""An id that the service drew at random."""


@dataclass(frozen=True, slots=True)
class By:
    """Who has memories erased: the id of a key, or the service by itself; and which one, if one."""

    actor: str = SERVICE
    memory_id: str | None = None


BY_ITSELF = By()


def erase_closure(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    roots: Sequence[int],
    erased: Erased | None = None,
    by: By = BY_ITSELF,
) -> list[int]:
    """Erase memories and what follows; returns the key slots to destroy once this is durable.

    `erased` says who is, where somebody is. What is held for a legal claim, or restricted, stays.
    """
    return erase_doomed(runtime, tx, agent, doomed_by(runtime, tx, agent, roots, erased), by)


def doomed_by(
    runtime: Runtime, tx: Tx, agent: Agent, roots: Sequence[int], erased: Erased | None = None
) -> Closure:
    """What `erase_closure` would erase and demote."""
    doomed = reach(runtime, tx, agent, roots, erased)
    every = [*doomed.erased, *doomed.demoted, *doomed.rederived]
    kept = restrictions.kept_among(tx, agent.agent_key, every)
    if kept:
        # To be demoted is no loss: it is kept, and not believed as before.
        doomed = Closure(
            _without(doomed.erased, kept), doomed.demoted, _without(doomed.rederived, kept)
        )
    return doomed


def erase_doomed(runtime: Runtime, tx: Tx, agent: Agent, doomed: Closure, by: By) -> list[int]:
    """As `erase`, and the audit log says by whom and how much."""
    slots = erase(runtime, tx, agent, doomed)
    _record(runtime, tx, agent, doomed, by)
    return slots


def _record(runtime: Runtime, tx: Tx, agent: Agent, doomed: Closure, by: By) -> None:
    """Have the audit log say how much was erased. An id that a caller chose may be a name."""
    drawn = by.memory_id is not None and _DRAWN.fullmatch(by.memory_id)
    counts = {
        "erased": len(doomed.erased) + len(doomed.rederived),
        "demoted": len(doomed.demoted),
    }
    act = Act(
        by.actor,
        Action.MEMORY_ERASED,
        by.memory_id if drawn else None,
        agent.agent_key,
        counts,
    )
    record(runtime, tx, agent.tenant, act)


def _without(numbers: Sequence[int], kept: set[int]) -> tuple[int, ...]:
    return tuple(one for one in numbers if one not in kept)


def erase(
    runtime: Runtime, tx: Tx, agent: Agent, doomed: Closure, *, entered: bool = False
) -> list[int]:
    """Erase and demote; returns the key slots to destroy once this is durable.

    The order to destroy them commits together with the erasure, and so does its entry in the
    ledger, unless that has been `entered` by the caller: after a crash in between, the next start
    finishes it. What is to be derived anew is erased here like the rest, and what is left of its
    sources noted: `operations.rederive` puts them together.
    """
    now = runtime.clock.now()
    gone = sorted({*doomed.erased, *doomed.rederived})
    rows = memories.by_numbers(tx, agent.agent_key, gone, restricted=True) if gone else []
    anew = frozenset(doomed.rederived)
    pending = [row for row in rows if row.number in anew]
    if pending:
        noted = rederivations.standing(tx, agent.agent_key, pending, doomed.erased)
        rederivations.note(tx, agent.agent_key, noted)
    near = beside(runtime, tx, agent, [*gone, *doomed.demoted])
    behaviors = [row.number for row in rows if row.kind == Kind.PROCEDURAL]
    wordings = concerned(tx, agent, [*behaviors, *doomed.demoted])
    slots = _erase_rows(tx, agent, gone, rows)
    activity.note(tx, agent.agent_key, hour_of(now), [(Measure.FORGOTTEN, len(rows))])
    demote(tx, agent, doomed.demoted)
    ids = [row.id for row in rows]
    unlinked = settle_without(runtime, tx, agent, ids, doomed.demoted, near)
    if wordings:
        unlinked = sorted({*unlinked, *restand(runtime, tx, agent)})
    # Of what was held back the indexes have let go already.
    shown = [row.number for row in rows if not row.restricted]
    changed = sorted({*shown, *doomed.demoted, *unlinked})
    if changed:
        agents.record(tx, agent.agent_key, changed)
    agents.advance_epoch(tx, agent.agent_key)
    shreddings.order(tx, agent.agent_key, slots, now)
    if gone and not entered:
        erasures.append(tx, now, erasures.of_memories(agent.agent_key, gone))
    if runtime.keyring.rotates:
        agents.order_rotation(tx, agent.agent_key, now)
    state.order_purge(tx, now)
    _follow(runtime, tx, agent, shown, changed)
    return slots


def _erase_rows(tx: Tx, agent: Agent, gone: Sequence[int], rows: Sequence[MemoryRow]) -> list[int]:
    """Delete memories, their lineage, and people and sessions that nothing names any more."""
    people = {row.user_no for row in rows if row.user_no is not None}
    people.update(identities.subjects_of(tx, agent.agent_key, gone))
    sessions = {row.session_no for row in rows if row.session_no is not None}
    slots = memories.erase(tx, agent.agent_key, gone)
    lineage.erase(tx, agent.agent_key, gone)
    slots += identities.erase_unnamed(tx, PEOPLE, agent.agent_key, sorted(people))
    slots += identities.erase_unnamed(tx, SESSIONS, agent.agent_key, sorted(sessions))
    return slots


def demote(tx: Tx, agent: Agent, numbers: Sequence[int]) -> None:
    """Quarantine memories that lost sources; they are trusted as their other sources allow.

    In order of derivation: what rests on a demoted memory is trusted no more than that. Wordings of
    behaviors among them stand as `restand` then has it.
    """
    remaining = lineage.parents_of(tx, agent.agent_key, numbers)
    for number in sorted(numbers):
        [row] = memories.by_numbers(tx, agent.agent_key, [number], restricted=True)
        left = remaining.get(number, [])
        sources = memories.by_numbers(tx, agent.agent_key, left, restricted=True) if left else []
        values = {"status": Status.QUARANTINED, "derived": bool(left)}
        if row.stated_trust is not None:
            trusts = [Trust(row.stated_trust), *(Trust(one.trust) for one in sources)]
            values["trust"] = least_trust(trusts)
        memories.change(tx, agent.agent_key, number, values)
    lose_sources(tx, agent, concerned(tx, agent, numbers))


def _follow(
    runtime: Runtime, tx: Tx, agent: Agent, shown: Sequence[int], changed: Sequence[int]
) -> None:
    after = agents.by_key(tx, agent.agent_key).sequence
    # Queries about what was erased may lie in the cache; it forgets them all.
    tx.after_commit.append(runtime.embedder.forget)
    if len(changed) == len(shown):
        before = after - len(changed)
        tx.after_commit.append(
            partial(indexing.follow, runtime, agent.agent_key, before, after, [], shown)
        )
    else:
        # Demoted memories are read anew from SQL.
        tx.after_commit.append(partial(indexing.bring_up, runtime, agent.agent_key, after))
