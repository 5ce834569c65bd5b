"""Outcomes of offers: one row for each, and one for each behavior that was offered."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Table, bindparam, func, insert, or_, select

from memsvc.core.memory import Status
from memsvc.store.handbook_tables import offer_outcomes, offered_lines
from memsvc.store.memories import CHUNK, UNRESTRICTED
from memsvc.store.prepared import PreparedSelect
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """What came of one offer. `number` is the trace's, `task_class` a keyed token of 16 bytes.

    `offered` are numbers of the memories with the wordings, best first, less those that are gone or
    held back: of memories that hold the same words the first. When an outcome is noted, `fellows`
    tells all of each, and `ranks` where in the offer each was, if that is not in this order. When
    it is read, `cited_ranks` and `lines` are of all rows that there are of it, so many.
    """

    place: int
    offer: str
    at: datetime
    task_class: bytes
    held_out: bool
    success: float
    input_tokens: int
    output_tokens: int
    number: int | None = None
    offered: tuple[int, ...] = ()
    cited: frozenset[int] = frozenset()
    fellows: Mapping[int, tuple[int, ...]] = field(default_factory=dict, compare=False)
    ranks: tuple[int, ...] = field(default=(), compare=False)
    cited_ranks: frozenset[int] = field(default=frozenset(), compare=False)
    lines: int = field(default=0, compare=False)


def _memory_of(table: Table) -> ColumnElement[bool]:
    return (memories.c.agent_key == table.c.agent_key) & (memories.c.number == table.c.number)


WITH_TRACES = offer_outcomes.outerjoin(memories, _memory_of(offer_outcomes))
_LINES = offered_lines.join(memories, _memory_of(offered_lines))
BELIEVED = or_(
    offer_outcomes.c.number.is_(None), UNRESTRICTED & (memories.c.status != Status.QUARANTINED)
)
"""Whether an outcome counts: that of no trace, or of one that is shown and believed."""

_LAST = PreparedSelect(
    select(func.max(offer_outcomes.c.place).label("place")).where(
        offer_outcomes.c.agent_key == bindparam("agent_key")
    )
)


def last(tx: Tx, agent_key: int) -> int:
    """Place of the last outcome of an agent, 0 where there is none."""
    [row] = _LAST.rows(tx, agent_key)
    return int(row.place or 0)


def add(tx: Tx, agent_key: int, outcome: OutcomeRow) -> None:
    """Note an outcome; its place follows on `last`."""
    row = {
        "agent_key": agent_key,
        "place": outcome.place,
        "offer": outcome.offer,
        "at": outcome.at,
        "task_class": outcome.task_class,
        "held_out": outcome.held_out,
        "success": outcome.success,
        "input_tokens": outcome.input_tokens,
        "output_tokens": outcome.output_tokens,
        "number": outcome.number,
    }
    tx.execute(insert(offer_outcomes).values(**row))
    lines = [
        {
            "agent_key": agent_key,
            "place": outcome.place,
            "rank": rank,
            "number": fellow,
            "cited": number in outcome.cited,
        }
        for rank, number in zip(outcome.ranks or itertools.count(), outcome.offered, strict=False)
        for fellow in outcome.fellows.get(number, (number,))
    ]
    if lines:
        tx.execute(insert(offered_lines), lines)


def find(tx: Tx, agent_key: int, offer: str) -> OutcomeRow | None:
    """The outcome of an offer, whatever of it is held back."""
    statement = select(offer_outcomes.c.place).where(
        offer_outcomes.c.agent_key == agent_key, offer_outcomes.c.offer == offer
    )
    place = tx.execute(statement).scalar()
    if place is None:
        return None
    [found] = _read(tx, agent_key, _within(place - 1, place), all_of_it=True)
    return found


def since(tx: Tx, agent_key: int, after: int = 0, until: int | None = None) -> list[OutcomeRow]:
    """The outcomes beyond the place `after`, to `until` where that is given, in order.

    Less those whose trace is held back or in quarantine, and behaviors that are held back.
    """
    return _read(tx, agent_key, _within(after, until), all_of_it=False)


_Within: TypeAlias = Callable[[Column[int]], list[ColumnElement[bool]]]


def _within(after: int, until: int | None) -> _Within:
    def of(place: Column[int]) -> list[ColumnElement[bool]]:
        return [place > after] if until is None else [place > after, place <= until]

    return of


def _read(tx: Tx, agent_key: int, within: _Within, *, all_of_it: bool) -> list[OutcomeRow]:
    by_place: dict[int, list[tuple[int, int, bool]]] = {}
    lines = offered_lines.c
    named = (
        select(lines.place, lines.rank, lines.number, lines.cited)
        .select_from(_LINES)
        .where(lines.agent_key == agent_key, *within(lines.place))
        .order_by(lines.place, lines.rank, lines.number)
    )
    for place, rank, number, cited in tx.execute(named if all_of_it else named.where(UNRESTRICTED)):
        by_place.setdefault(place, []).append((rank, number, cited))
    columns = [column for column in offer_outcomes.c if column.name != "agent_key"]
    told = (
        select(*columns)
        .select_from(WITH_TRACES)
        .where(offer_outcomes.c.agent_key == agent_key, *within(offer_outcomes.c.place))
        .order_by(offer_outcomes.c.place)
    )
    rows = tx.execute(told if all_of_it else told.where(BELIEVED))
    return [_row(row._mapping, by_place.get(row.place, [])) for row in rows]


def _row(told: Mapping[Any, Any], lines: Sequence[tuple[int, int, bool]]) -> OutcomeRow:
    """An outcome with its lines: rank, number and whether it was cited, in order."""
    first: dict[int, tuple[int, bool]] = {}
    for rank, number, cited in lines:
        first.setdefault(rank, (number, cited))
    return OutcomeRow(
        **told,
        offered=tuple(number for number, _ in first.values()),
        cited=frozenset(number for number, cited in first.values() if cited),
        cited_ranks=frozenset(rank for rank, (_, cited) in first.items() if cited),
        lines=len(lines),
    )


def held_until(tx: Tx, agent_key: int, place: int) -> tuple[int, int, str | None]:
    """How many outcomes `since` tells of up to a place, how many lines of them, the offer there."""
    outcomes, lines = offer_outcomes.c, offered_lines.c
    counted = (
        select(func.count())
        .select_from(WITH_TRACES)
        .where(outcomes.agent_key == agent_key, outcomes.place <= place, BELIEVED)
    )
    believed = (
        select(outcomes.place)
        .select_from(WITH_TRACES)
        .where(outcomes.agent_key == agent_key, outcomes.place <= place, BELIEVED)
    )
    offered = (
        select(func.count())
        .select_from(_LINES)
        .where(lines.agent_key == agent_key, lines.place.in_(believed), UNRESTRICTED)
    )
    there = select(outcomes.offer).where(outcomes.agent_key == agent_key, outcomes.place == place)
    return (
        int(tx.execute(counted).scalar_one()),
        int(tx.execute(offered).scalar_one()),
        tx.execute(there).scalar(),
    )


def total(tx: Tx, agent_key: int) -> int:
    """How many outcomes of an agent there are."""
    statement = select(func.count()).where(offer_outcomes.c.agent_key == agent_key)
    return int(tx.execute(statement).scalar_one())


def tell_of(tx: Tx, agent_key: int, numbers: Sequence[int]) -> bool:
    """Whether any outcome is of an attempt that one of these memories tells of."""
    of = offer_outcomes.c
    for start in range(0, len(numbers), CHUNK):
        among = of.number.in_(numbers[start : start + CHUNK])
        told = select(of.place).where(of.agent_key == agent_key, among)
        if tx.execute(told.limit(1)).first() is not None:
            return True
    return False
