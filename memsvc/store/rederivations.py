"""Rederivations: derived memories that were erased, and are to be put together anew.

Noted in the transaction that erases them, and dropped in the one that writes what takes their place
(or finds that nothing does). Numbers, times and ids of the service's own, no words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from memsvc.core.memory import Status
from memsvc.store.columns import EPOCH, MICROSECOND, moment
from memsvc.store.living_tables import rederivations, run_memories
from memsvc.store.memories import CHUNK, MemoryRow
from memsvc.store.tables import lineage, memories
from memsvc.store.transaction import Tx

_KEPT = (Status.QUARANTINED.value, Status.ARCHIVED.value)
"""Statuses that what takes its place has, too."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One that is to be put together anew.

    `sources` are the numbers of those it has left, ones that wait themselves included; `superseded`
    those whose place it had taken; `run_id` is the run that made it, if one did; `status` where it
    stood, if it was in quarantine or archived. What takes its place is as old as it was.
    """

    number: int
    relation: str
    created_at: datetime
    sources: tuple[int, ...]
    superseded: tuple[int, ...] = ()
    run_id: str | None = None
    status: str | None = None

    def with_other(self, number: int, other: int | None) -> Pending:
        """The same with another memory in the place of one; None: with none."""
        put = () if other is None else (other,)
        return replace(
            self,
            sources=_exchanged(self.sources, number, put),
            superseded=_exchanged(self.superseded, number, put),
        )


def _exchanged(numbers: Iterable[int], number: int, put: Sequence[int]) -> tuple[int, ...]:
    kept = [one for one in numbers if one != number]
    return tuple(sorted({*kept, *put})) if number in numbers else tuple(kept)


def standing(
    tx: Tx, agent_key: int, rows: Sequence[MemoryRow], gone: Iterable[int]
) -> list[Pending]:
    """What is to be noted of these memories while they are still there, ascending.

    `gone` are those that go for good.
    """
    numbers = sorted(row.number for row in rows)
    gone = frozenset(gone)
    edges = _edges(tx, agent_key, numbers)
    superseded = _superseded(tx, agent_key, [row.id for row in rows])
    runs = _runs(tx, agent_key, numbers)
    return [
        Pending(
            row.number,
            edges[row.number][0][1],
            row.created_at,
            tuple(parent for parent, _ in edges[row.number] if parent not in gone),
            tuple(superseded.get(row.id, ())),
            runs.get(row.number),
            row.status if row.status in _KEPT else None,
        )
        for row in sorted(rows, key=lambda row: row.number)
    ]


def _edges(tx: Tx, agent_key: int, numbers: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for start in range(0, len(numbers), CHUNK):
        statement = (
            select(lineage.c.child, lineage.c.parent, lineage.c.relation)
            .where(
                lineage.c.agent_key == agent_key,
                lineage.c.child.in_(numbers[start : start + CHUNK]),
            )
            .order_by(lineage.c.child, lineage.c.parent)
        )
        for child, parent, relation in tx.execute(statement):
            found.setdefault(child, []).append((parent, relation))
    return found


def _superseded(tx: Tx, agent_key: int, ids: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for start in range(0, len(ids), CHUNK):
        statement = (
            select(memories.c.superseded_by, memories.c.number)
            .where(
                memories.c.agent_key == agent_key,
                memories.c.superseded_by.in_(ids[start : start + CHUNK]),
            )
            .order_by(memories.c.number)
        )
        for superseder, number in tx.execute(statement):
            found.setdefault(superseder, []).append(number)
    return found


def _runs(tx: Tx, agent_key: int, numbers: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(numbers), CHUNK):
        statement = select(run_memories.c.number, run_memories.c.run_id).where(
            run_memories.c.agent_key == agent_key,
            run_memories.c.number.in_(numbers[start : start + CHUNK]),
        )
        found.update((number, run_id) for number, run_id in tx.execute(statement))
    return found


def note(tx: Tx, agent_key: int, pending: Sequence[Pending]) -> None:
    """Note what is to be put together anew; what is noted already stays as it is."""
    known = {one.number for one in of_agent(tx, agent_key)} if pending else set()
    rows = [_row(agent_key, one) for one in pending if one.number not in known]
    if rows:
        tx.execute(insert(rederivations), rows)


def of_agent(tx: Tx, agent_key: int) -> list[Pending]:
    """All that wait of one agent, ascending."""
    statement = (
        select(rederivations)
        .where(rederivations.c.agent_key == agent_key)
        .order_by(rederivations.c.number)
    )
    return [_pending(row) for row in tx.execute(statement)]


def agents_of(tx: Tx) -> list[int]:
    """Agents of which something waits."""
    return sorted(tx.execute(select(rederivations.c.agent_key).distinct()).scalars())


def change(tx: Tx, agent_key: int, pending: Pending) -> None:
    """Note other sources for one that waits."""
    statement = update(rederivations).where(
        rederivations.c.agent_key == agent_key, rederivations.c.number == pending.number
    )
    tx.execute(statement.values(sources=_packed(pending)))


def drop(tx: Tx, agent_key: int, number: int) -> None:
    """Let one go that waits no longer."""
    tx.execute(
        delete(rederivations).where(
            rederivations.c.agent_key == agent_key, rederivations.c.number == number
        )
    )


def _row(agent_key: int, one: Pending) -> dict[str, Any]:
    return {
        "agent_key": agent_key,
        "number": one.number,
        "relation": one.relation,
        "sources": _packed(one),
    }


def _packed(one: Pending) -> str:
    return orjson.dumps(packed(one)).decode()


def packed(one: Pending) -> dict[str, Any]:
    """As JSON; `unpacked` reads it."""
    return {
        "created_at": (one.created_at - EPOCH) // MICROSECOND,
        "sources": one.sources,
        "superseded": one.superseded,
        "run": one.run_id,
        "status": one.status,
    }


def unpacked(number: int, relation: str, held: Mapping[str, Any]) -> Pending:
    """What was packed."""
    return Pending(
        number,
        relation,
        moment(held["created_at"]),
        tuple(held["sources"]),
        tuple(held["superseded"]),
        held["run"],
        held.get("status"),
    )


def _pending(row: Any) -> Pending:
    return unpacked(row.number, row.relation, orjson.loads(row.sources))
