"""Tombstones: keyed digests of what must not come back, under keys that go with their period."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from memsvc.store.forgetting_tables import suppression_keys, suppressions
from memsvc.store.memories import CHUNK
from memsvc.store.prepared import PreparedInsert
from memsvc.store.tables import agents
from memsvc.store.transaction import Tx

_INSERT = PreparedInsert(suppressions)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time whose tombstones share a key; `key_slot` is None in tier `store`."""

    period: str
    until: datetime
    key_slot: int | None


def periods(tx: Tx) -> list[Period]:
    """All that there are, in order."""
    rows = tx.execute(select(suppression_keys).order_by(suppression_keys.c.period))
    return [Period(row.period, row.until, row.key_slot) for row in rows]


def add_period(tx: Tx, one: Period) -> None:
    """Store a new period's key."""
    tx.execute(
        insert(suppression_keys).values(period=one.period, until=one.until, key_slot=one.key_slot)
    )


def add(tx: Tx, agent_key: int, rows: Sequence[Mapping[str, Any]], until: datetime) -> None:
    """Put up tombstones of one holder (token, person, period, holder); those that stand stay."""
    fresh = {row["token"]: row for row in rows}
    holder = rows[0]["holder"] if rows else None
    if holder is not None and _has_any(tx, agent_key, holder):
        for token in standing(tx, agent_key, fresh, holder):
            del fresh[token]
    _INSERT.run(tx, [{"agent_key": agent_key, **row} for row in fresh.values()])
    later = or_(agents.c.suppress_until.is_(None), agents.c.suppress_until < until)
    tx.execute(
        update(agents).where(agents.c.agent_key == agent_key, later).values(suppress_until=until)
    )


def _has_any(tx: Tx, agent_key: int, holder: int) -> bool:
    held = select(suppressions.c.token).where(
        suppressions.c.agent_key == agent_key, suppressions.c.holder == holder
    )
    return tx.execute(held.limit(1)).first() is not None


def standing(
    tx: Tx, agent_key: int, tokens: Collection[bytes], holder: int | None = None
) -> set[bytes]:
    """Those of these tokens that a tombstone of the agent bears, of this holder or of anybody."""
    wanted = list(tokens)
    found: set[bytes] = set()
    for start in range(0, len(wanted), CHUNK):
        statement = select(suppressions.c.token).where(
            suppressions.c.agent_key == agent_key,
            suppressions.c.token.in_(wanted[start : start + CHUNK]),
        )
        if holder is not None:
            statement = statement.where(suppressions.c.holder == holder)
        found.update(bytes(one) for one in tx.execute(statement).scalars())
    return found


def lift_people(tx: Tx, people: Collection[bytes]) -> int:
    """Take down the tombstones of these people, in all agents; how many."""
    return tx.execute(delete(suppressions).where(suppressions.c.person.in_(list(people)))).rowcount


def lift_request(tx: Tx, holder: int) -> int:
    """Take down the tombstones of one request; how many."""
    return tx.execute(delete(suppressions).where(suppressions.c.holder == holder)).rowcount


def holders_of(tx: Tx, periods: Collection[str]) -> list[int]:
    """Who has tombstones of these periods."""
    statement = select(suppressions.c.holder).where(suppressions.c.period.in_(list(periods)))
    return sorted(set(tx.execute(statement.distinct()).scalars()))


def over(tx: Tx, now: datetime) -> list[Period]:
    """Periods that are over."""
    return [one for one in periods(tx) if one.until <= now]


def drop(tx: Tx, one: Period, now: datetime) -> None:
    """Take down a period's tombstones, key and all; agents that had no later ones are free."""
    tx.execute(delete(suppressions).where(suppressions.c.period == one.period))
    tx.execute(delete(suppression_keys).where(suppression_keys.c.period == one.period))
    tx.execute(update(agents).where(agents.c.suppress_until <= now).values(suppress_until=None))


def count(tx: Tx, holder: int) -> int:
    """How many tombstones a request has put up."""
    held = select(func.count()).select_from(suppressions).where(suppressions.c.holder == holder)
    return int(tx.execute(held).scalar_one())


def count_all(tx: Tx) -> int:
    """How many tombstones stand, of all tenants."""
    return int(tx.execute(select(func.count()).select_from(suppressions)).scalar_one())
