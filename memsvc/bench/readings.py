"""What the rounds of a load benchmark measured, and the figures and checks that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import median

from memsvc.bench.client import Sample
from memsvc.bench.figures import Check, Figure, Latency, Spread, percentile, quotients
from memsvc.bench.machine import Memory
from memsvc.bench.wrk import WrkSample

BULK = 100
SEARCH, ADD, BULK_ADD = "search", "single add", "bulk add"
UNITS = {SEARCH: ("searches", 1), ADD: ("texts", 1), BULK_ADD: ("texts", BULK)}
IDLE_MB = 380.0


@dataclass(slots=True)
class Readings:
    """One entry a round in every list; a list stays empty when the thing is not measured."""

    served: dict[tuple[str, int], list[Sample]] = field(default_factory=lambda: defaultdict(list))
    query_ms: list[list[float]] = field(default_factory=list)
    onnx_per_second: list[float] = field(default_factory=list)
    library_queries: list[float] = field(default_factory=list)
    library_texts: list[float] = field(default_factory=list)
    wrk: list[WrkSample] = field(default_factory=list)

    def texts_written(self) -> int:
        """How many memories the measured writes added."""
        return sum(
            UNITS[what][1] * len(sample.latencies_ms)
            for (what, _clients), samples in self.served.items()
            if what != SEARCH
            for sample in samples
        )

    def per_second(self, what: str, clients: int) -> list[float]:
        """Searches or texts a second, one value a round."""
        return [each.per_second * UNITS[what][1] for each in self.served[what, clients]]


def served_figures(readings: Readings, clients: int) -> list[Figure]:
    """The service's figures."""
    figures = [_served(readings, what, many) for what in UNITS for many in (1, clients)]
    if readings.wrk:
        figures.append(_by_wrk(readings.wrk, clients))
    return figures


def raw_figures(readings: Readings) -> list[Figure]:
    """The model's own figures."""
    if not readings.query_ms:
        return []
    rates = [1e3 * len(taken) / sum(taken) for taken in readings.query_ms]
    every = list(chain.from_iterable(readings.query_ms))
    single = Figure("ONNX, one query", 1, "texts", Spread.of(rates), len(every), Latency.of(every))
    batched = {
        "ONNX, batches of 64": readings.onnx_per_second,
        "sentence-transformers, batches of 64, queries": readings.library_queries,
        "sentence-transformers, batches of 64, texts": readings.library_texts,
    }
    return [
        single,
        *(Figure(what, 1, "texts", Spread.of(each), 0) for what, each in batched.items()),
    ]


def checks(readings: Readings, clients: int, idle: Memory | None) -> list[Check]:
    """The ratios that matter, each round's served figure over the same round's raw one."""
    found: list[Check] = []
    if readings.query_ms:
        alone = [percentile(each.latencies_ms, 0.5) for each in readings.served[SEARCH, 1]]
        model = [percentile(taken, 0.5) for taken in readings.query_ms]
        searches = readings.per_second(SEARCH, clients)
        adds = readings.per_second(ADD, clients)
        bulk = readings.per_second(BULK_ADD, 1)
        found = [
            Check.of(
                "search p50, 1 client / ONNX time of the query",
                "at most",
                2.0,
                quotients(alone, model),
            ),
            Check.of(
                f"searches/s, {clients} clients / sentence-transformers",
                "at least",
                0.75,
                quotients(searches, readings.library_queries),
            ),
            Check.of(
                f"single adds/s, {clients} clients / sentence-transformers",
                "at least",
                0.6,
                quotients(adds, readings.library_texts),
            ),
            Check.of(
                "bulk add texts/s, 1 client / ONNX in batches",
                "at least",
                0.8,
                quotients(bulk, readings.onnx_per_second),
            ),
        ]
    if idle is not None:
        found.append(
            Check.of("resident memory before the load", "at most", IDLE_MB, [idle.resident], "MB")
        )
    return found


def _served(readings: Readings, what: str, clients: int) -> Figure:
    samples = readings.served[what, clients]
    every = list(chain.from_iterable(each.latencies_ms for each in samples))
    cpu_ms = 1e3 * sum(each.cpu_s for each in samples) / len(every)
    rates = Spread.of(readings.per_second(what, clients))
    return Figure(what, clients, UNITS[what][0], rates, len(every), Latency.of(every), cpu_ms)


def _by_wrk(samples: Sequence[WrkSample], clients: int) -> Figure:
    """wrk tells percentiles, not each latency: of those the median over the rounds is taken."""
    requests = sum(each.requests for each in samples)
    shares = zip(*(each.percentiles_ms for each in samples), strict=True)
    return Figure(
        "search, sent by wrk",
        clients,
        "searches",
        Spread.of([each.requests / each.seconds for each in samples]),
        requests,
        Latency(*(median(share) for share in shares)),
        1e3 * sum(each.cpu_s for each in samples) / requests,
    )
