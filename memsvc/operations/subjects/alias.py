"""Alias: that several identities, and names, mean one person, throughout a tenant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from memsvc.core.audit import Act, Action
from memsvc.errors import InvalidRequest, SeveralPeople
from memsvc.operations.audit import record
from memsvc.operations.forgetting.people import (
    alias_context,
    identity_token,
    name_token,
    opened_aliases,
    subject_of,
)
from memsvc.operations.subjects.restrict import restrictions_of
from memsvc.runtime import Safe
from memsvc.store import agents, aliases, shreddings, state
from memsvc.store.aliases import IDENTITY, NAME, AliasRow
from memsvc.store.identities import draw_number
from memsvc.store.transaction import Tx

MOST = 256
"""Identities and names of one person."""

Words = tuple[str, str]
"""Kind, and the identity or name."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What is said of a person, whom `subject_id` means among others.

    `remove` are identities and names that mean them no longer. `merge`: also where the identities
    are registered as those of several people, who are one from then on.
    """

    subject_id: str
    aliases: Sequence[str] = ()
    names: Sequence[str] = ()
    remove: Sequence[str] = ()
    merge: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """By what a person is known; `restriction` is the id under which they are restricted."""

    identities: tuple[str, ...]
    names: tuple[str, ...]
    restriction: str | None = None


@dataclass(slots=True)
class _Change:
    """Rows to add and remove, and the key slots of those that go."""

    added: list[AliasRow] = field(default_factory=list)
    removed: list[AliasRow] = field(default_factory=list)


def look_up(safe: Safe, tenant: str, subject_id: str) -> Known:
    """By what the person of an identity is known: by that alone, where nothing is registered."""
    with safe.database.snapshot() as tx:
        person = subject_of(safe, tx, tenant, subject_id).person
        restricted = restrictions_of(safe, tx, tenant, subject_id)
    return Known(person.identities, person.names, restricted[0].id if restricted else None)


def register(safe: Safe, tenant: str, actor: str, said: Registration) -> Known:
    """Register it; by what the person is known then.

    Identities are taken as they are written in memories, names whatever their spelling. The keys of
    what was removed are destroyed on return. Raises SeveralPeople where the identities are
    registered as those of several people, and InvalidRequest for what is given and removed at once,
    or for more than a person may have.
    """
    both = {said.subject_id, *said.aliases, *said.names}.intersection(said.remove)
    if both:
        raise InvalidRequest.at("remove", "must not hold what is registered by the same request")
    slots = safe.database.write(partial(_register, safe, tenant, actor, said))
    safe.keyring.shred(slots)
    return look_up(safe, tenant, said.subject_id)


def _register(safe: Safe, tenant: str, actor: str, said: Registration, tx: Tx) -> list[int]:
    # Whoever registers anybody holds this row: two cannot make one person twice.
    agents.service(tx, lock=True)
    given = [(IDENTITY, one) for one in dict.fromkeys([said.subject_id, *said.aliases])]
    tokens = [identity_token(safe, tenant, identity) for _, identity in given]
    found = aliases.subjects_of(tx, tenant, tokens)
    if len(found) > 1 and not said.merge:
        raise SeveralPeople(
            "These identities are registered as those of several people; nothing was changed. "
            "Say merge to make them one."
        )
    of_subject = aliases.subjects_of(tx, tenant, tokens[:1])
    number = next(iter([*of_subject, *found]), None)
    rows = aliases.rows_of(tx, tenant, found) if found else []
    change = _changed(
        safe,
        tx,
        rows,
        number if number is not None else draw_number(),
        tenant,
        [*given, *((NAME, one) for one in dict.fromkeys(said.names))],
        said.remove,
    )
    slots = _store(safe, tx, tenant, change)
    detail = {
        "added": len(change.added),
        "removed": len(change.removed),
        "merged": max(0, len(found) - 1),
    }
    record(safe, tx, tenant, Act(actor, Action.SUBJECT_ALIASED, detail=detail))
    return slots


def _changed(
    safe: Safe,
    tx: Tx,
    rows: Sequence[AliasRow],
    number: int,
    tenant: str,
    given: Iterable[Words],
    remove: Iterable[str],
) -> _Change:
    """What is to be done so that all of it is that number's, and nothing of `remove` is anybody's.

    A row is bound to its person's number: one of another is sealed anew.
    """
    gone = {_token(safe, tenant, kind, one) for one in remove for kind in (IDENTITY, NAME)}
    change = _Change()
    known: dict[bytes, Words] = {}
    for row, words in zip(rows, opened_aliases(safe, tx, rows), strict=True):
        if row.token in gone:
            change.removed.append(row)
        elif row.subject_no != number:
            change.removed.append(row)
            known.setdefault(row.token, (row.kind, words))
    stay = {row.token for row in rows if row not in change.removed}
    for kind, words in given:
        known.setdefault(_token(safe, tenant, kind, words), (kind, words))
    new = {token: words for token, words in known.items() if token not in stay}
    if len(stay) + len(new) > MOST:
        raise InvalidRequest.at("aliases", f"a person may have {MOST} identities and names")
    if len(stay) + len(new) == 1:
        # Somebody with one identity and no name is what an identity is anyway.
        change.removed += [row for row in rows if row.token in stay]
        return change
    change.added = _sealed(safe, tx, tenant, number, new)
    return change


def _sealed(
    safe: Safe, tx: Tx, tenant: str, number: int, new: dict[bytes, Words]
) -> list[AliasRow]:
    service = agents.service(tx, lock=True)
    keys = safe.keyring.allocate(service.agent_key, service.wrapped_key, len(new))
    rows = []
    for (token, (kind, words)), key in zip(new.items(), keys, strict=True):
        row = AliasRow(tenant, number, token, kind, key.slot, b"")
        sealed = safe.keyring.seal(key, words.encode(), alias_context(row))
        rows.append(AliasRow(tenant, number, token, kind, key.slot, sealed))
    return rows


def _store(safe: Safe, tx: Tx, tenant: str, change: _Change) -> list[int]:
    """Have the rows as they are to be; the key slots to destroy once that is durable."""
    for number in sorted({row.subject_no for row in change.removed}):
        tokens = [row.token for row in change.removed if row.subject_no == number]
        aliases.remove(tx, tenant, number, tokens)
    aliases.add(tx, change.added)
    slots = [row.key_slot for row in change.removed if row.key_slot is not None]
    if change.removed:
        now, service = safe.clock.now(), agents.service(tx)
        shreddings.order(tx, service.agent_key, slots, now)
        if safe.keyring.rotates:
            agents.order_rotation(tx, service.agent_key, now)
        state.order_purge(tx, now)
    return slots


def _token(safe: Safe, tenant: str, kind: str, words: str) -> bytes:
    return (identity_token if kind == IDENTITY else name_token)(safe, tenant, words)
