"""Soak: mixed load through the balancer while replicas and their database are killed."""

from __future__ import annotations

import random
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from memsvc.bench.emptiness import require_empty
from memsvc.bench.replicas import ending
from memsvc.bench.replicas.asking import Asking
from memsvc.bench.replicas.clients import MAY_BE_LOST, Client
from memsvc.bench.replicas.database import OwnDatabase
from memsvc.bench.replicas.fleet import Fleet, fleet
from memsvc.bench.replicas.report import SoakReport
from memsvc.bench.replicas.storms import Storms
from memsvc.bench.replicas.witness import CUT, Witness


@dataclass(frozen=True, slots=True)
class SoakOptions:
    """How long, and with how much.

    `database_url` empty: a PostgreSQL server of our own, which is killed, too. `pause_s` is the
    mean rest between two deeds of a client, `calm_s` that between two storms; `directly` is the
    share of requests that go past the balancer. `each`: every kind of storm at least once, however
    short the time. So many `receipts` are checked, each by a process.
    """

    minutes: float = 30.0
    clients: int = 4
    database_url: str = ""
    seed: int | None = None
    pause_s: float = 0.05
    calm_s: float = 8.0
    directly: float = 0.15
    each: bool = False
    receipts: int = 20


def run(options: SoakOptions, progress: Callable[[str], None] = lambda _line: None) -> SoakReport:
    """Raise a storm, and compare; raises LoadFailed for an answer or a start nothing explains."""
    chance = random.Random(options.seed)
    witness = Witness()
    require_empty(options.database_url)
    with (
        tempfile.TemporaryDirectory(prefix="memsvc-replicas-") as name,
        _database(Path(name), options.database_url) as (url, database),
        fleet(Path(name), url, ENVIRONMENT) as running,
    ):
        storms = Storms(running.replicas, database, witness, random.Random(chance.random()))
        clients = [_client(running, witness, options, chance) for _ in range(options.clients)]
        began = time.monotonic()
        _rage(options, storms, clients, chance, progress)
        report = SoakReport(seconds=time.monotonic() - began, storms=storms.counts)
        ending.settle(running, clients, report, options.receipts)
        for client in clients:
            client.asking.close()
    return _told(report, witness, clients)


ENVIRONMENT = {
    "MEMSVC_PURGE_AFTER_S": "0",
    "MEMSVC_EMBEDDING__THREADS": "1",
    "MEMSVC_DRAIN_S": "3",
}
"""Settings of the replicas, beside those that every fleet has."""

LOST = ("replica_lost", CUT)
"""What becomes of a request whose replica dies. On a connection that its client kept, HAProxy
closes that one instead of answering 502."""


@contextmanager
def _database(folder: Path, given: str) -> Iterator[tuple[str, OwnDatabase | None]]:
    if given:
        yield given, None
        return
    with ExitStack() as stack:
        home = folder / "postgres"
        home.mkdir(mode=0o700)
        own = OwnDatabase(home)
        stack.callback(own.close)
        yield own.url, own


def _client(
    running: Fleet, witness: Witness, options: SoakOptions, chance: random.Random
) -> Client:
    of_client = random.Random(chance.random())
    asking = Asking(running, witness, of_client, options.directly)
    return Client(f"c{secrets.token_hex(3)}", of_client, asking, witness, options.pause_s)


def _rage(
    options: SoakOptions,
    storms: Storms,
    clients: list[Client],
    chance: random.Random,
    progress: Callable[[str], None],
) -> None:
    """Have the clients at work and raise storms until the time is over; raises LoadFailed."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def work(client: Client) -> None:
        try:
            client.run(stop)
        except BaseException as failure:  # noqa: BLE001 - raised by whoever waits for the thread
            failures.append(failure)
            stop.set()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 60 * options.minutes
    first = list(storms.each()) if options.each else []
    try:
        while time.monotonic() < end or first:
            if stop.wait(chance.uniform(0, 2 * options.calm_s)):
                break
            name = first.pop()() if first else storms.one()
            left = max(end - time.monotonic(), 0) / 60
            acknowledged = sum(one.findings.acknowledged for one in clients)
            progress(f"{name}; {acknowledged} changes acknowledged, {left:.1f} minutes left")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


def _told(report: SoakReport, witness: Witness, clients: list[Client]) -> SoakReport:
    for client in clients:
        report.findings += client.findings
    report.answers, report.stale, report.excused = witness.answers, witness.stale, witness.excused
    report.examples = witness.examples
    report.database_down_s = witness.database.seconds
    report.unexplained.update(witness.refused)
    for refusal, count in witness.dying.items():
        lost = refusal.code in LOST and refusal.kind in MAY_BE_LOST
        (report.cut_off if lost else report.unexplained)[refusal] += count
    return report
