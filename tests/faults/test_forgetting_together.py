"""Several requests at once, from several processes: none fails, one process works, another can."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.asking import assert_calm
from tests.faults.forgetting_asking import closed, order
from tests.serving.server import Server

PEOPLE = 12
AGENTS = [f"/v1/agents/agent-{number}" for number in range(3)]
LONGEST_S = 240


@pytest.fixture
def servers(tmp_path: Path, any_url: str) -> Iterator[list[Server]]:
    """Two servers on one database."""
    with ExitStack() as stack:
        started = []
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
            stack.callback(server.kill)
            started.append(server)
        yield started


def say(server: Server, agent: str, drafts: list[dict[str, Any]]) -> None:
    answer = server.client.post(f"{agent}/memories", json={"memories": drafts})
    assert answer.status_code == 201, answer.text


def fill(server: Server) -> None:
    """Everybody says something to every agent."""
    for agent in AGENTS:
        drafts = [
            {"content": f"person {who} says {number} here", "user_id": f"person-number-{who}"}
            for who in range(PEOPLE)
            for number in range(2)
        ]
        say(server, agent, drafts)
        say(server, agent, [{"content": "somebody stays", "user_id": "who-stays"}])


def forgotten(server: Server, count: int = PEOPLE) -> None:
    """The first so many are shown to nobody."""
    left = {f"person-number-{who}" for who in range(count, PEOPLE)}
    for agent in AGENTS:
        listed = server.client.get(f"{agent}/memories?limit=500").raise_for_status().json()
        shown = {one["user_id"] for one in listed["memories"]}
        assert shown - {"who-stays"} <= left, shown
        assert "who-stays" in shown


@pytest.mark.timeout(2 * LONGEST_S)
def test_requests_over_the_same_agents_while_others_write(servers: list[Server]) -> None:
    """Crossing locks are the service's own affair: nobody is answered 500 or 503."""
    fill(servers[0])
    over = threading.Event()

    def writes(server: Server, seed: int) -> int:
        chance, count = random.Random(seed), 0
        while not over.is_set():
            agent = chance.choice(AGENTS)
            content = f"somebody says {chance.getrandbits(64):x}"
            say(server, agent, [{"content": content, "user_id": "who-stays"}])
            count += 1
        return count

    def orders(at: int) -> None:
        whom = [f"person-number-{at}", f"person-number-{(at + 1) % PEOPLE}"]
        # Overlapping, so that two requests hold the same memories.
        answer = order(servers[at % 2], f"r{at}", subject_ids=whom)
        assert answer.status_code == 202, answer.text

    with ThreadPoolExecutor(10) as pool:
        writers = [pool.submit(writes, server, at) for at, server in enumerate(servers * 2)]
        ordered = [pool.submit(orders, at) for at in range(PEOPLE)]
        try:
            for one in ordered:
                one.result(LONGEST_S)
            forgotten(servers[0])
            forgotten(servers[1])
            for at in range(PEOPLE):
                closed(servers[at % 2], f"r{at}", LONGEST_S)
        finally:
            over.set()
        assert all(one.result(LONGEST_S) for one in writers)
    forgotten(servers[0])
    assert_once_each(servers[1], PEOPLE)
    for server in servers:
        assert_calm(server)


@pytest.mark.timeout(2 * LONGEST_S)
def test_one_works_and_when_it_dies_the_other_goes_on(servers: list[Server]) -> None:
    fill(servers[0])
    chance = random.Random()
    for at in range(PEOPLE):
        who = [f"person-number-{at}"]
        assert order(servers[at % 2], f"r{at}", subject_ids=who).status_code == 202
        if at % 6 == 5:
            # Whoever is at it by now, half of the time it is this one.
            dying = servers[chance.randrange(2)]
            threading.Event().wait(chance.uniform(0.2, 1.5))
            dying.kill()
            forgotten(servers[1 - servers.index(dying)], at + 1)
            dying.start()
    for at in range(PEOPLE):
        closed(servers[0], f"r{at}", LONGEST_S)
    forgotten(servers[1])
    assert_once_each(servers[0], PEOPLE)
    for server in servers:
        assert_calm(server)


def assert_once_each(server: Server, count: int) -> None:
    """By the audit log each request was erased, purged, verified and closed once."""
    seen: Counter[tuple[str, str]] = Counter()
    after: int | None = 0
    while after is not None:
        page = server.client.get(f"/v1/audit?after={after}&limit=500").raise_for_status().json()
        seen.update((one["target"], one["action"]) for one in page["records"])
        after = page["next_after"]
    for action in ("received", "restricted", "erased", "purged", "verified", "closed"):
        times = {seen[f"r{at}", f"forget.{action}"] for at in range(count)}
        assert times == {1}, (action, times)
