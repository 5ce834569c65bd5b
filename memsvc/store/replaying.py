"""What an older database still has of what the erasure ledger tells of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select

from memsvc.store.forgetting_tables import aliases
from memsvc.store.memories import CHUNK
from memsvc.store.tables import agents, memories
from memsvc.store.transaction import Tx

RUNS = 200
"""Runs of numbers asked for in one statement."""


def has_agent(tx: Tx, agent_key: int, made_by: datetime | None) -> bool:
    """Whether there is such an agent; with `made_by` one that was there by then."""
    condition = agents.c.agent_key == agent_key
    if made_by is not None:
        condition &= agents.c.created_at <= made_by
    return bool(tx.execute(select(exists().where(condition))).scalar_one())


def still_there(
    tx: Tx,
    agent_key: int,
    runs: Sequence[Sequence[int]],
    made_by: datetime | None,
    limit: int | None,
) -> list[int]:
    """Numbers within these runs that are memories, restricted ones too, ascending within a run.

    With `made_by` those alone that were made by then; no more than `limit`.
    """
    found: list[int] = []
    for start in range(0, len(runs), RUNS):
        within = [
            memories.c.number.between(first, last) for first, last in runs[start : start + RUNS]
        ]
        statement = select(memories.c.number).where(memories.c.agent_key == agent_key, or_(*within))
        if made_by is not None:
            statement = statement.where(memories.c.created_at <= made_by)
        if limit is not None:
            statement = statement.limit(limit - len(found))
        found += tx.execute(statement.order_by(memories.c.number)).scalars()
        if limit is not None and len(found) >= limit:
            break
    return found


def erase_subjects(tx: Tx, subject_nos: Sequence[int]) -> list[int]:
    """Delete what is known of these people, in whatever tenant; returns the key slots to destroy.

    Their numbers are random, so they need no tenant.
    """
    slots: list[int] = []
    for start in range(0, len(subject_nos), CHUNK):
        erased = tx.execute(
            delete(aliases)
            .where(aliases.c.subject_no.in_(subject_nos[start : start + CHUNK]))
            .returning(aliases.c.key_slot)
        ).scalars()
        slots += [slot for slot in erased if slot is not None]
    return slots
