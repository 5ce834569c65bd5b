"""Identities to numbers: who and which session a statement names, known or new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from memsvc.core.memory import Draft, Memory
from memsvc.errors import KeysDamaged
from memsvc.runtime import Runtime, Safe
from memsvc.sealing.aead import CannotOpen, context
from memsvc.store import identities
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS, Register
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Named:
    """Numbers of the people and sessions that some statements name."""

    people: Mapping[str | None, int]
    sessions: Mapping[str | None, int]


def identify(runtime: Runtime, tx: Tx, agent: Agent, statements: Sequence[Draft | Memory]) -> Named:
    """Look up every identity the statements name and make rows for the new ones."""
    people = {one.user_id for one in statements}
    people.update(id_ for one in statements for id_ in one.subject_ids)
    sessions = {one.session_id for one in statements}
    return Named(
        people=numbered(runtime, tx, agent, PEOPLE, people),
        sessions=numbered(runtime, tx, agent, SESSIONS, sessions),
    )


def token(safe: Safe, agent: Agent, register: Register, identity: str) -> bytes:
    """The keyed token of an identity, equal in all agents of the tenant."""
    return safe.keyring.token(agent.tenant, register.number, identity)


def number_of(
    runtime: Runtime, tx: Tx, agent: Agent, register: Register, identity: str
) -> int | None:
    """The number of one identity, or None when no memory names it."""
    found = token(runtime, agent, register, identity)
    return identities.find(tx, register, agent.agent_key, found)


def names_of(
    safe: Safe, tx: Tx, agent: Agent, register: Register, numbers: Iterable[int]
) -> dict[int, str]:
    """The identities behind these numbers; KeysDamaged when one does not open."""
    rows = identities.rows_of(tx, register, agent.agent_key, sorted(set(numbers)))
    slots = [row.key_slot for row in rows]
    keys = safe.keyring.keys(agent.agent_key, agent.wrapped_key, slots)
    names = {}
    for row in rows:
        try:
            opened = safe.keyring.open(
                keys[row.key_slot], row.sealed, _bound_to(agent, register, row.number)
            )
        except (KeyError, CannotOpen):
            raise KeysDamaged(
                "An identity does not open: database and keys are not of the same moment. Restore "
                "both from one backup."
            ) from None
        names[row.number] = opened.decode()
    return names


def _bound_to(agent: Agent, register: Register, number: int) -> bytes:
    return context(agent.tenant, agent.agent_id, number, register.number)


def numbered(
    runtime: Runtime, tx: Tx, agent: Agent, register: Register, named: Iterable[str | None]
) -> dict[str | None, int]:
    """The numbers of identities, with rows made for the new ones."""
    tokens = {one: token(runtime, agent, register, one) for one in sorted(filter(None, named))}
    if not tokens:
        return {}
    known = identities.find_all(tx, register, agent.agent_key, list(tokens.values()))
    if len(known) == len(tokens):
        return {one: known[its_token] for one, its_token in tokens.items()}
    new = [one for one, its_token in tokens.items() if its_token not in known]
    rows = []
    keys = runtime.keyring.allocate(agent.agent_key, agent.wrapped_key, len(new))
    for identity, key in zip(new, keys, strict=True):
        number = identities.draw_number()
        known[tokens[identity]] = number
        rows.append(
            {
                "agent_key": agent.agent_key,
                register.number: number,
                "token": tokens[identity],
                "key_slot": key.slot,
                "sealed": runtime.keyring.seal(
                    key, identity.encode(), _bound_to(agent, register, number)
                ),
            }
        )
    identities.add(tx, register, rows)
    return {one: known[its_token] for one, its_token in tokens.items()}
