"""What an offer of behaviors costs beside a search of the same agent.

A server of its own gets one agent with many active behaviors, some further memories and outcomes.
Then a search and an offer are asked in turn, each with words that nobody asked before, every other
pair in reverse order: over HTTP by one client, and by the operations alone in this process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from memsvc.bench.client import Connection, LoadFailed, Target
from memsvc.bench.emptiness import require_empty
from memsvc.bench.figures import Check, Latency
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import KEY, Served, served
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.operations.handbook.offer import Wanted, offer
from memsvc.operations.question import Question
from memsvc.operations.search import search
from memsvc.wiring import build_runtime

AGENT = "bench"
PATH = f"/v1/agents/{AGENT}"
BEHAVIORS_A_REQUEST = 50
BATCH = 500
LONGEST = 300
"""Characters of an instruction at most."""
WARM_UP = 30
BAR = 1.25
SEARCHED = 10
"""Results of each search."""

Ask = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class OfferOptions:
    """What the agent holds, and how many pairs are asked. `models`: the folder of the model."""

    models: Path
    model: str
    backend: str
    behaviors: int = 2_000
    memories: int = 500
    outcomes: int = 400
    pairs: int = 300
    database_url: str = ""
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Searches and offers that were asked in turn."""

    search: Latency
    offer: Latency

    @property
    def ratio(self) -> float:
        """The median of offers, in medians of searches."""
        return self.offer.p50_ms / self.search.p50_ms


@dataclass(frozen=True, slots=True)
class OfferReport:
    """What was found; `active` behaviors of those that were put in."""

    machine: Machine
    behaviors: int
    active: int
    memories: int
    outcomes: int
    http: Pairs
    operations: Pairs

    @property
    def passed(self) -> bool:
        """Whether an offer takes at most 1.25 times as long as a search, both ways."""
        return all(check.passed for check in self.checks)

    @property
    def checks(self) -> list[Check]:
        """What is held against a bar."""
        return [
            Check.of(f"offer p50 / search p50, {way}", "at most", BAR, [pairs.ratio])
            for way, pairs in self.ways.items()
        ]

    @property
    def ways(self) -> dict[str, Pairs]:
        """The pairs by how they were asked."""
        return {"over HTTP": self.http, "operations alone": self.operations}


def run(options: OfferOptions, say: Callable[[str], None]) -> OfferReport:
    """Measure on a server of its own; writes `out` as JSON. Raises LoadFailed."""
    require_empty(options.database_url)
    environment = {
        "MEMSVC_DATABASE_URL": options.database_url,
        "MEMSVC_CONSOLIDATE_EVERY_S": "0",
        "MEMSVC_EMBEDDING__BACKEND": options.backend,
        "MEMSVC_EMBEDDING__MODEL": options.model,
        "MEMSVC_EMBEDDING__MODEL_DIR": str(options.models.absolute()),
    }
    sentences = Sentences(options.seed)
    with served(environment) as server:
        target = Target(str(server.client.base_url), KEY)
        active = _fill(target, options, sentences, say)
        say(f"{active:,} of {options.behaviors:,} behaviors are active")
        with target.connect() as connection:
            over_http = _in_turn(
                _asking(target, connection, *_SEARCH),
                _asking(target, connection, *_OFFER),
                sentences,
                options.pairs,
            )
        server.stop()
        operations = _operations(server, options, sentences)
    report = OfferReport(
        machine=this_machine(),
        behaviors=options.behaviors,
        active=active,
        memories=options.memories,
        outcomes=options.outcomes,
        http=over_http,
        operations=operations,
    )
    if options.out is not None:
        told = {**asdict(report), "passed": report.passed}
        options.out.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return report


def render(report: OfferReport) -> str:
    """The report as text."""
    machine = report.machine
    lines = [
        f"{machine.date}; {machine.cpu}, {machine.cores} cores, load {machine.load_average}",
        f"{report.active:,} active behaviors, {report.memories:,} other memories, "
        f"{report.outcomes:,} outcomes; one client",
    ]
    for what, pairs in (("HTTP", report.http), ("operations", report.operations)):
        lines.append(
            f"{what:<10}  search {pairs.search.p50_ms:6.2f} ms (p95 {pairs.search.p95_ms:6.2f})  "
            f"offer {pairs.offer.p50_ms:6.2f} ms (p95 {pairs.offer.p95_ms:6.2f})  "
            f"ratio {pairs.ratio:.2f}, bar {BAR}"
        )
    return "\n".join(lines)


def shown(report: OfferReport) -> Shown:
    """The report in the form of all benchmarks."""
    rows = tuple(
        (name, *(f"{value:.2f}" for value in (one.p50_ms, one.p95_ms, one.p99_ms)))
        for name, one in _latencies(report).items()
    )
    title = (
        f"{report.active:,} active behaviors, {report.memories:,} other memories, "
        f"{report.outcomes:,} outcomes; one client"
    )
    table = Table(title, ("", "p50, ms", "p95, ms", "p99, ms"), rows)
    return Shown("Offers of behaviors", tables=(table,), checks=tuple(report.checks))


def plots(report: OfferReport) -> tuple[Plot, ...]:
    """Searches and offers; raises LoadFailed without matplotlib."""
    from memsvc.bench.plot import latencies, plot_of  # noqa: PLC0415 - it may be missing

    figure = latencies("Search and offer", _latencies(report))
    return (plot_of(figure, "Searches and offers of the same agent, in milliseconds"),)


def _latencies(report: OfferReport) -> dict[str, Latency]:
    return {
        f"{what}, {way}": latency
        for way, pairs in report.ways.items()
        for what, latency in (("search", pairs.search), ("offer", pairs.offer))
    }


def _fill(
    target: Target, options: OfferOptions, sentences: Sentences, say: Callable[[str], None]
) -> int:
    """Put in behaviors, memories and outcomes; how many of the behaviors are active."""
    # None held out: those would be fast.
    settings = {"settings": {"handbook": {"hold_out": 0.0, "relevance_floor": 0.0}}}
    _ask(target, "PUT", PATH, settings)
    traces = [
        _ask(target, "POST", f"{PATH}/traces", {"task": task})["id"]
        for task in sentences.questions(2)
    ]
    for start in range(0, options.behaviors, BEHAVIORS_A_REQUEST):
        count = min(BEHAVIORS_A_REQUEST, options.behaviors - start)
        behaviors = [
            {
                "name": f"behavior_number_{start + at}",
                "instruction": said[:LONGEST],
                # Of other topics they say nothing of each other.
                "topics": [f"topic {start + at}"],
                "source_trace_ids": traces,
            }
            for at, said in enumerate(sentences.statements(count))
        ]
        _ask(target, "POST", f"{PATH}/behaviors", {"behaviors": behaviors})
        if start % 500 == 0:
            say(f"{start:,} behaviors put in")
    for start in range(0, options.memories, BATCH):
        said = sentences.statements(min(BATCH, options.memories - start))
        drafts = [{"content": one} for one in said]
        _ask(target, "POST", f"{PATH}/memories", {"memories": drafts})
    for at, task in enumerate(sentences.questions(options.outcomes)):
        offered = _ask(target, "POST", f"{PATH}/handbook/search", {"task": task})
        outcome = {"outcome": at % 2, "input_tokens": 900, "output_tokens": 400}
        _ask(target, "POST", f"{PATH}/handbook/offers/{offered['offer_id']}/outcome", outcome)
    told = _ask(target, "GET", f"{PATH}/handbook/report", None)
    return sum(one["status"] == "active" for one in told["lines"])


def _ask(target: Target, method: str, path: str, body: Any) -> Any:
    content = b"" if body is None else orjson.dumps(body)
    answer = target.ask(method, path, content)
    if isinstance(answer, dict) and "code" in answer:
        raise LoadFailed(f"{method} {path}: {answer}")
    return answer


_Request = tuple[str, str, dict[str, Any]]
_SEARCH: _Request = f"{PATH}/search", "query", {"mode": "fast", "limit": SEARCHED}
_OFFER: _Request = f"{PATH}/handbook/search", "task", {}


def _asking(
    target: Target, connection: Connection, path: str, field: str, more: dict[str, Any]
) -> Ask:
    def ask(text: str) -> object:
        connection.send(target.request("POST", path, orjson.dumps({field: text, **more})))
        while not connection.receive():
            pass
        return connection.body

    return ask


def _operations(server: Served, options: OfferOptions, sentences: Sentences) -> Pairs:
    """The same without a server, on what the stopped one left."""
    settings = Settings(
        data_dir=server.folder,
        database_url=options.database_url,
        embedding={
            "backend": options.backend,
            "model": options.model,
            "model_dir": options.models.absolute(),
        },
    )
    scope = Scope("default", AGENT)
    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        return _in_turn(
            lambda text: search(runtime, scope, Question(text, limit=SEARCHED)),
            lambda text: offer(runtime, scope, Wanted(text)),
            sentences,
            options.pairs,
        )


def _in_turn(searching: Ask, offering: Ask, sentences: Sentences, pairs: int) -> Pairs:
    fresh: Iterator[str] = iter(sentences.questions(2 * (pairs + WARM_UP)))
    took: tuple[list[float], list[float]] = ([], [])
    order: Sequence[tuple[int, Ask]] = ((0, searching), (1, offering))
    for at in range(-WARM_UP, pairs):
        for which, ask in order if at % 2 else reversed(order):
            text = next(fresh)
            began = time.perf_counter()
            ask(text)
            if at >= 0:
                took[which].append((time.perf_counter() - began) * 1e3)
    return Pairs(*map(Latency.of, took))
