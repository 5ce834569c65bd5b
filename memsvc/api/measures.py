"""Prometheus metrics: route templates, events and counts; never ids, content or identities."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Iterable, Mapping, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest

from memsvc.api.watching import FORGETTING, Caches, ForgetRequests, Holdings
from memsvc.core.memory import Event
from memsvc.core.reinforcement import Outcome
from memsvc.operations.known import Written
from memsvc.operations.question import Mode
from memsvc.operations.search import Hits
from memsvc.runtime import Runtime

# A series that tells when each counter was made doubles the page and is of no use here.
disable_created_metrics()  # type: ignore[no-untyped-call]

FORGETTING_STEPS = frozenset({"forget", "forget-requests", "subjects", "erase"})
"""Steps of routes, in the API and the dashboard, that are about forgetting somebody."""
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
        self.feedback = Counter(
            "memsvc_feedback",
            "Uses of memories that were told, by outcome.",
            ("outcome",),
            registry=self.registry,
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

    def told(self, outcomes: Sequence[Outcome]) -> None:
        """Count uses of memories that were told."""
        for outcome, count in Counts(outcomes).items():
            self.feedback.labels(outcome).inc(count)

    def searched(self, asked: Mode, hits: Hits) -> None:
        """Count a search and what it found."""
        self.searches.labels(asked, Mode.DEEP if hits.deep else Mode.FAST).inc()
        self.hits.inc(len(hits.found))

    def watch(self, runtime: Runtime) -> None:
        """Read what others count themselves whenever the metrics are asked for."""
        for watching in (Caches(runtime), Holdings(runtime), ForgetRequests(runtime)):
            self.registry.register(watching)

    def text(self, *, operator: bool) -> bytes:
        """All metrics in Prometheus' text format; some are for an `operator` alone."""
        return generate_latest(self.registry if operator else _ForViewers(self.registry))


class _ForViewers:
    """The metrics that do not tell that somebody was forgotten, in whichever tenant."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        for one in self._registry.collect():
            if one.name in FORGETTING:
                continue
            told = Metric(one.name, one.documentation, one.type, one.unit)
            told.samples = [sample for sample in one.samples if not _forgets(sample.labels)]
            yield told


def _forgets(labels: Mapping[str, str]) -> bool:
    """Whether a series counts what erases, what asks for it, or what it keeps out."""
    steps = labels.get("route", "").split("/")
    return (
        labels.get("event") == Event.SUPPRESSED
        or labels.get("method") == "DELETE"
        or not FORGETTING_STEPS.isdisjoint(steps)
    )
