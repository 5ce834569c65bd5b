"""What lies in the database in the clear because a caller chose it, or because the schema says so.

Ids and names of all tenants: they share their files. A text that is part of one of them is found
in those files whoever is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Column, Executable, select, text

from memsvc.store.forgetting_tables import audit, forget_requests
from memsvc.store.tables import agents, api_keys, memories, models, service_state
from memsvc.store.transaction import Tx

ROWS_AT_ONCE = 5000

_CHOSEN: tuple[Column[Any], ...] = (
    agents.c.tenant,
    agents.c.agent_id,
    agents.c.settings,
    api_keys.c.key_id,
    api_keys.c.tenant,
    api_keys.c.name,
    api_keys.c.role,
    api_keys.c.agent_pattern,
    forget_requests.c.tenant,
    forget_requests.c.id,
    forget_requests.c.purpose,
    forget_requests.c.scope,
    forget_requests.c.regulation,
    forget_requests.c.status,
    audit.c.tenant,
    audit.c.actor,
    audit.c.action,
    audit.c.target,
    models.c.name,
    service_state.c.name,
    service_state.c.value,
)
# Of these the names alone: a value that tells of somebody is to be found.
_NUMBERS_AND_CODES: tuple[Column[Any], ...] = (
    forget_requests.c.progress,
    forget_requests.c.receipt,
    audit.c.detail,
)


def names(tx: Tx) -> Iterator[str]:
    """Everything but ids of memories, which are many: see `ids_after`."""
    for column in _CHOSEN:
        yield from _values(tx, select(column).distinct())
    told: set[str] = set()
    for column in _NUMBERS_AND_CODES:
        for value in _values(tx, select(column)):
            told.update(_keys(orjson.loads(value)))
    yield from told
    if tx.connection.dialect.name == "sqlite":
        yield from _values(tx, text("SELECT name FROM sqlite_master"))
        yield from _values(tx, text("SELECT sql FROM sqlite_master"))


def ids_after(tx: Tx, agent_key: int, number: int, limit: int) -> tuple[int | None, list[str]]:
    """Ids that the agent's next memories beyond a number tell of, and the last number; None: none.

    Restricted memories, too.
    """
    rows = tx.execute(
        select(
            memories.c.number,
            memories.c.id,
            memories.c.superseded_by,
            memories.c.kind,
            memories.c.channel,
        )
        .where(memories.c.agent_key == agent_key, memories.c.number > number)
        .order_by(memories.c.number)
        .limit(limit)
    ).all()
    if not rows:
        return None, []
    return rows[-1].number, [one for _, *ids in rows for one in ids if one is not None]


def _values(tx: Tx, statement: Executable) -> Iterator[str]:
    # The audit log grows for ever: not all of it at once.
    rows = tx.execute(statement.execution_options(yield_per=ROWS_AT_ONCE)).scalars()
    return (value for value in rows if value is not None)


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield key
            yield from _keys(held)
    elif isinstance(value, list):
        for held in value:
            yield from _keys(held)
