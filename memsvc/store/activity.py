"""Activity: what was done for agents, by the hour. Counts alone, of nobody in particular."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    Text,
    column,
    delete,
    exists,
    func,
    literal,
    select,
    true,
    values,
)

from memsvc.store.reach import Reach
from memsvc.store.statistics_tables import activity, tenant_activity
from memsvc.store.sums import Deed, Undone
from memsvc.store.transaction import Tx


class Noted(NamedTuple):
    """Something done for an agent of a tenant in an hour, counted since 1970."""

    tenant: str
    agent_id: str
    hour: int
    measure: str


class Gathered:
    """What reading did, gathered in RAM until it is written: a search must not write."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[Noted] = Counter()

    def add(self, counts: Mapping[Noted, int]) -> None:
        """Count it."""
        with self._lock:
            for noted, by in counts.items():
                self._counts[noted] += by

    def take(self) -> Counter[Noted]:
        """All of it; whoever takes it writes it, or adds it again."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
            return taken


def note(tx: Tx, agent_key: int, hour: int, counts: Iterable[tuple[str, int]]) -> None:
    """Count what this transaction does, by measure."""
    for measure, by in counts:
        tx.sums[Deed(agent_key, str(measure), hour)] += by


def removing_all(tx: Tx, agent_key: int, tenant: str) -> None:
    """Take what was done for an agent that is about to go out of its tenant's sums."""
    rows = tx.execute(
        select(activity.c.measure, activity.c.hour, activity.c.count).where(
            activity.c.agent_key == agent_key
        )
    )
    for measure, hour, count in rows:
        tx.sums[Undone(tenant, measure, hour)] -= count


def by_step(
    tx: Tx, reach: Reach, measures: Sequence[str], first: int, last: int, hours: int
) -> dict[int, Counter[str]]:
    """What was done for these agents from the first hour to the last, by steps of so many hours.

    A step is its first hour, in steps since 1970.
    """
    found: dict[int, Counter[str]] = {}
    if reach.agent_keys is None and hours > 1:
        rows = _of_tenant_by_step(tx, reach.tenant, measures, first, last, hours)
    else:
        rows = _by_hour(tx, reach, measures, first, last)
    for measure, at, count in rows:
        if count:
            found.setdefault(at // hours, Counter())[measure] += int(count)
    return found


def _by_hour(
    tx: Tx, reach: Reach, measures: Sequence[str], first: int, last: int
) -> Iterator[tuple[str, int, int]]:
    """Measure, hour and count."""
    for table, part in _parts(reach):
        key = table.c.measure, table.c.hour
        within = (part, table.c.measure.in_(measures), table.c.hour.between(first, last))
        rows = tx.execute(select(*key, func.sum(table.c.count)).where(*within).group_by(*key))
        yield from map(tuple, rows)


def _of_tenant_by_step(
    tx: Tx, tenant: str, measures: Sequence[str], first: int, last: int, hours: int
) -> Iterator[tuple[str, int, int]]:
    """Measure, first hour of the step, and count.

    Each sum is over neighbours in the key: a third of the time that it takes to group all rows.
    """
    steps = select(literal(first, Integer).label("hour")).cte("steps", recursive=True)
    steps = steps.union_all(
        select(steps.c.hour + hours).where(steps.c.hour <= last - hours),
    )
    names = values(column("measure", Text), name="names").data([(one,) for one in measures]).cte()
    of = tenant_activity.c
    own = (of.tenant == tenant) & (of.measure == names.c.measure)
    in_step = of.hour.between(steps.c.hour, steps.c.hour + (hours - 1))
    done = select(func.sum(of.count)).where(own, in_step).scalar_subquery()
    # Of the many that a time may be counted in, few are.
    is_counted = exists().where(own, of.hour.between(first, last))
    found = select(names.c.measure, steps.c.hour, done).select_from(names.join(steps, true()))
    yield from map(tuple, tx.execute(found.where(is_counted)))


def summed(tx: Tx, reach: Reach, measures: Sequence[str], first: int, last: int) -> Counter[str]:
    """What was done for these agents from the first hour to the last, in all."""
    found: Counter[str] = Counter()
    for table, part in _parts(reach):
        within = (part, table.c.measure.in_(measures), table.c.hour.between(first, last))
        statement = select(table.c.measure, func.sum(table.c.count)).where(*within)
        for measure, count in tx.execute(statement.group_by(table.c.measure)):
            found[measure] += int(count)
    return found


def _parts(reach: Reach) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    if reach.agent_keys is None:
        yield tenant_activity, tenant_activity.c.tenant == reach.tenant
        return
    for part in reach.parts(activity.c.agent_key):
        yield activity, part


def drop_before(tx: Tx, hour: int, first: int, last: int) -> int:
    """Drop what was done in earlier hours, for agents of these keys; how many rows."""
    old = delete(activity).where(activity.c.agent_key.between(first, last), activity.c.hour < hour)
    return int(tx.execute(old).rowcount)


def drop_of_tenants_before(tx: Tx, hour: int) -> int:
    """Drop the sums of tenants of earlier hours; how many rows."""
    return int(tx.execute(delete(tenant_activity).where(tenant_activity.c.hour < hour)).rowcount)
