"""Activity: what was done is counted by the hour, and kept for some days.

What writes counts itself in its own transaction, exactly. What reads is gathered in RAM and written
every few seconds: what is gathered when a process dies, is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.activity import Measure, hour_of, took
from memsvc.errors import MemsvcError
from memsvc.operations.question import Mode
from memsvc.operations.search import Hits
from memsvc.runtime import Runtime
from memsvc.store import activity, agents, figures
from memsvc.store.activity import Noted
from memsvc.store.transaction import Tx

WRITTEN_EVERY = timedelta(seconds=10)
DROPPED_EVERY = timedelta(hours=6)
KEYS_AT_ONCE = 100
"""Agents whose old rows go in one transaction."""


def searched(runtime: Runtime, scope: Scope, asked: Mode, hits: Hits, seconds: float) -> None:
    """Count a search that was answered, and the seconds it took."""
    _count(runtime, scope, [*_passes(asked, hits), took(Measure.SEARCH, seconds)], len(hits.found))


def composed(runtime: Runtime, scope: Scope, asked: Mode, hits: Hits, seconds: float) -> None:
    """Count a context that was composed from a search, and the seconds that both took."""
    names = [*_passes(asked, hits), Measure.CONTEXTS, took(Measure.CONTEXT, seconds)]
    _count(runtime, scope, names, len(hits.found))


def wrote(runtime: Runtime, scope: Scope, seconds: float) -> None:
    """Count the seconds that a write took; what became of its drafts is counted with them."""
    _count(runtime, scope, [took(Measure.WRITE, seconds)], 0)


def _passes(asked: Mode, hits: Hits) -> list[str]:
    names: list[str] = [Measure.SEARCHES]
    if hits.deep:
        names.append(Measure.SEARCHES_DEEP)
    if asked is Mode.AUTO:
        names.append(Measure.SEARCHES_AUTO)
        if hits.deep:
            names.append(Measure.SEARCHES_ESCALATED)
    return names


def _count(runtime: Runtime, scope: Scope, names: list[str], hits: int) -> None:
    hour = hour_of(runtime.clock.now())
    counts = {Noted(scope.tenant, scope.agent_id, hour, name): 1 for name in names}
    if hits:
        counts[Noted(scope.tenant, scope.agent_id, hour, Measure.HITS)] = hits
    runtime.gathered.add(counts)


def write_gathered(runtime: Runtime) -> None:
    """Write what was gathered; what cannot be written now is gathered again."""
    taken = runtime.gathered.take()
    by_agent: dict[Scope, Counter[tuple[int, str]]] = {}
    for noted, by in taken.items():
        of_agent = by_agent.setdefault(Scope(noted.tenant, noted.agent_id), Counter())
        of_agent[noted.hour, noted.measure] += by
    # One by one, as every writer: each locks its agent in its turn.
    due = sorted(by_agent.items(), key=lambda one: one[0].about)
    works = [(scope.about, partial(_write, scope, counts)) for scope, counts in due]
    for (scope, counts), failed in zip(due, runtime.database.write_all(works), strict=True):
        if failed is not None:
            tenant, agent_id = scope.tenant, scope.agent_id
            runtime.gathered.add({Noted(tenant, agent_id, *key): by for key, by in counts.items()})


def _write(scope: Scope, counts: Mapping[tuple[int, str], int], tx: Tx) -> None:
    agent = agents.find(tx, scope.tenant, scope.agent_id, lock=True)
    if agent is None:
        # Erased since: nothing is kept of it.
        return
    for (hour, measure), by in counts.items():
        activity.note(tx, agent.agent_key, hour, [(measure, by)])


def stop_gathering(runtime: Runtime) -> None:
    """Write what was gathered, at the end; what cannot be written then is lost."""
    with suppress(MemsvcError):
        write_gathered(runtime)


class Gathering:
    """The job of one scheduler that writes what was gathered; call it every second."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def __call__(self, runtime: Runtime) -> None:
        now = runtime.clock.now()
        # A clock that was set back makes nobody wait for longer.
        if self._next is None or not timedelta(0) < self._next - now <= WRITTEN_EVERY:
            if self._next is not None:
                write_gathered(runtime)
            self._next = now + WRITTEN_EVERY


class Dropping:
    """The job of one scheduler that drops what was done long ago; call it every second.

    Some agents at a time, so that no writer waits for long, nor whoever stops the service. Tenants
    come last: an agent that is erased meanwhile takes its rows out of sums that are still there.
    """

    def __init__(self, kept: timedelta) -> None:
        self._kept = kept
        self._next: datetime | None = None
        self._left: list[Callable[[Tx], int]] = []

    def __call__(self, runtime: Runtime) -> None:
        now = runtime.clock.now()
        if self._left:
            runtime.database.write(self._left[0])
            # Only now: what failed is tried again, before any tenant is.
            del self._left[0]
        elif self._next is None or not timedelta(0) < self._next - now <= DROPPED_EVERY:
            hour, self._next = hour_of(now - self._kept), now + DROPPED_EVERY
            with runtime.database.snapshot() as tx:
                first, last = figures.first_and_last(tx)
            self._left = [
                partial(activity.drop_before, hour=hour, first=key, last=key + KEYS_AT_ONCE - 1)
                for key in range(first, last + 1, KEYS_AT_ONCE)
            ]
            self._left.append(partial(activity.drop_of_tenants_before, hour=hour))
