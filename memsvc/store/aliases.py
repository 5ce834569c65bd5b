"""Aliases: identities and names that mean one person, throughout a tenant."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select

from memsvc.store.forgetting_tables import aliases
from memsvc.store.transaction import Tx

IDENTITY, NAME = "id", "name"


@dataclass(frozen=True, slots=True)
class AliasRow:
    """One identity or name of one person, sealed, under a keyed token."""

    tenant: str
    subject_no: int
    token: bytes
    kind: str
    key_slot: int | None
    sealed: bytes


def subjects_of(tx: Tx, tenant: str, tokens: Collection[bytes], kind: str = IDENTITY) -> list[int]:
    """Numbers of the people whose identities (or names) these are, ascending."""
    statement = select(aliases.c.subject_no).where(
        aliases.c.tenant == tenant, aliases.c.kind == kind, aliases.c.token.in_(list(tokens))
    )
    return sorted(set(tx.execute(statement).scalars()))


def rows_of(tx: Tx, tenant: str, subject_nos: Sequence[int]) -> list[AliasRow]:
    """All that is known of these people, in order of tokens."""
    rows = tx.execute(
        select(aliases)
        .where(aliases.c.tenant == tenant, aliases.c.subject_no.in_(subject_nos))
        .order_by(aliases.c.subject_no, aliases.c.token)
    )
    return [AliasRow(**row._mapping) for row in rows]


def add(tx: Tx, rows: Sequence[AliasRow]) -> None:
    """Store new aliases."""
    if rows:
        tx.execute(insert(aliases), [asdict(one) for one in rows])


def remove(tx: Tx, tenant: str, subject_no: int, tokens: Sequence[bytes]) -> None:
    """Delete these aliases of one person; their keys stay the caller's affair."""
    tx.execute(
        delete(aliases).where(
            aliases.c.tenant == tenant,
            aliases.c.subject_no == subject_no,
            aliases.c.token.in_(tokens),
        )
    )


def erase(tx: Tx, tenant: str, subject_nos: Sequence[int]) -> list[int]:
    """Delete all that is known of these people; key slots to destroy."""
    erased = tx.execute(
        delete(aliases)
        .where(aliases.c.tenant == tenant, aliases.c.subject_no.in_(subject_nos))
        .returning(aliases.c.key_slot)
    ).scalars()
    return [slot for slot in erased if slot is not None]
