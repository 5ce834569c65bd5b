"""Traces: which memories are attempts at tasks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from memsvc.store.handbook_tables import traces
from memsvc.store.memories import CHUNK, UNRESTRICTED
from memsvc.store.memories import numbers_of as memories_named
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx

_SAME = (memories.c.agent_key == traces.c.agent_key) & (memories.c.number == traces.c.number)


def add(tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Note that these memories are traces."""
    if numbers:
        tx.execute(insert(traces), [{"agent_key": agent_key, "number": one} for one in numbers])


def mark(tx: Tx, agent_key: int, number: int, *, is_trace: bool) -> None:
    """Have a memory be a trace, or none any more."""
    if is_trace != bool(among(tx, agent_key, [number])):
        if is_trace:
            add(tx, agent_key, [number])
        else:
            itself = (traces.c.agent_key == agent_key) & (traces.c.number == number)
            tx.execute(delete(traces).where(itself))


def among(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Those of these memories that are traces."""
    found: set[int] = set()
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        held = select(traces.c.number).where(
            traces.c.agent_key == agent_key, traces.c.number.in_(chunk)
        )
        found.update(tx.execute(held).scalars())
    return found


def numbers_of(tx: Tx, agent_key: int, ids: Sequence[str]) -> dict[str, int]:
    """Numbers of the traces among memories with these ids, held back or not."""
    found = memories_named(tx, agent_key, ids)
    known = among(tx, agent_key, sorted(found.values()))
    return {id_: number for id_, number in found.items() if number in known}


def latest(tx: Tx, agent_key: int, most: int, before: int | None = None) -> list[int]:
    """Numbers of the traces that readers may see, the newest first, older than `before`."""
    held = (
        select(traces.c.number)
        .join(memories, _SAME)
        .where(traces.c.agent_key == agent_key, UNRESTRICTED)
        .order_by(traces.c.number.desc())
        .limit(most)
    )
    if before is not None:
        held = held.where(traces.c.number < before)
    return list(tx.execute(held).scalars())


def count(tx: Tx, agent_key: int) -> int:
    """How many traces readers may see."""
    held = select(func.count()).select_from(traces).join(memories, _SAME)
    counted = held.where(traces.c.agent_key == agent_key, UNRESTRICTED)
    return int(tx.execute(counted).scalar_one())
