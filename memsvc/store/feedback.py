"""Feedback: what became of memories that were given to agents, one row for each use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from memsvc.store import tallies
from memsvc.store.living_tables import feedback
from memsvc.store.memories import CHUNK, MemoryRow
from memsvc.store.prepared import PreparedInsert
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx

_INSERT = PreparedInsert(feedback)
_STRENGTHEN = (
    update(memories)
    .where(
        memories.c.agent_key == bindparam("of_agent"),
        memories.c.number == bindparam("of_number"),
    )
    .values(
        stability_days=bindparam("new_stability"),
        difficulty=bindparam("new_difficulty"),
        last_used_at=bindparam("new_last_used_at"),
        use_count=bindparam("new_use_count"),
    )
)


def counts(tx: Tx, agent_key: int, numbers: Sequence[int]) -> dict[int, int]:
    """How often each of these memories was told of, of those that were."""
    found: dict[int, int] = {}
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(feedback.c.number, func.max(feedback.c.place))
            .where(
                feedback.c.agent_key == agent_key,
                feedback.c.number.in_(numbers[start : start + CHUNK]),
            )
            .group_by(feedback.c.number)
        )
        found.update((number, last + 1) for number, last in rows)
    return found


def of_memory(tx: Tx, agent_key: int, number: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What was told of one memory, in order: at, outcome, and its stability_days before."""
    return tx.execute(
        select(feedback.c.at, feedback.c.outcome, feedback.c.stability_days)
        .where(feedback.c.agent_key == agent_key, feedback.c.number == number)
        .order_by(feedback.c.place)
    ).all()


def add(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was told; `place` counts on from `counts`."""
    _INSERT.run(tx, rows)


def strengthen(
    tx: Tx, agent_key: int, rows: Sequence[MemoryRow], changed: Sequence[Mapping[str, Any]]
) -> None:
    """Set strength, last use and number of uses of each `number`; nothing else of it changes.

    `rows` are these memories as this transaction read them, with the agent locked.
    """
    if changed:
        uses = {one["number"]: {"use_count": one["use_count"]} for one in changed}
        tallies.changed(tx, agent_key, rows, uses)
        values = [
            {"of_agent": agent_key} | {_BOUND[name]: value for name, value in one.items()}
            for one in changed
        ]
        tx.connection.execute(_STRENGTHEN, values)


_BOUND = {
    "number": "of_number",
    "stability_days": "new_stability",
    "difficulty": "new_difficulty",
    "last_used_at": "new_last_used_at",
    "use_count": "new_use_count",
}


def everything(tx: Tx) -> Iterator[Row[*tuple[Any, ...]]]:
    """All memories with what was told of each, in order; of some it is nothing, once.

    agent_key, number, kind, created_at, at, outcome.
    """
    same = (feedback.c.agent_key == memories.c.agent_key) & (feedback.c.number == memories.c.number)
    yield from tx.execute(
        select(
            memories.c.agent_key,
            memories.c.number,
            memories.c.kind,
            memories.c.created_at,
            feedback.c.at,
            feedback.c.outcome,
        )
        .select_from(memories)
        .outerjoin(feedback, same)
        .where(memories.c.restricted.is_(False))
        .order_by(memories.c.agent_key, memories.c.number, feedback.c.place)
    )
