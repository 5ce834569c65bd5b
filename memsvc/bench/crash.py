"""Kill a server under load, again and again, and hold what it remembers against what it said.

A write that was answered has to be there after the crash, a deleted memory has to be gone, and what
search finds has to be what the list shows. What was under way when the server died may be either.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from memsvc.bench.client import LoadFailed
from memsvc.bench.emptiness import require_empty
from memsvc.bench.figures import Check
from memsvc.bench.findings import Shown
from memsvc.bench.served import Served, served

AGENT = "/v1/agents/crash"
PAGE = 500
PROBED = 20
"""Memories looked for by search after each crash."""

Outcomes = frozenset[str | None]
"""What a memory may hold now; None: nothing, it is not there."""

GONE: Outcomes = frozenset({None})

Ask = Callable[..., httpx.Response]


class Client(Protocol):
    """Asks until the server is gone."""

    def run(self, ask: Ask) -> None:
        """Raises httpx.HTTPError or RuntimeError then, and LoadFailed for a wrong answer."""


@dataclass(frozen=True, slots=True)
class CrashOptions:
    """How often to kill, and what.

    `database_url` empty: SQLite in a folder of its own. `longest_s` is the longest life under load
    between two crashes.
    """

    cycles: int = 200
    clients: int = 4
    longest_s: float = 0.8
    database_url: str = ""
    seed: int | None = None
    backend: str = "hashing"


@dataclass(slots=True)
class CrashReport:
    """What was found: everything but `cycles` and `acknowledged` should be 0."""

    cycles: int = 0
    acknowledged: int = 0
    lost: int = 0
    returned: int = 0
    altered: int = 0
    unlike: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cycles} crashes, {self.acknowledged} acknowledged changes: {self.lost} lost, "
            f"{self.returned} deleted came back, {self.altered} with other content, "
            f"{self.unlike} searches unlike the list"
        )

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, came back, was altered or differs."""
        return not (self.lost or self.returned or self.altered or self.unlike)


def shown(report: CrashReport) -> Shown:
    """The report in the form of all benchmarks."""
    faults = {
        "acknowledged changes lost": report.lost,
        "deleted memories that came back": report.returned,
        "memories with other content": report.altered,
        "searches unlike the list": report.unlike,
    }
    return Shown("Crashes", checks=none_of(faults), notes=(str(report),))


def none_of(faults: Mapping[str, int]) -> tuple[Check, ...]:
    """The checks of what must not be found once."""
    return tuple(Check.of(what, "at most", 0, [count], "") for what, count in faults.items())


@dataclass(slots=True)
class _Client:
    """One client and its memories; nobody else changes them."""

    name: str
    random: random.Random
    may_hold: dict[str, Outcomes] = field(default_factory=dict)
    acknowledged: int = 0

    def run(self, ask: Ask) -> None:
        """Change memories until the server is gone."""
        while True:
            self._change(ask)

    def _change(self, ask: Ask) -> None:
        settled = [one for one, holds in self.may_hold.items() if len(holds) == 1 and holds != GONE]
        kind = self.random.choice(["add", "add", "batch", "patch", "delete"])
        if kind in ("add", "batch") or not settled:
            self._add(ask, 1 if kind == "add" else 3)
        elif kind == "patch":
            memory = self.random.choice(settled)
            content = self._words(memory)
            self._expect({memory: content})
            expect(ask("PATCH", f"{AGENT}/memories/{memory}", {"content": content}), 200)
            self._settle({memory: content})
        else:
            memory = self.random.choice(settled)
            self._expect({memory: None})
            expect(ask("DELETE", f"{AGENT}/memories/{memory}"), 204)
            self._settle({memory: None})

    def _add(self, ask: Ask, count: int) -> None:
        names = [f"{self.name}-{len(self.may_hold) + place}" for place in range(count)]
        drafts = {name: self._words(name) for name in names}
        self.may_hold |= dict.fromkeys(names, GONE)
        self._expect(drafts)
        bodies = [{"id": name, "content": words} for name, words in drafts.items()]
        expect(ask("POST", f"{AGENT}/memories", {"memories": bodies}), 201)
        self._settle(drafts)

    def _words(self, memory: str) -> str:
        return f"{memory} says {self.random.getrandbits(64):016x}"

    def _expect(self, changes: dict[str, Any]) -> None:
        for memory, content in changes.items():
            self.may_hold[memory] |= {content}

    def _settle(self, changes: dict[str, Any]) -> None:
        self.acknowledged += len(changes)
        for memory, content in changes.items():
            self.may_hold[memory] = frozenset({content})


def expect(answer: httpx.Response, status: int) -> Any:
    """The JSON of an answer with this status; LoadFailed for any other."""
    if answer.status_code != status:
        raise LoadFailed(f"{answer.status_code} instead of {status}: {answer.text[:300]}")
    return answer.json() if answer.content else None


def run(options: CrashOptions, progress: Callable[[str], None] = lambda _line: None) -> CrashReport:
    """Crash and compare; raises LoadFailed for an answer or a start that no crash explains."""
    require_empty(options.database_url)
    chance = random.Random(options.seed)
    report = CrashReport()
    clients = [
        _Client(f"{secrets.token_hex(3)}-{number}", random.Random(chance.random()))
        for number in range(options.clients)
    ]
    with served(environment(options)) as server:
        for cycle in range(options.cycles):
            live_and_die(server, clients, chance.uniform(0.05, options.longest_s))
            server.start()
            _compare(server, clients, chance, report)
            report.cycles += 1
            report.acknowledged = sum(client.acknowledged for client in clients)
            if (cycle + 1) % 10 == 0 or not report.clean:
                progress(str(report))
        server.stop()
    return report


def environment(options: CrashOptions) -> dict[str, str]:
    """Settings of the server."""
    return {
        "MEMSVC_DATABASE_URL": options.database_url,
        "MEMSVC_EMBEDDING__BACKEND": options.backend,
        "MEMSVC_PURGE_AFTER_S": "0",
    }


def live_and_die(server: Served, clients: Sequence[Client], seconds: float) -> None:
    """Have the clients at work for so long, then kill the server; raises LoadFailed."""
    failures: list[LoadFailed] = []

    def run(client: Client) -> None:
        try:
            client.run(server.ask)
        except LoadFailed as failure:
            failures.append(failure)
        except (httpx.HTTPError, RuntimeError):
            # The server is gone. RuntimeError: the connection pool was closed by the crash.
            return

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    threading.Event().wait(seconds)
    server.kill()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _compare(
    server: Served, clients: list[_Client], chance: random.Random, report: CrashReport
) -> None:
    """Count what is not as it may be, and from now on expect what is there."""
    held = everything(server)
    for client in clients:
        for memory, allowed in client.may_hold.items():
            content = held.get(memory)
            if content not in allowed:
                if content is None:
                    report.lost += 1
                else:
                    report.returned += allowed == GONE
                    report.altered += allowed != GONE
            client.may_hold[memory] = frozenset({content})
    for memory in chance.sample(sorted(held), min(PROBED, len(held))):
        body = {"query": held[memory], "limit": 3}
        results = server.ask("POST", f"{AGENT}/search", body).raise_for_status().json()["results"]
        found = {one["memory"]["id"]: one["memory"]["content"] for one in results}
        report.unlike += found.get(memory) != held[memory] or not found.items() <= held.items()


def everything(server: Served) -> dict[str, str]:
    """Contents of all memories that the list shows, by id."""
    held: dict[str, str] = {}
    cursor = ""
    while True:
        answer = server.ask("GET", f"{AGENT}/memories?limit={PAGE}{cursor}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            # Killed before the first write.
            return held
        page = answer.raise_for_status().json()
        held |= {one["id"]: one["content"] for one in page["memories"]}
        if page["next_cursor"] is None:
            return held
        cursor = f"&cursor={page['next_cursor']}"
