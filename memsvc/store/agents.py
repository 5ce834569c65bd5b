"""Agents: the surrogate of (tenant, agent_id), its sequence, its erasure epoch, its journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, insert, or_, select, update

from memsvc.core.agent_settings import WITHOUT_SETTINGS, AgentSettings
from memsvc.store import activity, sums, tallies
from memsvc.store.agent_keys import KEYS
from memsvc.store.agent_settings import as_stored, settings_in
from memsvc.store.columns import metadata
from memsvc.store.prepared import PreparedInsert, PreparedSelect
from memsvc.store.tables import agent_names, agents, changes, shreddings
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent's row.

    `sequence` counts its changes and is raised inside the transaction that makes them, so an index
    that stands at it has seen them all; `erasure_epoch` counts erasures. `wrapped_key` is two keys,
    the newest first, while that replaces the other.
    """

    agent_key: int
    tenant: str
    agent_id: str
    sequence: int
    erasure_epoch: int
    wrapped_key: bytes
    created_at: datetime
    settings: AgentSettings = WITHOUT_SETTINGS
    suppress_until: datetime | None = None
    """Until then tombstones keep something from being written again; None without any."""


COMMITTED = "committed"

_COLUMNS = (
    agents.c.agent_key,
    agents.c.tenant,
    agents.c.agent_id,
    agents.c.sequence,
    agents.c.erasure_epoch,
    agents.c.wrapped_key,
    agents.c.created_at,
    agents.c.settings,
    agents.c.suppress_until,
)
_NAMED = PreparedSelect(
    select(agent_names.c.agent_key).where(
        agent_names.c.tenant == bindparam("tenant"),
        agent_names.c.agent_id == bindparam("agent_id"),
    )
)
_NUMBERED = select(*_COLUMNS).where(agents.c.agent_key == bindparam("agent_key"))
# SQLite has one writer at a time and leaves FOR UPDATE out.
_BY_KEY = {False: PreparedSelect(_NUMBERED), True: PreparedSelect(_NUMBERED.with_for_update())}
_ADVANCE = (
    update(agents)
    .where(agents.c.agent_key == bindparam("key"))
    .values(sequence=agents.c.sequence + bindparam("count", type_=BigInteger))
    .returning(agents.c.sequence)
)
_JOURNAL = PreparedInsert(changes)


def find(tx: Tx, tenant: str, agent_id: str, *, lock: bool = False) -> Agent | None:
    """The agent of this tenant, or None when it was never written to nor given settings.

    Who is going to write locks it first: what is read of the agent afterwards stands until the
    commit, and every other writer of this agent, in whatever process, waits.
    """
    name = (tenant, agent_id)
    # A number is one agent's for ever: what was remembered either is that agent still, as its own
    # row says, or is nobody.
    key = KEYS.get(name)
    if key is not None:
        rows = _BY_KEY[lock].rows(tx, key)
        if rows and (rows[0].tenant, rows[0].agent_id) == name:
            return _found(tx, rows[0], lock=lock)
    named = _NAMED.rows(tx, *name)
    if not named:
        return None
    rows = _BY_KEY[lock].rows(tx, named[0].agent_key)
    if not rows:
        # Erased while we waited for its lock.
        return None
    KEYS.put(name, rows[0].agent_key)
    return _found(tx, rows[0], lock=lock)


def _found(tx: Tx, row: Any, *, lock: bool) -> Agent:
    if lock:
        sums.belongs(tx, row.agent_key, row.tenant)
    return _agent(row)


def by_key(tx: Tx, agent_key: int, *, lock: bool = False) -> Agent:
    """The agent of a surrogate key that is known to exist."""
    [row] = _BY_KEY[lock].rows(tx, agent_key)
    return _agent(row)


def any_by_key(tx: Tx, agent_key: int, *, lock: bool = False) -> Agent | None:
    """The agent of a surrogate key, None when it was erased."""
    rows = _BY_KEY[lock].rows(tx, agent_key)
    return _agent(rows[0]) if rows else None


def _agent(row: Any) -> Agent:
    settings = row.settings
    return Agent(
        row.agent_key,
        row.tenant,
        row.agent_id,
        row.sequence,
        row.erasure_epoch,
        row.wrapped_key,
        row.created_at,
        WITHOUT_SETTINGS if settings is None else settings_in(settings),
        row.suppress_until,
    )


def reserve(tx: Tx, tenant: str, agent_id: str, now: datetime) -> int:
    """Insert the agent with an empty wrapped key and return its surrogate."""
    inserted = tx.execute(
        insert(agents).values(
            tenant=tenant,
            agent_id=agent_id,
            sequence=0,
            erasure_epoch=0,
            wrapped_key=b"",
            created_at=now,
        )
    ).inserted_primary_key
    assert inserted is not None
    agent_key = int(inserted[0])
    named = {"tenant": tenant, "agent_id": agent_id, "agent_key": agent_key}
    tx.execute(insert(agent_names).values(named))
    return agent_key


def set_key(tx: Tx, agent_key: int, wrapped_key: bytes) -> None:
    """Give the agent its wrapped key."""
    tx.execute(
        update(agents).where(agents.c.agent_key == agent_key).values(wrapped_key=wrapped_key)
    )


def set_settings(
    tx: Tx,
    agent_key: int,
    settings: AgentSettings,
    *,
    keep: bool = False,
) -> None:
    """Replace the agent's settings; with `keep` only where it has none of its own.

    No change that is counted: no index holds any of them.
    """
    chosen = update(agents).where(agents.c.agent_key == agent_key)
    if keep:
        chosen = chosen.where(agents.c.settings.is_(None))
    tx.execute(chosen.values(settings=as_stored(settings)))


def order_rotation(tx: Tx, agent_key: int, since: datetime | None) -> None:
    """Note that the agent's key is to be replaced, unless noted already; None: it was."""
    chosen = update(agents).where(agents.c.agent_key == agent_key)
    if since is not None:
        chosen = chosen.where(agents.c.rotation_due.is_(None))
    tx.execute(chosen.values(rotation_due=since))


def is_rotation_due(tx: Tx, agent_key: int) -> bool:
    """Whether something was erased of the agent since its key was last begun to be replaced."""
    statement = select(agents.c.rotation_due).where(agents.c.agent_key == agent_key)
    return tx.execute(statement).scalar() is not None


def due_for_rotation(tx: Tx, until: datetime, now: datetime, key_bytes: int) -> list[int]:
    """Agents whose keys were to be replaced by then, or are just being replaced.

    Those have a wrapped key beside the other, so more than the `key_bytes` of one. What was ordered
    later than `now` was ordered by a clock that has been set back since.
    """
    due = or_(
        agents.c.rotation_due <= until,
        agents.c.rotation_due > now,
        func.length(agents.c.wrapped_key) > key_bytes,
    )
    return list(tx.execute(select(agents.c.agent_key).where(due)).scalars())


def advance(tx: Tx, agent_key: int, count: int) -> int:
    """Raise the sequence by `count` changes; returns the first of the new numbers.

    Notes at which sequence the group began: what it counts is not committed yet, so no index can
    have followed it.
    """
    raised = tx.execute(_ADVANCE, {"key": agent_key, "count": count}).scalar_one()
    if tx.noted((COMMITTED, agent_key)) is None:
        tx.note((COMMITTED, agent_key), int(raised) - count)
    return int(raised) - count + 1


def committed(tx: Tx, agent: Agent) -> int:
    """The sequence that is durable already: the agent's, less what this group has counted."""
    noted = tx.noted((COMMITTED, agent.agent_key))
    return agent.sequence if noted is None else int(noted)


def advance_epoch(tx: Tx, agent_key: int) -> None:
    """Count an erasure: caches that may hold what was erased are dropped when they see it."""
    tx.execute(
        update(agents)
        .where(agents.c.agent_key == agent_key)
        .values(erasure_epoch=agents.c.erasure_epoch + 1)
    )


def record(tx: Tx, agent_key: int, numbers: Sequence[int]) -> int:
    """Journal one change per memory number, in order; returns the first sequence number."""
    first = advance(tx, agent_key, len(numbers))
    journal(tx, agent_key, first, numbers)
    return first


def journal(tx: Tx, agent_key: int, first: int, numbers: Sequence[int]) -> None:
    """Write journal rows for changes `first`, `first + 1`, … that were already counted."""
    _JOURNAL.run(
        tx,
        [
            {"agent_key": agent_key, "sequence": first + place, "number": number}
            for place, number in enumerate(numbers)
        ],
    )


def erase(tx: Tx, agent_key: int) -> list[int]:
    """Delete the agent's row with every row that is the agent's; returns the key slots to destroy.

    What is ordered destroyed already is from then on ordered by the service.
    """
    ordered = update(shreddings).where(shreddings.c.agent_key == agent_key)
    tx.execute(ordered.values(agent_key=service(tx).agent_key))
    tenant = by_key(tx, agent_key).tenant
    sums.belongs(tx, agent_key, tenant)
    tallies.removing_all(tx, agent_key)
    activity.removing_all(tx, agent_key, tenant)
    sums.gone(tx, agent_key)
    slots: list[int] = []
    tx.execute(delete(agent_names).where(agent_names.c.agent_key == agent_key))
    for table in reversed(metadata.sorted_tables):
        if "agent_key" in table.c and (table is agents or table.c.agent_key.foreign_keys):
            rows = delete(table).where(table.c.agent_key == agent_key)
            if "key_slot" in table.c:
                found = tx.execute(rows.returning(table.c.key_slot)).scalars()
                slots += [slot for slot in found if slot is not None]
            else:
                tx.execute(rows)
    return slots


SERVICE = ("", "")
"""Tenant and agent id of the service's own row: no credential can name it."""


def service(tx: Tx, *, lock: bool = False) -> Agent:
    """The row whose wrapped key is for what belongs to no agent."""
    found = find(tx, *SERVICE, lock=lock)
    assert found is not None, "made together with the database"
    return found
