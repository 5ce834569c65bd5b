"""Tallies: how many memories readers may see, by kind, stored status, trust and number of uses.

Every change of a memory that is counted goes through here, in the same transaction; a test of the
house fails on one that does not. What changed is noted in the transaction, which adds it up and
writes it once, at its end (`store.sums`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from memsvc.store.prepared import PreparedSelect, numbered, padded
from memsvc.store.statistics_tables import MOST_USES
from memsvc.store.sums import Cell
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx

CHUNK = 500

CELL = (
    memories.c.kind,
    memories.c.status,
    memories.c.trust,
    memories.c.use_count,
    memories.c.restricted,
)
"""What a statement that deletes memories is to return of each, for `removed`."""
COUNTED = frozenset(column.name for column in CELL)
"""Columns of a memory that decide where, and whether, it is counted."""


class _Row(NamedTuple):
    kind: str
    status: str
    trust: str
    use_count: int
    restricted: bool


@lru_cache
def _by_numbers(count: int) -> PreparedSelect:
    return PreparedSelect(
        select(memories.c.number, *CELL).where(
            memories.c.agent_key == bindparam("agent_key"),
            memories.c.number.in_(numbered("number", count)),
        )
    )


def added(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """Count new memories, given all their columns."""
    for row in rows:
        _note(tx, row["agent_key"], _Row(*(row[column.name] for column in CELL)), 1)


def removed(tx: Tx, agent_key: int, rows: Iterable[Any]) -> None:
    """Count memories no more, given the columns of `CELL` as they were last."""
    for row in rows:
        _note(tx, agent_key, row, -1)


def hidden(tx: Tx, agent_key: int, rows: Iterable[Any]) -> None:
    """Count memories no more that were seen until now, given the columns of `CELL` as they are."""
    for row in rows:
        _note(tx, agent_key, _Row(row.kind, row.status, row.trust, row.use_count, False), -1)


def changing(tx: Tx, agent_key: int, values: Mapping[int, Mapping[str, Any]]) -> None:
    """Count anew memories that are about to get these values, by number and column."""
    changed(tx, agent_key, _rows(tx, agent_key, sorted(values)), values)


def changed(
    tx: Tx, agent_key: int, rows: Iterable[Any], values: Mapping[int, Mapping[str, Any]]
) -> None:
    """The same where the rows are at hand as they are before."""
    for row in rows:
        before = _Row(*(getattr(row, column.name) for column in CELL))
        new = {name: value for name, value in values[row.number].items() if name in COUNTED}
        after = before._replace(**new)
        if after != before:
            _note(tx, agent_key, before, -1)
            _note(tx, agent_key, after, 1)


@contextmanager
def before_and_after(tx: Tx, agent_key: int, numbers: Sequence[int]) -> Iterator[None]:
    """Count these memories as they are before what is done within, and as they are after."""
    before = _rows(tx, agent_key, numbers)
    yield
    after = _rows(tx, agent_key, numbers)
    removed(tx, agent_key, before)
    for row in after:
        _note(tx, agent_key, row, 1)


def removing_all(tx: Tx, agent_key: int) -> None:
    """Count all memories of an agent no more that are about to be deleted."""
    count = func.count()
    rows = tx.execute(select(*CELL, count).where(memories.c.agent_key == agent_key).group_by(*CELL))
    for *cell, many in rows:
        _note(tx, agent_key, _Row(*cell), -many)


def _rows(tx: Tx, agent_key: int, wanted: Sequence[int]) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(wanted), CHUNK):
        chunk = padded(wanted[start : start + CHUNK])
        found += _by_numbers(len(chunk)).rows(tx, agent_key, *chunk)
    return found


def _note(tx: Tx, agent_key: int, row: Any, by: int) -> None:
    if not row.restricted:
        uses = min(row.use_count, MOST_USES)
        cell = Cell(agent_key, str(row.kind), str(row.status), str(row.trust), uses)
        tx.sums[cell] += by
