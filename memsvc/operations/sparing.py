"""Sparing: where many rows are opened, a damaged one does not take the others with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import structlog

from memsvc.errors import KeysDamaged
from memsvc.operations.sealed import keys_of
from memsvc.sealing.keyring import Keyring
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow

T = TypeVar("T")

log: Any = structlog.get_logger("memsvc.damage")

MOST = 16
"""Damaged rows that are left out; more are no accident of single rows, and are told at once."""


def sparing(
    keyring: Keyring,
    agent: Agent,
    rows: Sequence[MemoryRow],
    opens: Callable[[Sequence[MemoryRow]], list[T]],
) -> list[T]:
    """What `opens` makes of the rows, less the damaged ones, which are logged by number.

    Who asks for such a memory by its id is told. KeysDamaged when the agent's own key does not
    open, for more than `MOST`, and where none of several opens.
    """
    try:
        return opens(rows)
    except KeysDamaged as error:
        keys_of(keyring, agent, [])
        first = error
    damaged: list[MemoryRow] = []
    found = _halves(rows, opens, damaged)
    if len(damaged) == len(rows) > 1:
        raise first
    for row in damaged:
        log.error("memory_damaged", agent_key=agent.agent_key, number=row.number)
    return found


def _halves(
    rows: Sequence[MemoryRow],
    opens: Callable[[Sequence[MemoryRow]], list[T]],
    damaged: list[MemoryRow],
) -> list[T]:
    try:
        return opens(rows)
    except KeysDamaged:
        if len(rows) > 1:
            middle = len(rows) // 2
            first = _halves(rows[:middle], opens, damaged)
            return first + _halves(rows[middle:], opens, damaged)
        damaged.append(rows[0])
        if len(damaged) > MOST:
            raise
        return []
