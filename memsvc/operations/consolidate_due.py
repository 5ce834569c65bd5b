"""Consolidate what is due: agents that were written to since their last run, once in a while.

And those of which a language model has turns left to read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from memsvc.core.access import Scope
from memsvc.operations.consolidate import request_run
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidating, consolidation_runs
from memsvc.store.consolidation_runs import RunRow

LOOKS = timedelta(minutes=1)


class ConsolidatingDue:
    """The job of one scheduler: call it every second, it looks once a minute."""

    def __init__(self, every: timedelta) -> None:
        """A run of each agent at most so often; zero: none."""
        self._every = every
        self._looked_at: datetime | None = None

    def __call__(self, runtime: Runtime) -> int:
        """Ask for a run of each agent that is due; how many are."""
        now = runtime.clock.now()
        if not self._every or (
            self._looked_at is not None and timedelta(0) <= now - self._looked_at < LOOKS
        ):
            return 0
        self._looked_at = now
        due = _due(runtime, now - self._every)
        for scope in due:
            request_run(runtime, scope)
        return len(due)


def _left(run: RunRow) -> int:
    """How many turns a language model was to read, and did not."""
    left: int = (run.counts.get("model") or {}).get("left", 0)
    return left


def _due(runtime: Runtime, until: datetime) -> list[Scope]:
    """Agents without a run since then, that were changed since their last one."""
    found = []
    with runtime.database.snapshot() as tx:
        for agent_key, sequence in consolidating.due(tx, until):
            last = consolidation_runs.latest(tx, agent_key, 1)
            if last and last[0].counts.get("sequence") == sequence and not _left(last[0]):
                continue
            agent = agents.any_by_key(tx, agent_key)
            if agent is not None:
                found.append(Scope(agent.tenant, agent.agent_id))
    return found
