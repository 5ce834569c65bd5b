"""Memories: rows as they lie in the database, sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    bindparam,
    delete,
    func,
    select,
    update,
)

from memsvc.store import tallies
from memsvc.store.prepared import PreparedInsert, PreparedSelect, numbered, padded
from memsvc.store.tables import memories, memory_subjects, vectors
from memsvc.store.transaction import Tx

MemoryRow = Row[*tuple[Any, ...]]
"""One row of `memories`, its columns by name."""

CHUNK = 500
"""Rows fetched and opened at a time, and numbers bound in one statement."""

_INSERT_MEMORIES = PreparedInsert(memories)
_INSERT_VECTORS = PreparedInsert(vectors)
_INSERT_SUBJECTS = PreparedInsert(memory_subjects)
UNRESTRICTED = memories.c.restricted.is_(False)
"""What a forget request or a restriction holds back is there for nobody who reads."""

_BY_ID = select(memories).where(
    memories.c.agent_key == bindparam("agent_key"), memories.c.id == bindparam("id"), UNRESTRICTED
)


@lru_cache
def _by_numbers(count: int, restricted: bool) -> PreparedSelect:
    found = select(memories).where(
        memories.c.agent_key == bindparam("agent_key"),
        memories.c.number.in_(numbered("number", count)),
    )
    return PreparedSelect(found if restricted else found.where(UNRESTRICTED))


def expired_by(row: MemoryRow, now: datetime) -> bool:
    """Whether the memory's time is over: it is gone for everybody, erased or not yet."""
    return row.expires_at is not None and row.expires_at <= now


def insert_all(
    tx: Tx,
    rows: Sequence[Mapping[str, Any]],
    vector_rows: Sequence[Mapping[str, Any]],
    subject_rows: Sequence[Mapping[str, Any]],
) -> None:
    """Store new memories with their vectors and the people they are about."""
    _INSERT_MEMORIES.run(tx, rows)
    tallies.added(tx, rows)
    _INSERT_VECTORS.run(tx, vector_rows)
    if subject_rows:
        _INSERT_SUBJECTS.run(tx, subject_rows)


def by_id(tx: Tx, agent_key: int, memory_id: str) -> MemoryRow | None:
    """The memory with this id, whatever its status."""
    return tx.connection.execute(_BY_ID, {"agent_key": agent_key, "id": memory_id}).first()


def by_numbers(
    tx: Tx, agent_key: int, numbers: Sequence[int], *, restricted: bool = False
) -> list[MemoryRow]:
    """The memories that still exist among these, in no order.

    `restricted`: those, too, that a forget request or a restriction holds back.
    """
    found: list[MemoryRow] = []
    for start in range(0, len(numbers), CHUNK):
        chunk = padded(numbers[start : start + CHUNK])
        found += _by_numbers(len(chunk), restricted).rows(tx, agent_key, *chunk)
    return found


def numbers_of(tx: Tx, agent_key: int, ids: Sequence[str]) -> dict[str, int]:
    """Numbers of the memories that exist among these ids, restricted ones too: ids are theirs."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), CHUNK):
        rows = tx.execute(
            select(memories.c.id, memories.c.number).where(
                memories.c.agent_key == agent_key,
                memories.c.id.in_(ids[start : start + CHUNK]),
            )
        )
        found.update((row.id, row.number) for row in rows)
    return found


def count(tx: Tx, agent_key: int) -> int:
    """How many memories the agent has, whatever their status."""
    held = select(func.count()).select_from(memories)
    counted = held.where(memories.c.agent_key == agent_key, UNRESTRICTED)
    return int(tx.execute(counted).scalar_one())


def _with_vectors(*conditions: ColumnElement[bool]) -> Select[Any]:
    same = (vectors.c.agent_key == memories.c.agent_key) & (vectors.c.number == memories.c.number)
    joined = select(memories, vectors.c.sealed.label("vector"), vectors.c.model_no)
    return joined.join(vectors, same).where(
        memories.c.agent_key == bindparam("agent_key"), UNRESTRICTED, *conditions
    )


_NEXT = PreparedSelect(
    select(memories)
    .where(
        memories.c.agent_key == bindparam("agent_key"),
        memories.c.number > bindparam("after", type_=BigInteger),
        UNRESTRICTED,
    )
    .order_by(memories.c.number)
    .suffix_with(f"LIMIT {CHUNK}")
)


def all_rows(tx: Tx, agent_key: int) -> Iterator[list[MemoryRow]]:
    """All memories, ascending, in chunks."""
    after = -1
    while rows := _NEXT.rows(tx, agent_key, after):
        yield rows
        after = rows[-1].number


_NEXT_WITH_VECTORS = PreparedSelect(
    _with_vectors(memories.c.number > bindparam("after", type_=BigInteger))
    .order_by(memories.c.number)
    # SQLAlchemy's own limit brings an offset along, which wants a parameter on SQLite alone.
    .suffix_with(f"LIMIT {CHUNK}")
)


@lru_cache
def _some_with_vectors(count: int) -> PreparedSelect:
    return PreparedSelect(_with_vectors(memories.c.number.in_(numbered("number", count))))


def all_with_vectors(tx: Tx, agent_key: int) -> Iterator[list[MemoryRow]]:
    """All memories with their sealed vectors, ascending, in chunks."""
    after = -1
    while rows := _NEXT_WITH_VECTORS.rows(tx, agent_key, after):
        yield rows
        after = rows[-1].number


def some_with_vectors(tx: Tx, agent_key: int, numbers: Sequence[int]) -> list[MemoryRow]:
    """The memories that still exist among these, with their sealed vectors."""
    found: list[MemoryRow] = []
    for start in range(0, len(numbers), CHUNK):
        chunk = padded(numbers[start : start + CHUNK])
        found += _some_with_vectors(len(chunk)).rows(tx, agent_key, *chunk)
    return found


def change(tx: Tx, agent_key: int, number: int, values: Mapping[str, Any]) -> None:
    """Set columns of one memory."""
    if not tallies.COUNTED.isdisjoint(values):
        tallies.changing(tx, agent_key, {number: values})
    tx.execute(
        update(memories)
        .where(memories.c.agent_key == agent_key, memories.c.number == number)
        .values(**values)
    )


def replace_subjects(tx: Tx, agent_key: int, number: int, person_nos: Sequence[int]) -> None:
    """Have the memory be about these people."""
    tx.execute(
        delete(memory_subjects).where(
            memory_subjects.c.agent_key == agent_key, memory_subjects.c.number == number
        )
    )
    if person_nos:
        _INSERT_SUBJECTS.run(
            tx,
            [{"agent_key": agent_key, "person_no": one, "number": number} for one in person_nos],
        )


def replace_vector(tx: Tx, agent_key: int, number: int, model_no: int, sealed: bytes) -> None:
    """Store a new vector for the memory."""
    tx.execute(
        update(vectors)
        .where(vectors.c.agent_key == agent_key, vectors.c.number == number)
        .values(model_no=model_no, sealed=sealed)
    )


def erase(tx: Tx, agent_key: int, numbers: Sequence[int]) -> list[int]:
    """Delete the memories with vectors, subjects and versions; returns their key slots."""
    slots: list[int] = []
    for start in range(0, len(numbers), CHUNK):
        statement = (
            delete(memories)
            .where(
                memories.c.agent_key == agent_key,
                memories.c.number.in_(numbers[start : start + CHUNK]),
            )
            .returning(memories.c.key_slot, *tallies.CELL)
        )
        rows = tx.execute(statement).all()
        tallies.removed(tx, agent_key, rows)
        slots += [row.key_slot for row in rows if row.key_slot is not None]
    return slots


def expired(tx: Tx, now: datetime, limit: int) -> list[tuple[int, int]]:
    """(agent_key, number) of memories whose `expires_at` has passed."""
    rows = tx.execute(
        select(memories.c.agent_key, memories.c.number)
        .where(memories.c.expires_at <= now, UNRESTRICTED)
        .limit(limit)
    )
    return [(row.agent_key, row.number) for row in rows]
