"""People and sessions: a keyed token of the identity, a random number, a sealed name.

Memory rows carry only the random number. Both tables have the same shape and the same life: a row
is made with the first memory, or mark of a source, that names it and goes, key and all, with the
last.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
)

from memsvc.store.living_tables import marked_sources
from memsvc.store.tables import memories, memory_subjects, people, sessions
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Register:
    """One of the two tables, and the column of its number."""

    table: Table
    number: str
    known: Executable


def _known(table: Table, number: str) -> Executable:
    """Tokens and numbers of those identities, of a set, that have a row."""
    return select(table.c.token, table.c[number]).where(
        table.c.agent_key == bindparam("agent_key"),
        table.c.token.in_(bindparam("tokens", expanding=True)),
    )


PEOPLE = Register(people, "person_no", _known(people, "person_no"))
SESSIONS = Register(sessions, "session_no", _known(sessions, "session_no"))


def find(tx: Tx, register: Register, agent_key: int, token: bytes) -> int | None:
    """The number behind an identity's token, or None when no memory names it."""
    table = register.table
    statement = select(table.c[register.number]).where(
        table.c.agent_key == agent_key, table.c.token == token
    )
    return tx.execute(statement).scalar()


def find_all(
    tx: Tx, register: Register, agent_key: int, tokens: Sequence[bytes]
) -> dict[bytes, int]:
    """The numbers of those identities that are known."""
    rows = tx.execute(register.known, {"agent_key": agent_key, "tokens": tokens})
    return {row[0]: row[1] for row in rows}


def rows_of(
    tx: Tx, register: Register, agent_key: int, numbers: Sequence[int]
) -> list[Row[tuple[Any, ...]]]:
    """`number`, `key_slot` and `sealed` name of these identities."""
    table = register.table
    statement = select(
        table.c[register.number].label("number"), table.c.key_slot, table.c.sealed
    ).where(table.c.agent_key == agent_key, table.c[register.number].in_(numbers))
    return list(tx.execute(statement))


def draw_number() -> int:
    """A random number for a new person or session: 62 bits, which a row cannot be guessed by."""
    return secrets.randbits(62)


def add(tx: Tx, register: Register, rows: Sequence[dict[str, Any]]) -> None:
    """Insert new identities: agent_key, the number, token, key_slot, sealed."""
    tx.execute(insert(register.table), rows)


def erase_unnamed(tx: Tx, register: Register, agent_key: int, numbers: Sequence[int]) -> list[int]:
    """Delete those of the identities that nothing names any more; returns their key slots."""
    table = register.table
    erased = tx.execute(
        delete(table)
        .where(
            table.c.agent_key == agent_key,
            table.c[register.number].in_(numbers),
            ~_named(register),
        )
        .returning(table.c.key_slot)
    ).scalars()
    return [slot for slot in erased if slot is not None]


def _named(register: Register) -> ColumnElement[bool]:
    if register is SESSIONS:
        in_session = exists().where(
            memories.c.agent_key == sessions.c.agent_key,
            memories.c.session_no == sessions.c.session_no,
        )
        marked = exists().where(
            marked_sources.c.agent_key == sessions.c.agent_key,
            marked_sources.c.session_no == sessions.c.session_no,
        )
        return or_(in_session, marked)
    as_user = exists().where(
        memories.c.agent_key == people.c.agent_key, memories.c.user_no == people.c.person_no
    )
    as_subject = exists().where(
        memory_subjects.c.agent_key == people.c.agent_key,
        memory_subjects.c.person_no == people.c.person_no,
    )
    as_source = exists().where(
        marked_sources.c.agent_key == people.c.agent_key,
        marked_sources.c.user_no == people.c.person_no,
    )
    return or_(as_user, as_subject, as_source)


def subjects_of(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Person numbers that these memories are about."""
    # Distinct here: asked to do it, SQLite goes through all of the agent's.
    statement = select(memory_subjects.c.person_no).where(
        memory_subjects.c.agent_key == agent_key, memory_subjects.c.number.in_(numbers)
    )
    return set(tx.execute(statement).scalars())
