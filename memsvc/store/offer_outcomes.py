"""Outcomes of offers: one row for each, and one for each behavior that was offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select

from memsvc.store.handbook_tables import offer_outcomes, offered_lines
from memsvc.store.prepared import PreparedSelect
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """What came of one offer. `number` is the trace's, `task_class` a keyed token of 16 bytes.

    `offered` are numbers of the memories with the wordings, best first, less those that are gone:
    of memories that hold the same words the first. When an outcome is noted, `fellows` tells all.
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
    fellows: Mapping[int, tuple[int, ...]] = field(default_factory=dict, compare=False)
    cited: frozenset[int] = frozenset()


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
        for rank, number in enumerate(outcome.offered)
        for fellow in outcome.fellows.get(number, (number,))
    ]
    if lines:
        tx.execute(insert(offered_lines), lines)


def find(tx: Tx, agent_key: int, offer: str) -> OutcomeRow | None:
    """The outcome of an offer."""
    statement = select(offer_outcomes.c.place).where(
        offer_outcomes.c.agent_key == agent_key, offer_outcomes.c.offer == offer
    )
    place = tx.execute(statement).scalar()
    return None if place is None else since(tx, agent_key, place - 1, place)[0]


def since(tx: Tx, agent_key: int, after: int = 0, until: int | None = None) -> Sequence[OutcomeRow]:
    """The outcomes beyond the place `after`, to `until` where that is given, in order."""
    outcomes, lines = offer_outcomes.c, offered_lines.c
    wanted = [outcomes.agent_key == agent_key, outcomes.place > after]
    shown = [lines.agent_key == agent_key, lines.place > after]
    if until is not None:
        wanted.append(outcomes.place <= until)
        shown.append(lines.place <= until)
    by_place: dict[int, dict[int, tuple[int, bool]]] = {}
    named = select(lines.place, lines.rank, lines.number, lines.cited).where(*shown)
    for place, rank, number, cited in tx.execute(
        named.order_by(lines.place, lines.rank, lines.number)
    ):
        by_place.setdefault(place, {}).setdefault(rank, (number, cited))
    columns = [column for column in outcomes if column.name != "agent_key"]
    rows = tx.execute(select(*columns).where(*wanted).order_by(outcomes.place))
    return [
        OutcomeRow(
            **row._mapping,
            offered=tuple(number for number, _ in by_place.get(row.place, {}).values()),
            cited=frozenset(
                number for number, cited in by_place.get(row.place, {}).values() if cited
            ),
        )
        for row in rows
    ]


def held_until(tx: Tx, agent_key: int, place: int) -> tuple[int, int, str | None]:
    """How many outcomes there are up to a place, how many lines of them, and the offer there."""
    outcomes, lines = offer_outcomes.c, offered_lines.c
    counted = select(func.count()).where(outcomes.agent_key == agent_key, outcomes.place <= place)
    offered = select(func.count()).where(lines.agent_key == agent_key, lines.place <= place)
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
