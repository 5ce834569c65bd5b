"""Versions: how memories were worded before they were changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from memsvc.store.memories import CHUNK, MemoryRow
from memsvc.store.tables import memory_versions
from memsvc.store.transaction import Tx


def keep_version(tx: Tx, row: MemoryRow, superseded_at: datetime) -> None:
    """Put the memory as it stands into its history."""
    tx.execute(
        insert(memory_versions).values(
            agent_key=row.agent_key,
            number=row.number,
            version=row.version,
            recorded_at=row.updated_at,
            superseded_at=superseded_at,
            sealed=row.sealed,
        )
    )


def versions_at(
    tx: Tx, agent_key: int, numbers: Sequence[int], moment: datetime
) -> list[MemoryRow]:
    """For each memory reworded after `moment`, the version that stood then."""
    found: dict[int, MemoryRow] = {}
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(memory_versions)
            .where(
                memory_versions.c.agent_key == agent_key,
                memory_versions.c.number.in_(numbers[start : start + CHUNK]),
                memory_versions.c.superseded_at > moment,
            )
            .order_by(memory_versions.c.version.desc())
        )
        found.update((row.number, row) for row in rows)
    return list(found.values())


def versions_of(tx: Tx, agent_key: int, number: int) -> list[MemoryRow]:
    """The earlier versions of a memory, the first one first."""
    held = select(memory_versions).where(
        memory_versions.c.agent_key == agent_key, memory_versions.c.number == number
    )
    return list(tx.execute(held.order_by(memory_versions.c.version)))


def erase_versions(tx: Tx, agent_key: int, number: int) -> None:
    """Delete the earlier versions of a memory."""
    tx.execute(
        delete(memory_versions).where(
            memory_versions.c.agent_key == agent_key, memory_versions.c.number == number
        )
    )
