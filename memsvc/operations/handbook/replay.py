"""Replay: the attempts that are worth thinking over first."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.access import Scope
from memsvc.core.handbook.replay import priorities
from memsvc.core.handbook.told import told_in
from memsvc.core.memory import Memory, Status
from memsvc.operations.handbook.traces import list_traces
from memsvc.runtime import Runtime

LOOKED_AT = 2_000
"""Traces, the newest: as many as consolidation looks at."""


def worth_replaying(runtime: Runtime, scope: Scope, limit: int) -> Sequence[Memory]:
    """Traces whose outcome was told, by priority, of equal ones the newer first.

    Those in quarantine are left out: no prompt is made of them. Raises NotFound for an unknown
    agent.
    """
    held = []
    for memory in list_traces(runtime, scope, LOOKED_AT).traces:
        told = told_in(memory)
        if told is None or told.outcome is None or memory.status is Status.QUARANTINED:
            continue
        held.append((memory, (told.task_class, told.outcome)))
    ranked = zip(priorities([attempt for _, attempt in held]), held, strict=True)
    # Sorting is stable, and the newest come first.
    first = sorted(ranked, key=lambda one: -one[0])[:limit]
    return [memory for _, (memory, _) in first]
