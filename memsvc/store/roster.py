"""Who there is in a tenant: its agents, the people who have names, who is met in an agent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, func, or_, select

from memsvc.core.memory import Status
from memsvc.store.aliases import NAME, AliasRow
from memsvc.store.forgetting_tables import aliases
from memsvc.store.identities import PEOPLE, Register
from memsvc.store.memories import UNRESTRICTED
from memsvc.store.statistics_tables import tallies
from memsvc.store.tables import agent_names, agents, memories
from memsvc.store.transaction import Tx


class Met(NamedTuple):
    """How many memories of one person or session there are, the first and the last change."""

    memories: int
    first_at: datetime
    last_at: datetime


def agents_after(tx: Tx, tenant: str, agent_id: str, most: int) -> list[int]:
    """Keys of the tenant's agents whose ids come after this one, in order of their ids."""
    statement = (
        select(agent_names.c.agent_key)
        .where(agent_names.c.tenant == tenant, agent_names.c.agent_id > agent_id)
        .order_by(agent_names.c.agent_id)
        .limit(most)
    )
    return list(tx.execute(statement).scalars())


def page(
    tx: Tx, tenant: str, named: str, after: str, most: int
) -> Sequence[Row[*tuple[int, str, datetime]]]:
    """Agents of the tenant in order of their ids, after one: agent_key, agent_id, created_at.

    Those whose id holds `named`, which is in lower case.
    """
    statement = (
        select(agents.c.agent_key, agents.c.agent_id, agents.c.created_at)
        .where(agents.c.tenant == tenant, agents.c.agent_id > after)
        .order_by(agents.c.agent_id)
        .limit(most)
    )
    if named:
        holds = func.lower(agents.c.agent_id).contains(named, autoescape=True)
        statement = statement.where(holds)
    return tx.execute(statement).all()


def held(tx: Tx, agent_keys: Sequence[int]) -> dict[int, dict[Status, int]]:
    """How many memories of each of these agents readers may see, by stored status."""
    statement = (
        select(tallies.c.agent_key, tallies.c.status, func.sum(tallies.c.count))
        .where(tallies.c.agent_key.in_(list(agent_keys)))
        .group_by(tallies.c.agent_key, tallies.c.status)
    )
    found: dict[int, dict[Status, int]] = {key: {} for key in agent_keys}
    for key, status, count in tx.execute(statement):
        found[key][Status(status)] = int(count)
    return found


def names(tx: Tx, tenant: str, most: int) -> list[AliasRow]:
    """Registered names of the tenant's people, no more than so many."""
    rows = tx.execute(
        select(aliases)
        .where(aliases.c.tenant == tenant, aliases.c.kind == NAME)
        .order_by(aliases.c.subject_no, aliases.c.token)
        .limit(most)
    )
    return [AliasRow(**row._mapping) for row in rows]


def named(tx: Tx, tenant: str, tokens: Sequence[bytes]) -> list[AliasRow]:
    """The names among these tokens."""
    rows = tx.execute(
        select(aliases)
        .where(
            aliases.c.tenant == tenant, aliases.c.kind == NAME, aliases.c.token.in_(list(tokens))
        )
        .order_by(aliases.c.subject_no, aliases.c.token)
    )
    return [AliasRow(**row._mapping) for row in rows]


def agent_ids(tx: Tx, tenant: str) -> list[str]:
    """Ids of the tenant's agents, in order."""
    statement = select(agent_names.c.agent_id).where(agent_names.c.tenant == tenant)
    return list(tx.execute(statement.order_by(agent_names.c.agent_id)).scalars())


def met(tx: Tx, agent_key: int, register: Register | None, now: datetime) -> dict[int, Met]:
    """By number of person or session, what an agent has of each; of None all, under 0.

    What is past its time or held back counts for nothing.
    """
    by = memories.c.user_no if register is PEOPLE else memories.c.session_no
    found = [
        func.count(),
        func.min(memories.c.created_at),
        func.max(memories.c.updated_at),
    ]
    living = (
        memories.c.agent_key == agent_key,
        UNRESTRICTED,
        or_(memories.c.expires_at.is_(None), memories.c.expires_at > now),
    )
    if register is None:
        [row] = tx.execute(select(*found).where(*living))
        return {0: Met(*row)} if row[0] else {}
    rows = tx.execute(select(by, *found).where(*living, by.is_not(None)).group_by(by))
    return {row[0]: Met(*row[1:]) for row in rows}
