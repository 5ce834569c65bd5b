"""Key slots whose destruction is ordered: written with the erasure, kept until it is done.

A crash between the commit that erases the rows and the overwriting of their keys leaves these
rows, and the next start finishes the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from memsvc.store.tables import shreddings
from memsvc.store.transaction import Tx

CHUNK = 500


def order(tx: Tx, agent_key: int, slots: Sequence[int], now: datetime) -> None:
    """Order the destruction of these slots."""
    if slots:
        tx.execute(
            insert(shreddings),
            [{"agent_key": agent_key, "key_slot": slot, "ordered_at": now} for slot in slots],
        )


def ordered(tx: Tx) -> list[int]:
    """Slots still to be destroyed, of all agents."""
    return list(tx.execute(select(shreddings.c.key_slot)).scalars())


def done(tx: Tx, slots: Sequence[int]) -> None:
    """Note that these slots are destroyed."""
    for start in range(0, len(slots), CHUNK):
        chunk = slots[start : start + CHUNK]
        tx.execute(delete(shreddings).where(shreddings.c.key_slot.in_(chunk)))
