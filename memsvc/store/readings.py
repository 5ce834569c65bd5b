"""Readings: which turns a language model was asked about, so that it is asked but once.

Numbers and versions only; they go with the turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, or_, select

from memsvc.store.living_tables import readings
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx

MOST_FAILURES = 3
"""So often a turn is asked about that gets no answer of use."""


def done(tx: Tx, agent_key: int) -> dict[int, int]:
    """At which version turns need not be asked about any more, by number."""
    statement = select(readings.c.number, readings.c.version).where(
        readings.c.agent_key == agent_key,
        or_(readings.c.failures == 0, readings.c.failures >= MOST_FAILURES),
    )
    return {row.number: row.version for row in tx.execute(statement)}


def note(
    tx: Tx, agent_key: int, number: int, version: int, run_id: str, *, failed: bool = False
) -> None:
    """Note that a turn was read in this version, or that its answer was of no use once more."""
    of_turn = readings.c.agent_key == agent_key, readings.c.number == number
    failures = 0
    if failed:
        known = tx.execute(
            select(readings.c.failures).where(*of_turn, readings.c.version == version)
        ).scalar()
        failures = (known or 0) + 1
    tx.execute(delete(readings).where(*of_turn))
    row = {"agent_key": agent_key, "number": number, "version": version, "run_id": run_id}
    tx.execute(insert(readings).values(**row, failures=failures))


def forget(tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Have these turns be asked about again."""
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        tx.execute(
            delete(readings).where(readings.c.agent_key == agent_key, readings.c.number.in_(chunk))
        )


def forget_run(tx: Tx, agent_key: int, run_id: str) -> None:
    """Have what a run asked about be asked about again."""
    tx.execute(
        delete(readings).where(readings.c.agent_key == agent_key, readings.c.run_id == run_id)
    )
