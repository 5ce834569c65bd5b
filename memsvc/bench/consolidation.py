"""Measure a consolidation: how long it takes, what searches feel of it, whether it harms recall.

One client asks at a steady pace that leaves the server idle most of the time, first alone, then
while the run goes on: what is measured is the wait of a user, not the most that can be served.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from memsvc.bench import words
from memsvc.bench.client import Connection, LoadFailed, Target
from memsvc.bench.emptiness import require_empty
from memsvc.bench.figures import Check, Latency
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import KEY, served
from memsvc.bench.verbatim import verbatim

AGENT = "/v1/agents/bench"
TURNS = 20
"""In a session."""
SESSIONS_A_DAY = 5
BATCH = 500
PACE_S = 0.05
IDLE_S = 10.0
LONGEST_S = 3_600.0
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
OWN_EVERY = 10
"""One turn in so many tells something about its speaker."""
OWN = (
    "I live in {city} now{end}",
    "I always {habit} before breakfast{end}",
    "My favorite colour is {quality}{end}",
    "I work at the {place} in {city}{end}",
)
ENDS = (".", "!", " :)", "...")
"""The same words with the same end would be one memory."""
SUMMARIES = 50
"""Whose words are compared with those of their sources."""
WORSE_BY = 2.0
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class ConsolidationOptions:
    """How many episodes; `database_url` empty: SQLite; `environment` of the server besides."""

    episodes: int = 10_000
    database_url: str = ""
    seed: int = 1
    out: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConsolidationReport:
    """What was found; `again` is the plan of a second run.

    `verbatim` is the share of summaries' words that are their sources' word for word, over the
    newest summaries of conversations.
    """

    machine: Machine
    episodes: int
    seconds: float
    made: Mapping[str, int]
    idle: Latency
    meanwhile: Latency
    searches_meanwhile: int
    probes: int
    recall_before: float
    recall_least: float
    status: str
    again: Mapping[str, int]
    second_made: int
    verbatim: float

    @property
    def passed(self) -> bool:
        """Whether searches took at most twice as long, nothing was harmed, all was made at once."""
        return all(check.passed for check in self.checks)

    @property
    def checks(self) -> list[Check]:
        """What is held against a bar."""
        slower = self.meanwhile.p50_ms / self.idle.p50_ms
        lost = 100.0 * (self.recall_before - self.recall_least)
        left = sum(self.again.values())
        return [
            Check.of("runs that were not done", "at most", 0, [int(self.status != "done")], ""),
            Check.of("search p50 meanwhile / idle", "at most", WORSE_BY, [slower]),
            Check.of("recall of probes lost", "at most", 100.0 * MARGIN, [lost], "points"),
            Check.of("left for a second run", "at most", 0, [left], ""),
            Check.of("made by a second run", "at most", 0, [self.second_made], ""),
        ]


def run(options: ConsolidationOptions) -> ConsolidationReport:
    """Measure on a server of its own; writes `out` as JSON. Raises LoadFailed."""
    require_empty(options.database_url)
    environment = {
        "MEMSVC_DATABASE_URL": options.database_url,
        # Only the run that is asked for.
        "MEMSVC_CONSOLIDATE_EVERY_S": "0",
        **options.environment,
    }
    with served(environment) as server:
        target = Target(str(server.client.base_url), KEY)
        for drafts in _batches(options):
            target.ask("POST", f"{AGENT}/memories", orjson.dumps({"memories": drafts}))
        questions = iter(Sentences(options.seed + 1).questions(100_000))
        with target.connect() as connection:
            # The index is loaded, and the model warm.
            _asked(target, connection, questions, 1.0)
            idle = _asked(target, connection, questions, IDLE_S)
            began = time.perf_counter()
            run_id = _ask_for(target, force=True)
            meanwhile = []
            while (done := _run(target, run_id))["finished_at"] is None:
                meanwhile += _asked(target, connection, questions, 1.0)
                if time.perf_counter() - began > LONGEST_S:
                    raise LoadFailed(f"the run is {done['status']} after {LONGEST_S:.0f} s")
            seconds = time.perf_counter() - began
        plan = target.ask("POST", f"{AGENT}/consolidations", b'{"dry_run": true, "force": true}')
        second = _ended(target, _ask_for(target, force=True))
        copied = _verbatim(target)
    report = ConsolidationReport(
        machine=this_machine(),
        episodes=options.episodes,
        seconds=seconds,
        made=done["made"],
        idle=Latency.of(idle),
        meanwhile=Latency.of(meanwhile),
        searches_meanwhile=len(meanwhile),
        probes=done["probes"],
        recall_before=done["recall_before"],
        recall_least=done["recall_least"],
        status=done["status"],
        again=plan["made"],
        second_made=sum(second["made"].values()),
        verbatim=copied,
    )
    if options.out is not None:
        told = {**asdict(report), "passed": report.passed}
        options.out.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return report


def render(report: ConsolidationReport) -> str:
    """The report as text."""
    made = ", ".join(f"{count:,} {relation}" for relation, count in report.made.items())
    return "\n".join(
        [
            f"{report.episodes:,} episodes consolidated in {report.seconds:.1f} s: {made}",
            f"search p50 {report.idle.p50_ms:.1f} ms idle, {report.meanwhile.p50_ms:.1f} ms "
            f"meanwhile ({report.searches_meanwhile} searches; p95 {report.idle.p95_ms:.1f} and "
            f"{report.meanwhile.p95_ms:.1f})",
            f"recall of {report.probes} probes {report.recall_before:.3f} before, "
            f"{report.recall_least:.3f} at the least",
            f"second run: {report.second_made} made",
            f"summaries: {report.verbatim:.3f} of their words are said so in their sources",
            f"{'passed' if report.passed else 'NOT PASSED'} ({report.status})",
        ]
    )


def shown(report: ConsolidationReport) -> Shown:
    """The report in the form of all benchmarks."""
    seconds = f"{report.episodes:,} episodes consolidated in {report.seconds:.1f} s"
    made = tuple((relation, f"{count:,}") for relation, count in report.made.items())
    waits = tuple(
        (when, *(f"{value:.1f}" for value in (one.p50_ms, one.p95_ms, one.p99_ms)))
        for when, one in (("idle", report.idle), ("meanwhile", report.meanwhile))
    )
    recalled = (
        ("before", f"{report.recall_before:.3f}"),
        ("at the least", f"{report.recall_least:.3f}"),
    )
    return Shown(
        "Consolidation",
        tables=(
            Table(seconds, ("made", "memories"), made),
            Table("Searches of one client", ("", "p50, ms", "p95, ms", "p99, ms"), waits),
            Table(f"Recall of {report.probes} probes", ("", "share"), recalled),
        ),
        checks=tuple(report.checks),
    )


def plots(report: ConsolidationReport) -> tuple[Plot, ...]:
    """Searches idle and meanwhile; raises LoadFailed without matplotlib."""
    from memsvc.bench.plot import latencies, plot_of  # noqa: PLC0415 - it may be missing

    waits = {"idle": report.idle, "meanwhile": report.meanwhile}
    figure = latencies("Search of one client", waits)
    return (plot_of(figure, "Searches before and during the run, in milliseconds"),)


def _batches(options: ConsolidationOptions) -> Iterator[list[dict[str, Any]]]:
    pick = random.Random(options.seed)
    said = Sentences(options.seed)
    drafts: list[dict[str, Any]] = []
    for number in range(options.episodes):
        session, place = divmod(number, TURNS)
        day, of_day = divmod(session, SESSIONS_A_DAY)
        speaker = words.PEOPLE[session % 7 + 7 * (place % 2)]
        [content] = [_own(pick)] if number % OWN_EVERY == 0 else said.statements(1)
        drafts.append(
            {
                "content": content,
                "speaker": speaker,
                "user_id": speaker.lower(),
                "role": "user",
                "session_id": f"s{session}",
                "event_time": (
                    START + timedelta(days=day, hours=of_day, minutes=place)
                ).isoformat(),
            }
        )
        if len(drafts) == BATCH:
            yield drafts
            drafts = []
    if drafts:
        yield drafts


def _own(pick: random.Random) -> str:
    return pick.choice(OWN).format(
        city=pick.choice(words.CITIES),
        habit=pick.choice(words.HABITS),
        quality=pick.choice(words.QUALITIES),
        place=pick.choice(words.PLACES),
        end=pick.choice(ENDS),
    )


def _asked(
    target: Target, connection: Connection, questions: Iterator[str], seconds: float
) -> list[float]:
    """Milliseconds of each search asked at a steady pace."""
    until = time.perf_counter() + seconds
    took = []
    while time.perf_counter() < until:
        body = orjson.dumps({"query": next(questions)})
        began = time.perf_counter()
        connection.send(target.request("POST", f"{AGENT}/search", body))
        while not connection.receive():
            pass
        took.append((time.perf_counter() - began) * 1000.0)
        time.sleep(max(0.0, PACE_S - (time.perf_counter() - began)))
    return took


def _verbatim(target: Target) -> float:
    """How much of the newest summaries of conversations was said so, at the mean; 0 of none."""
    found = target.ask("GET", f"{AGENT}/memories?kind=episodic&limit=500")["memories"]
    shares = []
    for one in found:
        # What other summaries were made of is no words of anybody.
        if one["source_ids"] and "summary" in one["tags"]:
            sources = [target.ask("GET", f"{AGENT}/memories/{id_}") for id_ in one["source_ids"]]
            if not any(source["source_ids"] for source in sources):
                shares.append(verbatim(one["content"], [source["content"] for source in sources]))
        if len(shares) == SUMMARIES:
            break
    return sum(shares) / len(shares) if shares else 0.0


def _ask_for(target: Target, *, force: bool) -> str:
    body = orjson.dumps({"force": force})
    return str(target.ask("POST", f"{AGENT}/consolidations", body)["run_id"])


def _run(target: Target, run_id: str) -> dict[str, Any]:
    found: dict[str, Any] = target.ask("GET", f"{AGENT}/consolidations/{run_id}")
    return found


def _ended(target: Target, run_id: str) -> dict[str, Any]:
    while (found := _run(target, run_id))["finished_at"] is None:
        time.sleep(0.2)
    return found
