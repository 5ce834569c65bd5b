"""Replay: erase in an older database what an entry of the erasure ledger tells of.

An entry names memories of one agent (`memories`, and `reworded` for those whose old version was
destroyed: the older database has that one), a whole agent (`agent_gone`), people (`subjects`). What
is not there needs nothing. What was derived from them goes, or is demoted, as in any erasure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from memsvc.core.erasure import Closure
from memsvc.operations.erase import erase
from memsvc.operations.reach import reach
from memsvc.runtime import Runtime
from memsvc.sealing.ledger_format import Entry
from memsvc.store import agents, replaying, restrictions, shreddings, state
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def weight_of(entry: Entry) -> int:
    """How many memories an entry can erase at most, but for those of a whole agent."""
    return sum(last - first + 1 for first, last in _runs(entry.content))


def erase_part(runtime: Runtime, tx: Tx, entries: Sequence[Entry], *, apart: bool) -> list[int]:
    """Erase what these entries tell of; returns the key slots to destroy once this is durable.

    `apart`: the database has gone on by itself since, so that what was made after an entry bears
    its numbers by chance and stays.
    """
    slots: list[int] = []
    for entry in entries:
        made_by = entry.at if apart else None
        slots += _erase_subjects(runtime, tx, entry.content.get("subjects", ()))
        if entry.content.get("agent_gone"):
            slots += _erase_agent(runtime, tx, entry.content["agent"], made_by)
        else:
            slots += _erase_some(runtime, entry.content, made_by, None, tx) or ()
    return slots


def without_entering(runtime: Runtime, entry: Entry, at_once: int, *, apart: bool) -> None:
    """Erase what an entry tells of, `at_once` memories in a transaction, and enter nothing yet."""
    made_by = entry.at if apart else None
    work = partial(_erase_some, runtime, entry.content, made_by, at_once)
    while (slots := runtime.database.write(work)) is not None:
        runtime.keyring.shred(slots)


def _runs(content: Mapping[str, Any]) -> list[Sequence[int]]:
    return [*content.get("memories", ()), *content.get("reworded", ())]


def _erase_some(
    runtime: Runtime,
    content: Mapping[str, Any],
    made_by: datetime | None,
    limit: int | None,
    tx: Tx,
) -> list[int] | None:
    """Erase memories of one agent; returns the key slots to destroy, None when none is there."""
    runs, agent_key = _runs(content), content.get("agent")
    if not runs or agent_key is None or not replaying.has_agent(tx, agent_key, None):
        return None
    agent = agents.by_key(tx, agent_key, lock=True)
    numbers = replaying.still_there(tx, agent_key, runs, made_by, limit)
    if not numbers:
        return None
    return erase(runtime, tx, agent, _doomed(runtime, tx, agent, numbers), entered=True)


def _doomed(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> Closure:
    """What goes with memories that are gone elsewhere; none of these is kept for any claim."""
    doomed = reach(runtime, tx, agent, numbers)
    beside = {*doomed.erased, *doomed.demoted, *doomed.rederived} - set(numbers)
    kept = restrictions.kept_among(tx, agent.agent_key, sorted(beside))
    parts = (doomed.erased, doomed.demoted, doomed.rederived)
    return Closure(*(tuple(one for one in part if one not in kept) for part in parts))


def _erase_agent(runtime: Runtime, tx: Tx, agent_key: int, made_by: datetime | None) -> list[int]:
    if not replaying.has_agent(tx, agent_key, made_by):
        return []
    agents.by_key(tx, agent_key, lock=True)
    slots = agents.erase(tx, agent_key)
    tx.after_commit.append(partial(runtime.indexes.drop, agent_key))
    tx.after_commit.append(runtime.embedder.forget)
    return _ordered(runtime, tx, slots)


def _erase_subjects(runtime: Runtime, tx: Tx, subject_nos: Sequence[int]) -> list[int]:
    return _ordered(runtime, tx, replaying.erase_subjects(tx, subject_nos)) if subject_nos else []


def _ordered(runtime: Runtime, tx: Tx, slots: list[int]) -> list[int]:
    """Order the destruction of slots in the service's name, and a purge."""
    now = runtime.clock.now()
    service = agents.service(tx).agent_key
    shreddings.order(tx, service, slots, now)
    if runtime.keyring.rotates:
        agents.order_rotation(tx, service, now)
    state.order_purge(tx, now)
    return slots
