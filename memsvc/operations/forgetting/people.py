"""People: whom identities mean, with all their aliases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memsvc.core.naming import Person
from memsvc.core.people import name_key
from memsvc.errors import KeysDamaged
from memsvc.runtime import Safe
from memsvc.sealing.aead import CannotOpen, context
from memsvc.store import agents, aliases
from memsvc.store.aliases import IDENTITY, NAME, AliasRow
from memsvc.store.identities import PEOPLE
from memsvc.store.transaction import Tx

NAME_TOKENS = "person_name"


@dataclass(frozen=True, slots=True)
class Subject:
    """One person: as words may show them, the tokens of their identities, their alias rows."""

    person: Person
    tokens: tuple[bytes, ...]
    subject_nos: tuple[int, ...]


def identity_token(safe: Safe, tenant: str, identity: str) -> bytes:
    """The keyed token of an identity, equal in all agents of the tenant."""
    return safe.keyring.token(tenant, PEOPLE.number, identity)


def name_token(safe: Safe, tenant: str, name: str) -> bytes:
    """The keyed token of a name, whatever its spelling."""
    return safe.keyring.token(tenant, NAME_TOKENS, name_key(name) or name.casefold())


def subject_of(safe: Safe, tx: Tx, tenant: str, identity: str) -> Subject:
    """The person whom an identity means; one without aliases has that identity alone."""
    token = identity_token(safe, tenant, identity)
    numbers = aliases.subjects_of(tx, tenant, [token])
    rows = aliases.rows_of(tx, tenant, numbers) if numbers else []
    known = opened_aliases(safe, tx, rows)
    identities = [words for row, words in zip(rows, known, strict=True) if row.kind == IDENTITY]
    names = [words for row, words in zip(rows, known, strict=True) if row.kind == NAME]
    tokens = [row.token for row in rows if row.kind == IDENTITY]
    return Subject(
        Person(tuple(dict.fromkeys([identity, *identities])), tuple(names)),
        tuple(dict.fromkeys([token, *tokens])),
        tuple(numbers),
    )


def opened_aliases(safe: Safe, tx: Tx, rows: Sequence[AliasRow]) -> list[str]:
    """What these rows say, in their order; KeysDamaged when one does not open."""
    service = agents.service(tx)
    keys = safe.keyring.keys(service.agent_key, service.wrapped_key, [row.key_slot for row in rows])
    words = []
    for row in rows:
        key = keys.get(row.key_slot)
        try:
            if key is None:
                raise CannotOpen
            words.append(safe.keyring.open(key, row.sealed, alias_context(row)).decode())
        except CannotOpen:
            raise KeysDamaged(
                "An alias of a person does not open: database and keys are not of the same moment. "
                "Restore both from one backup."
            ) from None
    return words


def alias_context(row: AliasRow) -> bytes:
    """What a sealed alias is bound to."""
    return context(row.tenant, row.subject_no, row.token.hex(), "alias")
