"""What statistics cost of a large service: the three routes over HTTP, and a recount at the end.

The rows are put into the database as they lie there, less vectors and texts that can be read:
statistics read neither, and embedding a million texts would take an hour. The counters are made by
`memsvc recount`, as a service makes them that is asked to.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import orjson

from memsvc.bench.client import LoadFailed, Target
from memsvc.bench.emptiness import require_empty
from memsvc.bench.figures import Check, Latency
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.grown import environment
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import KEY, Served, environment_of_its_own
from memsvc.bench.stats_rows import Rows, fill
from memsvc.clock import SystemClock

BAR_MS = 50.0
WARM_UP = 20
FLOOR = "GET /healthz, which does nothing"
MEASURES = ("writes.added", "seconds.search", "searches", "seconds.write")


@dataclass(frozen=True, slots=True)
class StatsOptions:
    """How much there is, and how often each route is asked, by one client."""

    memories: int = 1_000_000
    agents: int = 10_000
    requests: int = 300
    database_url: str = ""
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class StatsReport:
    """What was found. Times in ms; `added` texts were written, one before each round."""

    machine: Machine
    database: str
    memories: int
    agents: int
    fill_s: float
    recount_s: float
    first_ms: float
    routes: dict[str, Latency]
    added: int
    agrees: bool

    @property
    def checks(self) -> list[Check]:
        """All routes held against the bar, and the counters against a recount."""
        held = [
            Check.of(f"{route}, p95", "at most", BAR_MS, [one.p95_ms], "ms")
            for route, one in self.routes.items()
            if route != FLOOR
        ]
        unlike = int(not self.agrees)
        return [*held, Check.of("counters unlike a recount", "at most", 0, [unlike], "")]


def run(options: StatsOptions, say: Callable[[str], None]) -> StatsReport:
    """Build, measure, recount; writes `out` as JSON. Raises LoadFailed."""
    require_empty(options.database_url)
    with tempfile.TemporaryDirectory(prefix="memsvc-bench-") as name:
        folder = Path(name)
        settings = {**environment(2048), "MEMSVC_DATABASE_URL": options.database_url}
        server = Served(folder / "data", folder / "log", settings)
        server.stop()
        began = time.perf_counter()
        rows = Rows(options.memories, options.agents, options.seed)
        file = folder / "data" / "memsvc.db"
        fill(rows, options.database_url or f"sqlite:///{file}", say)
        filled = time.perf_counter() - began
        began = time.perf_counter()
        _command(folder / "data", settings, "recount")
        recounted = time.perf_counter() - began
        say(f"filled in {filled:.0f} s, counted in {recounted:.0f} s")
        server.start()
        try:
            first, added, routes = _measure(server, options, say)
        finally:
            # As a crash would: what was answered is counted all the same.
            server.kill()
        told = _command(folder / "data", settings, "doctor", "--json")
        findings = json.loads(told)["findings"]
        [tallied] = [one for one in findings if one["check"] == "tallies"]
        report = StatsReport(
            this_machine(),
            "postgresql" if options.database_url else "sqlite",
            options.memories,
            options.agents,
            filled,
            recounted,
            first,
            routes,
            added,
            tallied["level"] == "ok",
        )
    if options.out is not None:
        options.out.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return report


def _measure(
    server: Served, options: StatsOptions, say: Callable[[str], None]
) -> tuple[float, int, dict[str, Latency]]:
    """The first page of all, and each route asked in turn, a text written before; how many."""
    target = Target(str(server.client.base_url), KEY)
    chance, sentences = random.Random(options.seed), Sentences(options.seed)
    texts, added = sentences.statements(options.requests), 0
    with target.connect() as connection:

        def ask(method: str, path: str, body: bytes = b"") -> float:
            began = time.perf_counter()
            connection.send(target.request(method, path, body))
            while not connection.receive():
                pass
            return (time.perf_counter() - began) * 1e3

        first = ask("GET", "/v1/stats")
        took: dict[str, list[float]] = {route: [] for route in _paths(0, options.agents)}
        for at in range(-WARM_UP, options.requests):
            if at >= 0:
                draft = orjson.dumps({"memories": [{"content": texts[at]}]})
                ask("POST", "/v1/agents/written/memories", draft)
                added += 1
            paths = _paths(chance.randrange(options.agents), at)
            for route, path in paths.items():
                milliseconds = ask("GET", path)
                if at >= 0:
                    took[route].append(milliseconds)
            if at and at % 100 == 0:
                say(f"{at:,} of {options.requests:,} rounds")
    return first, added, {route: Latency.of(values) for route, values in took.items()}


def _paths(agent: int, at: int) -> dict[str, str]:
    measure = MEASURES[at % len(MEASURES)]
    now = SystemClock().now()
    since = {days: (now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ") for days in (7, 89)}
    series = f"/v1/stats/timeseries?measure={measure}"
    return {
        FLOOR: "/healthz",
        "GET /v1/stats": "/v1/stats",
        "GET /v1/agents/{agent_id}/stats": f"/v1/agents/agent-{agent}/stats",
        "timeseries, 7 days of hours": f"{series}&from={since[7]}",
        "timeseries, 90 days of days": f"{series}&step=day&from={since[89]}",
        "timeseries, 7 days of hours, one agent": (
            f"{series}&agent_id=agent-{agent}&from={since[7]}"
        ),
    }


def render(report: StatsReport) -> str:
    """The report as text."""
    machine = report.machine
    lines = [
        f"{machine.date}; {machine.cpu}, {machine.cores} cores, load {machine.load_average}",
        f"{report.database}: {report.memories:,} memories of {report.agents:,} agents, counted "
        f"anew in {report.recount_s:.1f} s; one client, {report.added:,} texts written meanwhile; "
        f"first page after the start {report.first_ms:.0f} ms",
    ]
    for route, took in report.routes.items():
        lines.append(
            f"{route:<40}  p50 {took.p50_ms:6.2f} ms  p95 {took.p95_ms:6.2f}  "
            f"p99 {took.p99_ms:6.2f}"
        )
    lines.append("counters equal a recount" if report.agrees else "COUNTERS DIFFER FROM A RECOUNT")
    return "\n".join(lines)


def shown(report: StatsReport) -> Shown:
    """The report in the form of all benchmarks."""
    title = f"{report.memories:,} memories of {report.agents:,} agents, {report.database}"
    rows = tuple(
        (route, *(f"{value:.2f}" for value in (one.p50_ms, one.p95_ms, one.p99_ms)))
        for route, one in report.routes.items()
    )
    notes = (
        f"Counted anew in {report.recount_s:.1f} s; first page after the start "
        f"{report.first_ms:.0f} ms; one client, {report.added:,} texts written meanwhile.",
    )
    table = Table(title, ("route", "p50, ms", "p95, ms", "p99, ms"), rows)
    return Shown("Statistics", (table,), tuple(report.checks), notes)


def plots(report: StatsReport) -> tuple[Plot, ...]:
    """The drawing of a report; needs matplotlib."""
    from memsvc.bench.plot import latencies, plot_of  # noqa: PLC0415 - it may be missing

    return (plot_of(latencies("Routes of statistics", report.routes), "Routes, in milliseconds"),)


def _command(folder: Path, settings: dict[str, str], *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "memsvc", *words, "--data-dir", str(folder)],
        env=environment_of_its_own(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and words[0] != "doctor":
        raise LoadFailed(f"memsvc {words[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout
