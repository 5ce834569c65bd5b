"""The shipped HAProxy configuration before real replicas: agents stay where they are warm."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from memsvc.bench.replicas.balancer import program
from memsvc.bench.replicas.fleet import Fleet, fleet
from tests.databases import fresh_database

pytestmark = pytest.mark.skipif(
    program() is None, reason="haproxy is not installed (.ci/run installs it)"
)

AGENTS = [f"agent-{number}" for number in range(90)]
ENDED = (0, -signal.SIGTERM)
BACK_S = 40.0
"""Health checks and the slow start, on a busy machine."""
LOGGED_S = 5.0
REPLICA_FIELD = 5
"""Place of the replica's name in a line of the log."""


@pytest.fixture(scope="module")
def running(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with (
        fresh_database(postgres) as url,
        fleet(tmp_path_factory.mktemp("fleet"), url, {"MEMSVC_DRAIN_S": "4"}) as made,
    ):
        yield made


def went_to(running: Fleet, request_ids: Sequence[str]) -> list[str]:
    """The names of the replicas that answered these; each is logged after its answer went."""
    end = time.monotonic() + LOGGED_S
    while True:
        lines = map(str.split, running.balancer.log.read_text(errors="replace").splitlines())
        found = {line[-1]: line for line in lines if line}
        if found.keys() >= set(request_ids):
            return [found[one][REPLICA_FIELD] for one in request_ids]
        assert time.monotonic() < end, "the balancer did not log a request"
        time.sleep(0.01)


def replicas_of_agents(running: Fleet) -> dict[str, str]:
    """Which replica each agent's requests go to."""
    with running.client() as client:
        answers = {one: client.get(f"/v1/agents/{one}/memories") for one in AGENTS}
    assert {one.status_code for one in answers.values()} == {404}
    replicas = went_to(running, [one.headers["x-request-id"] for one in answers.values()])
    return dict(zip(answers, replicas, strict=True))


def test_an_agent_stays_with_its_replica_and_few_move_when_one_dies(running: Fleet) -> None:
    before = replicas_of_agents(running)
    shares = Counter(before.values())
    assert set(shares) == {"replica-1", "replica-2", "replica-3"}
    assert max(shares.values()) <= len(AGENTS) * 0.45
    assert replicas_of_agents(running) == before

    dead = running.replicas[1]
    dead.kill()
    # Until the balancer has noticed, each is sent on to any other.
    await_log(running, "replica-2 is DOWN")
    meanwhile = replicas_of_agents(running)
    moved = {agent for agent in AGENTS if meanwhile[agent] != before[agent]}
    assert moved == {agent for agent in AGENTS if before[agent] == "replica-2"}
    assert len(moved) <= len(AGENTS) * 0.45
    # They go to both of the others, not all to one.
    assert {meanwhile[agent] for agent in moved} == {"replica-1", "replica-3"}
    assert replicas_of_agents(running) == meanwhile

    dead.start()
    end = time.monotonic() + BACK_S
    while (back := replicas_of_agents(running)) != before:
        assert time.monotonic() < end, Counter(back.values())
        time.sleep(0.5)


def await_log(running: Fleet, words: str) -> None:
    end = time.monotonic() + BACK_S
    while words not in running.balancer.log.read_text():
        assert time.monotonic() < end, words
        time.sleep(0.05)


def test_what_names_no_agent_goes_round(running: Fleet) -> None:
    with running.client() as client:
        ids = [client.get("/healthz").headers["x-request-id"] for _ in range(12)]
    assert len(set(went_to(running, ids))) == 3


def test_one_agent_is_one_agent_however_it_is_spelled(running: Fleet) -> None:
    paths = ("agent-7/memories", "agent%2D7/stats?x=1", "agent-7/memories/m1", "agent-7")
    with running.client() as client:
        answers = [client.get(f"/v1/agents/{path}") for path in paths]
    ids = [one.headers["x-request-id"] for one in answers]
    assert len(set(went_to(running, ids))) == 1


def test_a_large_write_passes_and_every_replica_has_it_at_once(running: Fleet) -> None:
    words = "a sentence of some length that is no shorter than others are " * 12
    drafts = [{"id": f"m{at}", "content": f"{at} {words}"} for at in range(300)]
    with running.client() as client:
        answer = client.post("/v1/agents/large/memories", json={"memories": drafts})
        assert answer.status_code == 201, answer.text
    for replica in running.clients():
        with replica:
            assert replica.get("/v1/agents/large/memories?limit=1").json()["total"] == 300


def test_a_key_sent_to_another_replica_gets_the_first_answer(running: Fleet) -> None:
    body = {"memories": [{"content": "Ana plays the violin."}]}
    header = {"Idempotency-Key": "once-and-no-more"}
    answers = []
    for replica in running.clients():
        with replica:
            answer = replica.post("/v1/agents/once/memories", json=body, headers=header)
            answers.append(answer.json()["results"])
    assert answers[0][0]["event"] == "added"
    assert answers == [answers[0]] * 3


def test_a_replica_that_is_asked_to_stop_costs_nobody_an_answer(running: Fleet) -> None:
    """Not even those whose requests must not be sent twice, and who come all the time."""
    path = "/v1/agents/rolling/memories"
    stop, answers = threading.Event(), Counter[int]()

    def change(number: int) -> None:
        with running.client() as client:
            while not stop.is_set():
                body = {"content": f"{number} says {answers.total()}"}
                answers[client.patch(f"{path}/m{number}", json=body).status_code] += 1

    with running.client() as client:
        drafts = [{"id": f"m{at}", "content": f"nothing of {at}"} for at in range(2)]
        client.post(path, json={"memories": drafts})
        id_ = client.get(f"{path}/m0").headers["x-request-id"]
    [name] = went_to(running, [id_])
    first = int(name[-1]) - 1
    threads = [threading.Thread(target=change, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    # The one that they come to first.
    leaving = running.replicas[first]
    base = f"http://127.0.0.1:{leaving.port}"
    with ThreadPoolExecutor(1) as pool:
        try:
            stopping = pool.submit(leaving.stop)
            while (ready := httpx.get(f"{base}/readyz")).status_code == 200:
                time.sleep(0.02)
            assert httpx.get(f"{base}/healthz").status_code == 200
            assert stopping.result(BACK_S) in ENDED
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            leaving.start()
    assert ready.json()["code"] == "unavailable"
    assert set(answers) == {200}
    assert answers.total() > 2
