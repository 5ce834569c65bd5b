"""Who there is in a tenant: its agents, and the people who have names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from memsvc.store.aliases import NAME, AliasRow
from memsvc.store.forgetting_tables import aliases
from memsvc.store.tables import agents
from memsvc.store.transaction import Tx


def agents_after(tx: Tx, tenant: str, agent_id: str, most: int) -> list[int]:
    """Keys of the tenant's agents whose ids come after this one, in order of their ids."""
    statement = (
        select(agents.c.agent_key)
        .where(agents.c.tenant == tenant, agents.c.agent_id > agent_id)
        .order_by(agents.c.agent_id)
        .limit(most)
    )
    return list(tx.execute(statement).scalars())


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
