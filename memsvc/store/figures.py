"""Figures: sums read back, and the few rows from which the rest is reckoned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    bindparam,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    values,
)

from memsvc.core.agent_settings import AgentSettings
from memsvc.core.memory import SEARCHED, Status
from memsvc.store.agent_settings import settings_in
from memsvc.store.memories import UNRESTRICTED
from memsvc.store.prepared import PreparedSelect
from memsvc.store.reach import CHUNK, Reach
from memsvc.store.statistics_tables import tallies, tenant_tallies
from memsvc.store.tables import agents, memories
from memsvc.store.transaction import Tx

SLOTS = 250
"""Places looked at with one statement."""


class Figure(NamedTuple):
    """Memories that are counted together, of whichever agents."""

    kind: str
    status: str
    trust: str
    uses: int


def tallied(tx: Tx, reach: Reach) -> Counter[Figure]:
    """How many memories readers may see, by all that they are counted by."""
    table, parts = tallies, list(reach.parts(tallies.c.agent_key))
    if reach.agent_keys is None:
        table, parts = tenant_tallies, [tenant_tallies.c.tenant == reach.tenant]
    key = [table.c[name] for name in Figure._fields]
    found: Counter[Figure] = Counter()
    for part in parts:
        rows = tx.execute(select(*key, func.sum(table.c.count)).where(part).group_by(*key))
        for *cell, count in rows:
            if count:
                found[Figure(*cell)] += int(count)
    return found


def tallied_everywhere(tx: Tx) -> Counter[Figure]:
    """The same of all tenants together."""
    key = [tenant_tallies.c[name] for name in Figure._fields]
    rows = tx.execute(select(*key, func.sum(tenant_tallies.c.count)).group_by(*key))
    return Counter({Figure(*cell): int(count) for *cell, count in rows if count})


class Aging(NamedTuple):
    """What decides how far a memory has faded; its last use in microseconds since 1970."""

    agent_key: int
    number: int
    kind: str
    status: str
    pinned: bool
    stability_days: float
    last_used_us: int


_READY = (memories.c.status.in_([str(one) for one in SEARCHED]), UNRESTRICTED)
_AGING = (
    memories.c.agent_key,
    memories.c.number,
    memories.c.kind,
    memories.c.status,
    memories.c.pinned,
    memories.c.stability_days,
    type_coerce(func.coalesce(memories.c.last_used_at, memories.c.created_at), BigInteger).label(
        "last_used_us"
    ),
)


def ready(tx: Tx, reach: Reach, most: int) -> list[Aging]:
    """Memories that are active or disputed, by stored status; no more than `most` are read."""
    found: list[Aging] = []
    for part in reach.parts(memories.c.agent_key):
        statement = select(*_AGING).where(part, *_READY).limit(most - len(found))
        found += map(Aging._make, tx.execute(statement))
        if len(found) >= most:
            break
    return found


class Stretch(NamedTuple):
    """An agent whose memories have numbers from 1 to `sequence`, though not every number is one."""

    agent_key: int
    sequence: int


_STRETCHES = PreparedSelect(
    select(agents.c.agent_key, agents.c.sequence).where(
        agents.c.tenant == bindparam("tenant"), agents.c.sequence > literal_column("0")
    )
)


def stretches(tx: Tx, reach: Reach) -> list[Stretch]:
    """Where memories of these agents can be."""
    found = [Stretch(*row) for row in _STRETCHES.rows(tx, reach.tenant)]
    if reach.agent_keys is None:
        return found
    wanted = frozenset(reach.agent_keys)
    return [one for one in found if one.agent_key in wanted]


@lru_cache
def _at_slots(count: int) -> PreparedSelect:
    slots = (
        values(column("agent_key", BigInteger), column("number", BigInteger), name="slots")
        .data(
            [
                (
                    bindparam(f"agent_{place}", type_=BigInteger),
                    bindparam(f"number_{place}", type_=BigInteger),
                )
                for place in range(count)
            ]
        )
        .cte()
    )
    same = (memories.c.agent_key == slots.c.agent_key) & (memories.c.number == slots.c.number)
    return PreparedSelect(
        select(*_AGING).select_from(slots.join(memories, same)).where(UNRESTRICTED)
    )


def at_slots(tx: Tx, slots: Sequence[tuple[int, int]]) -> list[Aging]:
    """The memories that readers may see, whatever their status, at these (agent_key, number)."""
    found: list[Aging] = []
    for start in range(0, len(slots), SLOTS):
        chunk = list(slots[start : start + SLOTS])
        # A number that no memory has: the statement is the same for all chunks.
        chunk += [(0, 0)] * (SLOTS - len(chunk))
        rows = _at_slots(SLOTS).rows(tx, *[one for slot in chunk for one in slot])
        found += map(Aging._make, rows)
    return found


def settings_of(tx: Tx, agent_keys: Sequence[int]) -> dict[int, AgentSettings]:
    """The settings of those of these agents that were given any, by key."""
    found: dict[int, AgentSettings] = {}
    for start in range(0, len(agent_keys), CHUNK):
        among = agents.c.agent_key.in_(agent_keys[start : start + CHUNK])
        given = select(agents.c.agent_key, agents.c.settings).where(among)
        rows = tx.execute(given.where(agents.c.settings.is_not(None)))
        found.update((row.agent_key, settings_in(row.settings)) for row in rows)
    return found


class Disputed(NamedTuple):
    """How many disputes were looked at, and since when the oldest of them is one."""

    looked_at: int
    oldest: datetime | None


def oldest_dispute(tx: Tx, reach: Reach, most: int) -> Disputed:
    """Of no more than `most` disputes: whichever are found first, for to order them is to read all.

    Two memories are disputed since the later one of them was written.
    """
    others = memories.alias("others")
    both = (others.c.agent_key == memories.c.agent_key) & (others.c.id == memories.c.disputed_with)
    later = case(
        (others.c.created_at > memories.c.created_at, others.c.created_at),
        else_=memories.c.created_at,
    )
    looked_at, oldest = 0, None
    for part in reach.parts(memories.c.agent_key):
        some = (
            select(later.label("since"))
            .select_from(memories.join(others, both))
            .where(
                part,
                memories.c.disputed_with.is_not(None),
                memories.c.status == Status.DISPUTED,
                UNRESTRICTED,
            )
            .limit(most - looked_at)
            .subquery()
        )
        count, since = tx.execute(select(func.count(), func.min(some.c.since))).one()
        looked_at += count
        oldest = since if oldest is None else min(oldest, since or oldest)
        if looked_at >= most:
            break
    return Disputed(looked_at, oldest)


def agent_keys(tx: Tx, tenant: str) -> list[tuple[int, str]]:
    """Key and id of each of a tenant's agents."""
    rows = tx.execute(
        select(agents.c.agent_key, agents.c.agent_id).where(agents.c.tenant == tenant)
    )
    return [(row.agent_key, row.agent_id) for row in rows]


def count_agents(tx: Tx) -> int:
    """How many agents there are, of all tenants."""
    # No credential names the service's own row.
    counted = select(func.count()).where(agents.c.tenant != "")
    return int(tx.execute(counted).scalar_one())


def is_alone(tx: Tx, tenant: str) -> bool:
    """Whether no other tenant has agents; looks up the names before and after in the index."""
    before = (agents.c.tenant < tenant) & (agents.c.tenant > "")
    for others in (before, agents.c.tenant > tenant):
        if tx.execute(select(agents.c.tenant).where(others).limit(1)).first() is not None:
            return False
    return True


def count_in_use(tx: Tx, reach: Reach) -> int:
    """How many of these agents have memories that readers may see, or settings.

    What else an agent leaves behind says that somebody was there who was forgotten since.
    """
    has_memories = select(tallies.c.agent_key).where(tallies.c.agent_key == agents.c.agent_key)
    counted = select(func.count()).where(
        agents.c.tenant == reach.tenant,
        or_(agents.c.settings.is_not(None), has_memories.exists()),
    )
    if reach.agent_keys is None:
        return int(tx.execute(counted).scalar_one())
    parts = reach.parts(agents.c.agent_key)
    return sum(int(tx.execute(counted.where(part)).scalar_one()) for part in parts)


def first_and_last(tx: Tx) -> tuple[int, int]:
    """The lowest and the highest key of an agent."""
    first, last = func.min(agents.c.agent_key), func.max(agents.c.agent_key)
    row = tx.execute(select(first, last)).one()
    return int(row[0] or 0), int(row[1] or 0)


def sequences(tx: Tx, agent_keys: Sequence[int]) -> dict[int, int]:
    """At which sequence each of these agents stands that is still there."""
    found: dict[int, int] = {}
    for start in range(0, len(agent_keys), CHUNK):
        among = agents.c.agent_key.in_(agent_keys[start : start + CHUNK])
        rows = tx.execute(select(agents.c.agent_key, agents.c.sequence).where(among))
        found.update((row.agent_key, row.sequence) for row in rows)
    return found
