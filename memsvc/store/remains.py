"""What remains: rows that speak of memories by their numbers, and keys that there still are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from memsvc.store.forgetting_tables import restrictions
from memsvc.store.memories import CHUNK
from memsvc.store.tables import (
    agents,
    api_keys,
    lineage,
    memories,
    memory_subjects,
    memory_versions,
    people,
    sessions,
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


def told_by_ids(tx: Tx, tenant: str, text: str) -> bool:
    """Whether an id or name that a caller of the tenant chose holds the text, in any case."""
    folded = text.lower()
    of_tenant = select(agents.c.agent_key).where(agents.c.tenant == tenant)
    held = (
        select(agents.c.agent_key).where(
            agents.c.tenant == tenant, _holds(agents.c.agent_id, folded)
        ),
        select(api_keys.c.key_id).where(
            api_keys.c.tenant == tenant, _holds(api_keys.c.name, folded)
        ),
        select(memories.c.number).where(
            memories.c.agent_key.in_(of_tenant), _holds(memories.c.id, folded)
        ),
    )
    return any(tx.execute(one.limit(1)).first() is not None for one in held)


def _holds(column: ColumnElement[str], folded: str) -> ColumnElement[bool]:
    return func.lower(column).contains(folded, autoescape=True)


def everyone(tx: Tx) -> list[int]:
    """All agents of all tenants, the service's own row included."""
    return list(tx.execute(select(agents.c.agent_key).order_by(agents.c.agent_key)).scalars())


def identity_slots(tx: Tx, agent_key: int) -> list[int]:
    """Key slots of the agent's people and sessions."""
    found: list[int] = []
    for table in (people, sessions):
        statement = select(table.c.key_slot).where(table.c.agent_key == agent_key)
        found += [slot for slot in tx.execute(statement).scalars() if slot is not None]
    return found


def slots_after(tx: Tx, agent_key: int, number: int, limit: int) -> list[tuple[int, int]]:
    """(number, key slot) of the agent's next memories beyond a number, restricted ones too."""
    rows = tx.execute(
        select(memories.c.number, memories.c.key_slot)
        .where(
            memories.c.agent_key == agent_key,
            memories.c.number > number,
            memories.c.key_slot.is_not(None),
        )
        .order_by(memories.c.number)
        .limit(limit)
    )
    return [(row.number, row.key_slot) for row in rows]
