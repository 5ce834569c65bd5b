"""Several processes on one database: from the answer on, no reader is shown what is forgotten."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.asking import assert_calm, command
from tests.faults.forgetting_asking import REQUESTS, closed
from tests.serving.server import KEY, Server

RACES = int(os.environ.get("MEMSVC_TEST_FORGET_RACES", "40"))
CLIENTS = 4
LONGEST_S = 3.0 * RACES + 120
"""Far beyond what they take: a machine may be busy with others."""

Ask = Callable[[str, str, Any], httpx.Response]
"""Method, path, body."""
SETTINGS = {"MEMSVC_ROOT_KEY": "11" * 32, "MEMSVC_LIMITS__REQUESTS_PER_S": "100000"}


@pytest.fixture
def servers(tmp_path: Path, any_url: str) -> Iterator[list[Server]]:
    """Two servers on one database."""
    with ExitStack() as stack:
        started = []
        for name in ("one", "two"):
            logs = tmp_path / name
            logs.mkdir()
            server = Server(tmp_path / "data", logs, MEMSVC_DATABASE_URL=any_url, **SETTINGS)
            stack.callback(server.stop)
            started.append(server)
        yield started


class Race:
    """One person who is remembered here and forgotten there, while somebody reads."""

    def __init__(self, agent: str) -> None:
        self.agent, self.word = agent, secrets.token_hex(5)
        self.who, self.id = f"person-{secrets.token_hex(8)}", f"r-{secrets.token_hex(8)}"
        self.memories = [f"m-{self.word}-{place}" for place in range(2)]
        self._answered, self._over = threading.Event(), threading.Event()
        self._reads = 0

    def run(self, here: Ask, there: Ask, pool: ThreadPoolExecutor) -> None:
        drafts = [
            {"id": one, "content": f"The word is {self.word} in {one}.", "user_id": self.who}
            for one in self.memories
        ]
        good(here("POST", f"{self.agent}/memories", {"memories": drafts}), 201)
        assert self._shown(there) == {"search", "list", "get", "context"}
        reader = pool.submit(self._read, there)
        try:
            good(here("POST", REQUESTS, {"subject_ids": [self.who], "id": self.id}), 202)
            self._answered.set()
            assert self._shown(here) == set()
            assert self._shown(there) == set()
        finally:
            self._over.set()
            reader.result()

    def _read(self, ask: Ask) -> None:
        """Read as long as the race lasts; what was begun after the answer shows nothing."""
        while not self._over.is_set():
            for way in (self._search, self._list, self._get, self._context):
                after = self._answered.is_set()
                seen = way(ask)
                assert not (after and seen), f"{way.__name__} shows what is forgotten"

    def _shown(self, ask: Ask) -> set[str]:
        """By which ways anything is shown."""
        ways = {
            "search": self._search,
            "list": self._list,
            "get": self._get,
            "context": self._context,
        }
        return {name for name, way in ways.items() if way(ask)}

    def _search(self, ask: Ask) -> bool:
        body = {"query": f"The word is {self.word}", "limit": 5}
        results = good(ask("POST", f"{self.agent}/search", body), 200)["results"]
        return any(self.word in one["memory"]["content"] for one in results)

    def _list(self, ask: Ask) -> bool:
        return bool(
            good(ask("GET", f"{self.agent}/memories?user_id={self.who}", None), 200)["total"]
        )

    def _get(self, ask: Ask) -> bool:
        answers = [ask("GET", f"{self.agent}/memories/{one}", None) for one in self.memories]
        assert {one.status_code for one in answers} <= {200, 404}
        return any(one.status_code == 200 for one in answers)

    def _context(self, ask: Ask) -> bool:
        body = {"query": "The word is what", "limit": 50, "user_id": self.who}
        return self.word in str(good(ask("POST", f"{self.agent}/context", body), 200))


def good(answer: httpx.Response, status: int) -> Any:
    """The JSON of an answer, which has to have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def run_races(asks: list[Ask], count: int) -> list[Race]:
    """So many races by several clients at once; half of them share one agent."""

    def run(client: int) -> list[Race]:
        races = []
        for number in range(count // CLIENTS):
            here, there = asks if number % 2 else asks[::-1]
            name = "shared" if number % 4 < 2 else f"agent-{client}"
            races.append(Race(f"/v1/agents/{name}"))
            races[-1].run(here, there, readers)
        return races

    with ThreadPoolExecutor(CLIENTS) as readers, ThreadPoolExecutor(CLIENTS) as pool:
        done = [pool.submit(run, client) for client in range(CLIENTS)]
        return [race for one in done for race in one.result(LONGEST_S)]


def asking(server: Server) -> Ask:
    """Over the connections that the server keeps."""
    return lambda method, path, body: server.client.request(method, path, json=body)


def asking_anew(server: Server) -> Ask:
    """Over a new connection each: the kernel gives it to any of the workers."""
    base, headers = str(server.client.base_url), {"Authorization": f"Bearer {KEY}"}
    return lambda method, path, body: httpx.request(
        method, base + path, json=body, headers=headers, timeout=30
    )


@pytest.mark.timeout(2 * LONGEST_S)
def test_two_processes(servers: list[Server], tmp_path: Path, any_url: str) -> None:
    races = run_races([asking(one) for one in servers], RACES)
    assert len(races) == RACES // CLIENTS * CLIENTS
    exported = tmp_path / "exported"
    environment = {**SETTINGS, "MEMSVC_DATABASE_URL": any_url}
    done = command(tmp_path / "data", "export", str(exported), **environment)
    assert done.returncode == 0, done.stderr
    assert not any(race.word in exported.read_text() for race in races)
    for race in races[:3]:
        closed(servers[0], race.id, seconds=LONGEST_S)
    for server in servers:
        assert_calm(server)


@pytest.mark.timeout(2 * LONGEST_S)
def test_two_workers_of_one_server(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path, MEMSVC_WORKERS="2", **SETTINGS)
    try:
        races = run_races([asking_anew(server)] * 2, RACES // 5)
        closed(server, races[0].id, seconds=LONGEST_S)
        assert_calm(server)
    finally:
        server.stop()
