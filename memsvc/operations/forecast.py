"""Forecast: which memories will fade, and when, if they are not used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from memsvc.core.access import Scope
from memsvc.core.decay import SECONDS_PER_DAY, retention
from memsvc.core.fading import Fading, fades_at
from memsvc.core.memory import Kind
from memsvc.operations.fading import fading_of
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store.fading import After, Fades, forecast_counts
from memsvc.store.fading import forecast as fading_soon


class Coming(NamedTuple):
    """A memory that is held ready, its retention now, and when it falls below its threshold."""

    id: str
    kind: Kind
    retention: float
    fades_at: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """What fades, soonest first; how many in all, by kind; where the page ended, None at the end.

    A page that `after` continues is of a later moment: what has faded meanwhile is no more on it.
    """

    memories: Sequence[Coming]
    counts: Mapping[Kind, int]
    next_after: After | None


def forecast(
    runtime: Runtime, scope: Scope, days: float, after: After | None, limit: int
) -> Forecast:
    """What falls below the threshold of its kind within so many days; raises NotFound.

    Of budgets it tells nothing: which memory is beyond one depends on what else will be used.
    """
    now = runtime.clock.now()
    until = now + timedelta(days=days)
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        fading = fading_of(tx, agent, now)
        # One more than asked for tells whether it goes on.
        found = fading_soon(tx, agent.agent_key, fading, now, until, after, limit + 1)
        counts = forecast_counts(tx, agent.agent_key, fading, now, until)
    shown = found[:limit]
    more = len(found) > limit
    return Forecast(
        [_coming(one, fading, now) for one in shown],
        counts,
        After(shown[-1].moment, shown[-1].number) if more else None,
    )


def _coming(one: Fades, fading: Fading, now: datetime) -> Coming:
    elapsed = (now - one.last_used_at).total_seconds() / SECONDS_PER_DAY
    policy = fading.policies.of(one.kind).policy
    return Coming(
        one.id,
        one.kind,
        retention(elapsed, one.stability_days, policy),
        fades_at(one.last_used_at, one.stability_days, fading.bounds[one.kind]),
    )
