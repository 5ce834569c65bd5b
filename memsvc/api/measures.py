"""Prometheus metrics: route templates, events and counts; never ids, content or identities."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Iterable, Sequence
from contextlib import suppress

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

from memsvc.core.forget_request import ALARMS, OVERDUE
from memsvc.errors import MemsvcError
from memsvc.operations.known import Written
from memsvc.operations.question import Mode
from memsvc.operations.search import Hits
from memsvc.runtime import Runtime
from memsvc.store import forget_requests

# A series that tells when each counter was made doubles the page and is of no use here.
disable_created_metrics()  # type: ignore[no-untyped-call]

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """The service's counters, one registry per app."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "memsvc_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "memsvc_request_seconds",
            "Seconds from request to answer.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.writes = Counter(
            "memsvc_writes", "Memories offered, by event.", ("event",), registry=self.registry
        )
        self.searches = Counter(
            "memsvc_searches",
            "Searches answered, by the mode asked for and the passes it took; what `auto` answers "
            "in one pass was not escalated.",
            ("asked", "answered"),
            registry=self.registry,
        )
        self.hits = Counter("memsvc_hits", "Search results returned.", registry=self.registry)
        self.context_tokens = Counter(
            "memsvc_context_tokens", "Tokens of contexts composed.", registry=self.registry
        )
        self.offers = Counter(
            "memsvc_handbook_offers",
            "Offers of behaviors, by whether they were held out.",
            ("held_out",),
            registry=self.registry,
        )
        self.outcomes = Counter(
            "memsvc_handbook_outcomes",
            "Outcomes told of offers by themselves, by whether these were held out; told again "
            "they count again.",
            ("held_out",),
            registry=self.registry,
        )

    def written(self, written: Sequence[Written]) -> None:
        """Count what became of some drafts."""
        for event, count in Counts(one.event for one in written).items():
            self.writes.labels(event).inc(count)

    def searched(self, asked: Mode, hits: Hits) -> None:
        """Count a search and what it found."""
        self.searches.labels(asked, Mode.DEEP if hits.deep else Mode.FAST).inc()
        self.hits.inc(len(hits.found))

    def watch(self, runtime: Runtime) -> None:
        """Read what others count themselves whenever the metrics are asked for."""
        self.registry.register(_Caches(runtime))
        self.registry.register(_ForgetRequests(runtime))

    def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class _Caches:
    """What indexes and embedder count themselves."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterable[Metric]:
        indexes = self._runtime.indexes.stats
        yield GaugeMetricFamily(
            "memsvc_index_agents", "Agents whose index is in RAM.", value=indexes.agents
        )
        yield GaugeMetricFamily(
            "memsvc_index_bytes", "RAM of the indexes, estimated.", value=indexes.size_bytes
        )
        yield CounterMetricFamily(
            "memsvc_index_loads", "Indexes built from SQL.", value=indexes.misses
        )
        yield CounterMetricFamily(
            "memsvc_index_evictions", "Indexes let go for room.", value=indexes.evictions
        )


class _ForgetRequests:
    """How forget requests stand, of all tenants together; nothing while the database is away."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterable[Metric]:
        by_status = GaugeMetricFamily(
            "memsvc_forget_requests", "Forget requests, by status.", labels=["status"]
        )
        alarmed = GaugeMetricFamily(
            "memsvc_forget_requests_due",
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
