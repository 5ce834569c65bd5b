"""Which superseded memories hold still: what takes their place begins later.

What supersedes what follows from the statements alone (`core.contradiction`), whatever the time.
Until when it leaves the older one as it was is judged here, when it is read: nothing is written
when the time has come.
"""

from __future__ import annotations

from datetime import datetime

from memsvc.core.memory import Memory, Status
from memsvc.core.statements import since


def is_in_force(memory: Memory, now: datetime) -> bool:
    """Whether a memory is superseded, and not yet over.

    One that was to begin when it would have been over already, such as a plan that was changed, is
    over at once.
    """
    until = memory.valid_to
    if memory.status is not Status.SUPERSEDED or until is None:
        return False
    return now < until and since(memory) < until


def standing_now(memory: Memory, now: datetime) -> Memory:
    """The memory as it stands then: active while it is in force."""
    return memory._replace(status=Status.ACTIVE) if is_in_force(memory, now) else memory
