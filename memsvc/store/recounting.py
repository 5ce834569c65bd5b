"""Recounting: tallies held against the memories themselves, and made anew from them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import case, delete, func, insert, literal, select, text

from memsvc.store.statistics_tables import MOST_USES, tallies, tenant_tallies
from memsvc.store.sums import Cell, leave_tallies
from memsvc.store.tables import agents, memories
from memsvc.store.transaction import Tx

_SHOWN = (
    select(
        memories.c.agent_key,
        memories.c.kind,
        memories.c.status,
        memories.c.trust,
        case((memories.c.use_count > MOST_USES, MOST_USES), else_=memories.c.use_count).label(
            "uses"
        ),
    )
    .where(memories.c.restricted.is_(False))
    .subquery()
)
_RECOUNT = select(*_SHOWN.c, func.count().label("count")).group_by(*_SHOWN.c)
_CELL = [column.name for column in tallies.primary_key]


def counted(tx: Tx) -> Counter[Cell]:
    """What the tallies have to be; goes through all memories."""
    return Counter({Cell(*cell): count for *cell, count in tx.execute(_RECOUNT)})


def kept(tx: Tx) -> Counter[Cell]:
    """What the tallies are."""
    return Counter({Cell(*cell): count for *cell, count in tx.execute(select(tallies))})


def of_tenants(tx: Tx) -> Counter[tuple[Any, ...]]:
    """What is kept of tenants, over all parts: by tenant, kind, status, trust and uses."""
    key = [column for column in tenant_tallies.primary_key if column.name != "part"]
    rows = tx.execute(select(*key, func.sum(tenant_tallies.c.count)).group_by(*key))
    return Counter({tuple(cell): int(count) for *cell, count in rows if count})


def tenants(tx: Tx) -> dict[int, str]:
    """The tenant of each agent."""
    rows = tx.execute(select(agents.c.agent_key, agents.c.tenant))
    return {row.agent_key: row.tenant for row in rows}


def rebuild(tx: Tx) -> None:
    """Make all tallies anew from the memories, at the end of the transaction; writers wait then.

    Requests of the same transaction are found in the memories, and not added once more.
    """
    leave_tallies(tx)
    tx.at_end.append(("recount", _made_anew))


def _made_anew(tx: Tx) -> None:
    if tx.connection.dialect.name == "postgresql":
        # Whoever has counted is committed first, whoever has not yet adds to what is found here.
        tx.execute(text("LOCK TABLE tallies, tenant_tallies IN SHARE ROW EXCLUSIVE MODE"))
    tx.execute(delete(tallies))
    tx.execute(delete(tenant_tallies))
    tx.execute(insert(tallies).from_select([*_CELL, "count"], _RECOUNT))
    cell = [tallies.c[name] for name in _CELL[1:]]
    summed = (
        select(agents.c.tenant, *cell, literal(0), func.sum(tallies.c.count))
        .join(agents, agents.c.agent_key == tallies.c.agent_key)
        .group_by(agents.c.tenant, *cell)
    )
    names = ["tenant", *_CELL[1:], "part", "count"]
    tx.execute(insert(tenant_tallies).from_select(names, summed))
