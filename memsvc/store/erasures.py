"""The ledger of erasures, its part in the database: what was erased, by random numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy import func, insert, select

from memsvc.core.runs import runs_of
from memsvc.store.forgetting_tables import erasures
from memsvc.store.locks import lock
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One entry: its place from 1 on without gap, when, and what."""

    place: int
    at: datetime
    content: Mapping[str, Any]


def append(tx: Tx, at: datetime, content: Mapping[str, Any]) -> None:
    """Enter an erasure in the transaction that makes it, at its end: all who erase share a lock."""
    tx.at_end.append(("erasures", partial(_append, at, content)))


def _append(at: datetime, content: Mapping[str, Any], tx: Tx) -> None:
    lock(tx, "erasures")
    add(tx, [ErasureRow(last(tx) + 1, at, content)])


def add(tx: Tx, entries: Sequence[ErasureRow]) -> None:
    """Enter what another copy of the ledger has, at its places."""
    tx.execute(
        insert(erasures),
        [
            {"place": one.place, "at": one.at, "content": orjson.dumps(one.content).decode()}
            for one in entries
        ],
    )


def last(tx: Tx) -> int:
    """The place of the last entry, 0 without any."""
    return int(tx.execute(select(func.max(erasures.c.place))).scalar() or 0)


def newest(tx: Tx) -> ErasureRow | None:
    """The last entry, None without any."""
    row = tx.execute(select(erasures).order_by(erasures.c.place.desc()).limit(1)).first()
    return None if row is None else ErasureRow(row.place, row.at, orjson.loads(row.content))


def after(tx: Tx, place: int, limit: int) -> list[ErasureRow]:
    """The entries beyond a place, in order."""
    rows = tx.execute(
        select(erasures).where(erasures.c.place > place).order_by(erasures.c.place).limit(limit)
    )
    return [ErasureRow(row.place, row.at, orjson.loads(row.content)) for row in rows]


def of_memories(agent_key: int, numbers: Sequence[int]) -> dict[str, Any]:
    """The entry's content for memories of one agent: runs of numbers, first and last of each."""
    return {"agent": agent_key, "memories": runs_of(numbers)}
