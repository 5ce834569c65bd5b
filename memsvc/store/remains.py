"""What remains: rows that speak of memories by their numbers, and keys that there still are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from memsvc.store.forgetting_tables import restrictions
from memsvc.store.memories import CHUNK
from memsvc.store.tables import (
    agents,
    lineage,
    memories,
    memory_subjects,
    memory_versions,
    vectors,
)
from memsvc.store.transaction import Tx

_SPEAK = (
    (memories, memories.c.number),
    (vectors, vectors.c.number),
    (memory_subjects, memory_subjects.c.number),
    (memory_versions, memory_versions.c.number),
    (restrictions, restrictions.c.number),
    (lineage, lineage.c.child),
    (lineage, lineage.c.parent),
)


def rows_of(tx: Tx, agent_key: int, numbers: Sequence[int]) -> Counter[str]:
    """How many rows of each table speak of these memories."""
    left: Counter[str] = Counter()
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        for table, column in _SPEAK:
            counted = select(func.count()).select_from(table)
            held = counted.where(table.c.agent_key == agent_key, column.in_(chunk))
            # A plain str: the name of a table is of a kind of its own, which JSON does not take.
            left[str(table.name)] += int(tx.execute(held).scalar_one())
    return left


def everyone(tx: Tx) -> list[int]:
    """All agents of all tenants, the service's own row included."""
    return list(tx.execute(select(agents.c.agent_key).order_by(agents.c.agent_key)).scalars())
