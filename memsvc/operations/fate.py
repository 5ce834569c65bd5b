"""The fate of one memory: how it was used, how its retention went, and when it will fade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from memsvc.core.access import Scope
from memsvc.core.decay import Policy, last_used
from memsvc.core.fading import Fading, Seen, fades_at
from memsvc.core.memory import Kind, Memory
from memsvc.core.reinforcement import Outcome
from memsvc.core.retention_curve import Life, Point, Use, curve
from memsvc.operations.fading import fading_of
from memsvc.operations.indexing import known_agent
from memsvc.operations.resolve import known_row
from memsvc.operations.sealed import opened
from memsvc.runtime import Runtime
from memsvc.store import feedback

POINTS = 60
"""Points of a curve, beside those at uses."""
SHOWN_BACK = timedelta(days=365)
SHOWN_AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Fate:
    """`fades_at` is when the memory falls below the threshold if it is not used; None: never.

    None, too, for one that is pinned, that has faded, or that is not held ready anyway.
    """

    seen: Seen
    policy: Policy
    threshold: float
    uses: Sequence[Use]
    curve: Sequence[Point]
    fades_at: datetime | None
    faded: bool


def fate(runtime: Runtime, scope: Scope, memory_id: str) -> Fate:
    """How one memory fades, whatever its status; raises NotFound."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        row = known_row(runtime, tx, agent, memory_id)
        [memory] = opened(runtime.keyring, tx, agent, [row])
        fading = fading_of(tx, agent, now, Kind(row.kind))
        told = feedback.of_memory(tx, agent.agent_key, row.number)
    uses = [Use(one.at, Outcome(one.outcome), one.stability_days) for one in told]
    decay = fading.policies.of(memory.kind)
    policy = Policy.NONE if memory.pinned else decay.policy
    faded = fading.faded(memory, now)
    ends = None if faded or memory.pinned else _fades_at(memory, fading)
    return Fate(
        seen=fading.seen(memory, now),
        policy=policy,
        threshold=decay.archived_below,
        uses=uses,
        curve=_drawn(memory, uses, policy, now, ends),
        fades_at=ends,
        faded=faded,
    )


def _drawn(
    memory: Memory, uses: Sequence[Use], policy: Policy, now: datetime, ends: datetime | None
) -> list[Point]:
    """Its life, as far back as a year, and ahead as far as it takes to fade within another one."""
    life = Life(memory.created_at, uses, memory.stability_days, memory.last_used_at)
    until = now + SHOWN_AHEAD
    if ends is not None and until < ends <= now + SHOWN_BACK:
        until = ends
    return curve(life, policy, now - SHOWN_BACK, until, POINTS)


def _fades_at(memory: Memory, fading: Fading) -> datetime | None:
    bound = fading.bounds.get(memory.kind)
    if bound is None or not bound.has_limit:
        return None
    try:
        return fades_at(last_used(memory), memory.stability_days, bound)
    except OverflowError:  # beyond the calendar
        return None
