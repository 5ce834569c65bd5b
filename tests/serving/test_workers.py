"""Several processes on one database: each sees at once what another did."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest

from tests.serving.server import KEY, Server

RACES = int(os.environ.get("MEMSVC_TEST_RACES", "120"))
CLIENTS = 4
LONGEST_S = 1.0 * RACES + 60
"""Far beyond what they take: a machine may be busy with others."""


@pytest.fixture
def pair(tmp_path: Path, any_url: str) -> Iterator[tuple[Server, Server]]:
    """Two servers on one database."""
    with ExitStack() as stack:
        servers = []
        for name in ("one", "two"):
            logs = tmp_path / name
            logs.mkdir()
            server = Server(
                tmp_path / "data",
                logs,
                MEMSVC_DATABASE_URL=any_url,
                MEMSVC_ROOT_KEY="11" * 32,
                MEMSVC_LIMITS__REQUESTS_PER_S="100000",
            )
            stack.callback(server.stop)
            servers.append(server)
        yield servers[0], servers[1]


def race(pair: tuple[Server, Server], client: int, number: int) -> None:
    """Write here, find there; reword there, read here; delete there, miss here."""
    here, there = pair if number % 2 else pair[::-1]
    # Half of the races share one agent, the others have the client's own.
    agent = f"/v1/agents/{'shared' if number % 4 < 2 else f'agent-{client}'}"
    word = secrets.token_hex(4)
    memory = f"{agent}/memories/m-{word}"

    def found(server: Server) -> list[str]:
        body = {"query": word, "limit": 1}
        results = server.client.post(f"{agent}/search", json=body).raise_for_status().json()
        return [one["memory"]["content"] for one in results["results"] if word in str(one)]

    draft = {"id": f"m-{word}", "content": f"The word is {word}.", "user_id": f"client-{client}"}
    added = here.client.post(f"{agent}/memories", json={"memories": [draft]})
    assert added.status_code == 201, added.text
    assert there.client.get(memory).raise_for_status().json()["content"] == draft["content"]
    assert found(there) == [draft["content"]]
    reworded = there.client.patch(memory, json={"content": f"Now {word}."})
    assert reworded.status_code == 200, reworded.text
    assert found(here) == [f"Now {word}."]
    assert there.client.delete(memory).status_code == 204
    assert here.client.get(memory).status_code == 404
    assert found(here) == found(there) == []


@pytest.mark.timeout(2 * LONGEST_S)
def test_no_process_answers_with_what_is_no_longer_so(pair: tuple[Server, Server]) -> None:
    def run(client: int) -> None:
        for number in range(RACES // CLIENTS):
            race(pair, client, number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(run, client) for client in range(CLIENTS)]:
            done.result(LONGEST_S)


def test_the_same_draft_offered_to_both_at_once_is_stored_once(pair: tuple[Server, Server]) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            draft = {"content": f"offered twice, number {number}"}
            answers = list(
                pool.map(
                    lambda server, draft=draft: server.ask(
                        "POST", "/memories", {"memories": [draft]}
                    ).raise_for_status(),
                    pair * 2,
                )
            )
            results = [answer.json()["results"][0] for answer in answers]
            assert sorted(one["event"] for one in results) == ["added", *["duplicate"] * 3]
            assert len({one["id"] for one in results}) == 1
    for server in pair:
        assert server.ask("GET", "/memories").json()["total"] == 20


def workers_of(server: Server) -> list[int]:
    children = psutil.Process(server.process.pid).children(recursive=True)
    living = [one for one in children if one.status() != psutil.STATUS_ZOMBIE]
    return sorted(one.pid for one in living if "spawn_main" in " ".join(one.cmdline()))


def test_workers_share_a_port_and_a_dead_one_is_replaced(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path, MEMSVC_WORKERS="2")
    try:
        base, header = str(server.client.base_url), {"Authorization": f"Bearer {KEY}"}
        for number in range(40):
            draft = {"id": f"m{number}", "content": f"thing {number}"}
            # A new connection each: the kernel gives it to either worker.
            url = f"{base}/v1/agents/a1/memories"
            httpx.post(url, headers=header, json={"memories": [draft]}).raise_for_status()
            assert httpx.get(f"{url}/m{number}", headers=header).status_code == 200

        before = workers_of(server)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        end = time.monotonic() + 30
        while len(set(workers_of(server)) - set(before)) < 1:
            assert time.monotonic() < end, "nobody replaced the dead worker"
            time.sleep(0.1)
        answer = httpx.get(f"{base}/v1/agents/a1/memories", headers=header, timeout=30)
        assert answer.json()["total"] == 40
        left = workers_of(server)
    finally:
        assert server.stop() == 0
    assert not any(psutil.pid_exists(pid) for pid in left)
