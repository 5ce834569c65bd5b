"""Metrics that others keep: indexes, the database, forget requests, read when they are asked for.

Each is quiet while the database is away: the counters of the process are told all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)

from memsvc.core.forget_request import ALARMS, OVERDUE
from memsvc.errors import MemsvcError
from memsvc.operations.statistics_process import IndexFigures, process_figures
from memsvc.runtime import Runtime
from memsvc.store import figures, forget_requests, suppressions

TOMBSTONES = "memsvc_tombstones"
FORGET_REQUESTS = "memsvc_forget_requests"
DUE = "memsvc_forget_requests_due"
FORGETTING = frozenset({TOMBSTONES, FORGET_REQUESTS, DUE})
"""Those that tell that somebody was forgotten."""


class Caches:
    """What the indexes count themselves."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterable[Metric]:
        """The metrics as they stand."""
        indexes = self._runtime.indexes.stats
        yield GaugeMetricFamily(
            "memsvc_index_agents", "Agents whose index is in RAM.", value=indexes.agents
        )
        yield GaugeMetricFamily(
            "memsvc_index_bytes", "RAM of the indexes, estimated.", value=indexes.size_bytes
        )
        yield CounterMetricFamily(
            "memsvc_index_hits", "Times that an index was in RAM when needed.", value=indexes.hits
        )
        yield CounterMetricFamily(
            "memsvc_index_loads", "Indexes built from SQL.", value=indexes.misses
        )
        yield CounterMetricFamily(
            "memsvc_index_evictions", "Indexes let go for room.", value=indexes.evictions
        )


class Holdings:
    """What the database holds, of all tenants together."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterable[Metric]:
        """The metrics as they stand."""
        held = GaugeMetricFamily(
            "memsvc_memories",
            "Memories that readers may see, by kind and stored status.",
            labels=["kind", "status"],
        )
        agents = GaugeMetricFamily("memsvc_agents", "Agents.")
        database = InfoMetricFamily("memsvc_database", "Kind of database, and sealing tier.")
        storage = GaugeMetricFamily("memsvc_storage_bytes", "Bytes of the database, log included.")
        tombstones = GaugeMetricFamily(
            TOMBSTONES, "Tombstones that keep forgotten memories from being written again."
        )
        behind = GaugeMetricFamily(
            "memsvc_index_behind",
            "Indexes that are behind the database, of the 1,000 used last; each catches up before "
            "it answers.",
        )
        lag = GaugeMetricFamily("memsvc_index_lag", "Changes that these are behind in all.")
        with suppress(MemsvcError), self._runtime.database.snapshot() as tx:
            found = process_figures(self._runtime, tx, operator=False)
            counts: Counter[tuple[str, str]] = Counter()
            for figure, count in figures.tallied_everywhere(tx).items():
                counts[figure.kind, figure.status] += count
            for labels, count in sorted(counts.items()):
                held.add_metric(labels, count)
            agents.add_metric([], figures.count_agents(tx))
            database.add_metric([], {"kind": found.database, "tier": found.tier})
            storage.add_metric([], found.storage_bytes)
            tombstones.add_metric([], suppressions.count_all(tx))
            _lag(found.indexes, behind, lag)
        yield from (held, agents, database, storage, tombstones, behind, lag)


def _lag(indexes: IndexFigures, behind: GaugeMetricFamily, lag: GaugeMetricFamily) -> None:
    behind.add_metric([], indexes.behind)
    lag.add_metric([], indexes.lag)


class ForgetRequests:
    """How forget requests stand, of all tenants together."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterable[Metric]:
        """The metrics as they stand."""
        by_status = GaugeMetricFamily(
            FORGET_REQUESTS, "Forget requests, by status.", labels=["status"]
        )
        alarmed = GaugeMetricFamily(
            DUE,
            "Open forget requests that have used so many percent of their time.",
            labels=["used_percent"],
        )
        with suppress(MemsvcError), self._runtime.database.snapshot() as tx:
            for status, count in forget_requests.counted(tx).items():
                by_status.add_metric([status], count)
            due = forget_requests.alarmed(tx)
            for percent in (*ALARMS, OVERDUE):
                alarmed.add_metric([str(percent)], due.get(percent, 0))
        yield by_status
        yield alarmed
