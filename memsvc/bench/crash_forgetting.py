"""Kill a server while it forgets, again and again, and hold it to what it acknowledged.

From the 202 on nothing of the person may be shown, after whatever crash; every request that was
acknowledged has to be closed in the end, with a receipt that holds; and nobody else's memories may
be touched, but for those that rest on what went: they are quarantined.
"""

from __future__ import annotations

import json
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from memsvc.bench.crash import (
    AGENT,
    Ask,
    CrashOptions,
    environment,
    everything,
    expect,
    live_and_die,
    none_of,
)
from memsvc.bench.emptiness import require_empty
from memsvc.bench.findings import Shown
from memsvc.bench.served import Served, served

REQUESTS = "/v1/forget-requests"
STALLED_S = 120.0
"""After the last crash: when nothing was closed for so long, what is left counts as unfinished."""
CHECKED = 20
"""Receipts checked with `memsvc verify-receipt`: each check is a process."""


@dataclass(slots=True)
class ForgetReport:
    """What was found: `cycles`, `requests` and `closed` count, the others should be 0."""

    cycles: int = 0
    requests: int = 0
    closed: int = 0
    shown: int = 0
    harmed: int = 0
    unfinished: int = 0
    unproven: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cycles} crashes, {self.requests} forget requests acknowledged, {self.closed} "
            f"closed: {self.shown} forgotten memories shown, {self.harmed} of others harmed, "
            f"{self.unfinished} requests unfinished, {self.unproven} receipts that do not hold"
        )

    @property
    def clean(self) -> bool:
        """Whether all was forgotten that had to be, and nothing else."""
        return not (self.shown or self.harmed or self.unfinished or self.unproven)


def shown(report: ForgetReport) -> Shown:
    """The report in the form of all benchmarks."""
    faults = {
        "forgotten memories shown": report.shown,
        "memories of others harmed": report.harmed,
        "acknowledged requests unfinished": report.unfinished,
        "receipts that do not hold": report.unproven,
    }
    return Shown("Crashes while it forgets", checks=none_of(faults), notes=(str(report),))


@dataclass(slots=True)
class _Person:
    """Somebody to be forgotten: their memories, and one of another that rests on theirs, too."""

    name: str
    request_id: str
    theirs: dict[str, str]
    derived: dict[str, str]
    asked: bool = False
    forgotten: bool = False


@dataclass(slots=True)
class _Client:
    """Writes what people say, and has some of them forgotten; nobody else does it to these."""

    name: str
    random: random.Random
    kept: dict[str, str] = field(default_factory=dict)
    people: list[_Person] = field(default_factory=list)
    shown: int = 0

    def run(self, ask: Ask) -> None:
        """Go on until the server is gone."""
        while True:
            self._meet(ask)
            for person in self.people:
                if person.asked and not person.forgotten:
                    # Nobody knows whether it was taken: the same order again is safe, and
                    # refused if it is carried out already.
                    self._forget(ask, person)
            self._forget(ask, self.people[-1])
            threading.Event().wait(self.random.uniform(0, 1.5))

    def _meet(self, ask: Ask) -> None:
        # Ids of memories that stay must not say who is forgotten: it would be left in them.
        name, mark = f"person-{secrets.token_hex(8)}", f"{self.name}-{secrets.token_hex(4)}"
        theirs = {f"{mark}-{at}": self._words(f"{mark} number {at}") for at in range(3)}
        other = {f"{mark}-other": self._words("somebody else")}
        derived = {f"{mark}-derived": self._words("this rests on two")}
        bodies = [{"id": id_, "content": words, "user_id": name} for id_, words in theirs.items()]
        bodies += [{"id": id_, "content": words, "user_id": "o"} for id_, words in other.items()]
        expect(ask("POST", f"{AGENT}/memories", {"memories": bodies}), 201)
        self.kept |= other
        sources = [f"{mark}-0", f"{mark}-other"]
        [(id_, words)] = derived.items()
        body = {"id": id_, "content": words, "user_id": "o", "source_ids": sources}
        expect(ask("POST", f"{AGENT}/memories", {"memories": [body]}), 201)
        self.people.append(_Person(name, secrets.token_hex(8), theirs, derived))

    def _forget(self, ask: Ask, person: _Person) -> None:
        again, person.asked = person.asked, True
        order = {"subject_ids": [person.name], "id": person.request_id}
        answer = ask("POST", REQUESTS, order)
        if not (again and answer.status_code == 409):
            expect(answer, 202)
        person.forgotten = True
        listed = expect(ask("GET", f"{AGENT}/memories?user_id={person.name}"), 200)
        self.shown += len(listed["memories"])
        body = {"query": next(iter(person.theirs.values())), "limit": 10}
        found = expect(ask("POST", f"{AGENT}/search", body), 200)
        self.shown += sum(one["memory"]["id"] in person.theirs for one in found["results"])

    def _words(self, start: str) -> str:
        return f"{start} says {self.random.getrandbits(64):016x}"


def run(
    options: CrashOptions, progress: Callable[[str], None] = lambda _line: None
) -> ForgetReport:
    """Crash and compare; raises LoadFailed for an answer or a start that no crash explains."""
    require_empty(options.database_url)
    chance = random.Random(options.seed)
    report = ForgetReport()
    clients = [
        _Client(f"{secrets.token_hex(3)}-{number}", random.Random(chance.random()))
        for number in range(options.clients)
    ]
    with served(environment(options)) as server:
        for cycle in range(options.cycles):
            live_and_die(server, clients, chance.uniform(0.05, options.longest_s))
            server.start()
            _compare(server, clients, report)
            report.cycles += 1
            if (cycle + 1) % 10 == 0 or not report.clean:
                progress(str(report))
        _finish(server, clients, report)
        server.stop()
    return report


def _compare(server: Served, clients: Iterable[_Client], report: ForgetReport) -> None:
    """Count what is shown and should not be, and what is gone and should not be."""
    held = everything(server)
    report.requests = 0
    report.shown = sum(client.shown for client in clients)
    for client in clients:
        report.harmed += _missing(client.kept, held)
        for person in client.people:
            if person.asked and not person.forgotten:
                answer = server.ask("GET", f"{REQUESTS}/{person.request_id}")
                person.forgotten = answer.status_code == httpx.codes.OK
                person.asked = person.forgotten
            if person.forgotten:
                report.requests += 1
                client.shown += len(person.theirs.keys() & held.keys())
            else:
                report.harmed += _missing(person.theirs | person.derived, held)
    report.shown = sum(client.shown for client in clients)


def _missing(expected: Mapping[str, str], held: Mapping[str, str]) -> int:
    return sum(held.get(id_) != words for id_, words in expected.items())


def _finish(server: Served, clients: Iterable[_Client], report: ForgetReport) -> None:
    """Wait until every request is closed, then look at everything once more."""
    people = [one for client in clients for one in client.people if one.forgotten]
    left = {one.request_id for one in people}
    closed: list[str] = []
    end = time.monotonic() + STALLED_S
    while left and time.monotonic() < end:
        for request_id in sorted(left):
            told = expect(server.ask("GET", f"{REQUESTS}/{request_id}"), 200)
            if told["status"] == "closed":
                left.discard(request_id)
                closed.append(request_id)
                end = time.monotonic() + STALLED_S
        threading.Event().wait(0.2)
    report.closed, report.unfinished = len(closed), len(left)
    _compare(server, clients, report)
    held = everything(server)
    for person in people:
        if person.request_id not in left:
            [id_] = person.derived
            report.harmed += _missing(person.derived, held)
            memory = server.ask("GET", f"{AGENT}/memories/{id_}").json()
            report.harmed += memory.get("status") != "quarantined"
    report.unproven = _unproven(server, closed)


def _unproven(server: Served, closed: list[str]) -> int:
    """How many receipts do not hold; of many the last ones are checked."""
    with tempfile.TemporaryDirectory(prefix="memsvc-receipts-") as folder:
        receipt, audit = Path(folder) / "receipt", Path(folder) / "audit"
        audit.write_text("\n".join(json.dumps(page) for page in _audit(server)))
        bad = 0
        for request_id in closed[-CHECKED:]:
            receipt.write_text(server.ask("GET", f"{REQUESTS}/{request_id}/receipt").text)
            command = ["verify-receipt", str(receipt), "--audit", str(audit)]
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", "memsvc", *command],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            bad += done.returncode != 0
    return bad


def _audit(server: Served) -> Iterable[Any]:
    after = 0
    while after is not None:
        page = expect(server.ask("GET", f"/v1/audit?after={after}&limit=500"), 200)
        yield page
        after = page["next_after"]
