"""A person's memories beyond what an erasure asks: whose, when they happened, who holds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from memsvc.core.forget_request import GONE, REDACTED, Purpose, RequestStatus
from memsvc.store.forgetting_tables import forget_requests, restrictions
from memsvc.store.memories import CHUNK
from memsvc.store.tables import memories, memory_subjects
from memsvc.store.transaction import Tx


def from_people(tx: Tx, agent_key: int, person_nos: Sequence[int]) -> set[int]:
    """Numbers of the memories that came from these people, restricted ones too."""
    statement = select(memories.c.number).where(
        memories.c.agent_key == agent_key, memories.c.user_no.in_(person_nos)
    )
    return set(tx.execute(statement).scalars())


def about_people(tx: Tx, agent_key: int, person_nos: Sequence[int]) -> set[int]:
    """Numbers of the memories that are marked as about these people, restricted ones too."""
    statement = select(memory_subjects.c.number).where(
        memory_subjects.c.agent_key == agent_key, memory_subjects.c.person_no.in_(person_nos)
    )
    return set(tx.execute(statement).scalars())


def timeline(
    tx: Tx, agent_key: int, numbers: Sequence[int], now: datetime
) -> list[tuple[datetime, int]]:
    """When each of these happened or, where that is not known, was recorded; in that order.

    Memories whose time is over are left out: they are gone for everybody.
    """
    happened = func.coalesce(memories.c.event_time, memories.c.created_at).label("happened")
    found: list[tuple[datetime, int]] = []
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(happened, memories.c.number).where(
                memories.c.agent_key == agent_key,
                memories.c.number.in_(numbers[start : start + CHUNK]),
                memories.c.expires_at.is_(None) | (memories.c.expires_at > now),
            )
        )
        found += [(row.happened, row.number) for row in rows]
    return sorted(found)


def being_erased(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Those of these memories that an erasure under way is to erase, derive anew or redact.

    One under a legal hold stays as it is, and is not among them.
    """
    acts = [*GONE, *REDACTED]
    return _held(
        tx,
        agent_key,
        numbers,
        forget_requests.c.purpose == Purpose.ERASURE,
        forget_requests.c.status != RequestStatus.HELD,
        restrictions.c.act.in_([str(one) for one in acts]),
    )


def ordered_erased(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Those of these memories that any erasure holds back, one under a legal hold, too."""
    return _held(tx, agent_key, numbers, forget_requests.c.purpose == Purpose.ERASURE)


def _held(
    tx: Tx, agent_key: int, numbers: Sequence[int], *conditions: ColumnElement[bool]
) -> set[int]:
    held: set[int] = set()
    for start in range(0, len(numbers), CHUNK):
        statement = (
            select(restrictions.c.number)
            .join(forget_requests, forget_requests.c.holder == restrictions.c.holder)
            .where(
                restrictions.c.agent_key == agent_key,
                restrictions.c.number.in_(numbers[start : start + CHUNK]),
                *conditions,
            )
        )
        held.update(tx.execute(statement).scalars())
    return held
