"""What the shipped HAProxy configuration sends again, and what it says when it may not."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from memsvc.app import create_app
from memsvc.bench.replicas.balancer import CONFIGURATION, program
from memsvc.client import Memsvc, errors
from memsvc.config import Settings
from tests.serving.balancer_stage import LOST, Stage

needs_haproxy = pytest.mark.skipif(
    program() is None, reason="haproxy is not installed (.ci/run installs it)"
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


A = "/v1/agents/a1"
KEY = {"Idempotency-Key": "k1"}
SAFE = [
    ("GET", f"{A}/memories", {}),
    ("POST", f"{A}/search", {}),
    ("POST", f"{A}/context", {}),
    ("POST", f"{A}/memories", KEY),
    ("POST", f"{A}/feedback", KEY),
    ("POST", f"{A}/traces", KEY),
    ("POST", f"{A}/behaviors", KEY),
]
UNSAFE = [
    ("POST", f"{A}/memories", {}),
    ("POST", f"{A}/feedback", {}),
    ("PATCH", f"{A}/memories/m1", {}),
    ("PATCH", f"{A}/memories/m1", KEY),
    ("DELETE", f"{A}/memories/m1", {}),
    ("DELETE", f"{A}/memories/m1", KEY),
    ("DELETE", "/v1/memories/?user_id=ana", {}),
    ("PUT", A, {}),
    ("PUT", "/v1/memories/m1/", {}),
    ("POST", f"{A}/consolidations", KEY),
    ("POST", f"{A}/handbook/offers/o1/outcome", KEY),
]


def body(method: str) -> bytes | None:
    return None if method in ("GET", "DELETE") else b"{}"


@needs_haproxy
@pytest.mark.parametrize("fate", ["dies", "refuses"])
def test_what_does_the_same_twice_is_answered_by_another(stage: Stage, fate: str) -> None:
    setattr(stage.of(f"{A}/stats"), fate, True)
    for method, path, headers in SAFE:
        stage.seen.clear()
        answer = stage.client.request(method, path, headers=headers, content=body(method))
        assert answer.status_code == 200, (method, path)
        assert len({port for port, *_ in stage.seen}) == 2
        # The same request in the logs of both.
        assert {id_ for *_, id_ in stage.seen} == {stage.seen[0][3]}


@needs_haproxy
def test_what_may_have_been_done_is_not_sent_again(stage: Stage) -> None:
    # What names no agent goes to any of them.
    for one in stage.replicas:
        one.dies = True
    for method, path, headers in UNSAFE:
        stage.seen.clear()
        url = f"{stage.balancer.base}{path}"
        answer = httpx.request(method, url, headers=headers, content=b"{}")
        assert answer.status_code == 502, (method, path)
        assert len(stage.seen) == 1
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert told["code"] == "replica_lost"
        assert told["request_id"] == stage.seen[0][3]


@needs_haproxy
def test_on_a_kept_connection_it_is_cut_and_not_sent_again(stage: Stage) -> None:
    """HAProxy's way to have a client repeat what it knows to be safe; docs/replicas.md says so."""
    stage.of(f"{A}/stats").dies = True
    with pytest.raises(httpx.RemoteProtocolError):
        stage.client.patch(f"{A}/memories/m1", content=b"{}")
    assert len(stage.seen) == 1


@needs_haproxy
def test_a_body_that_comes_in_pieces_is_sent_again_whole(stage: Stage) -> None:
    stage.of(f"{A}/stats").dies = True

    def pieces() -> Iterator[bytes]:
        for _ in range(3):
            yield b" " * 100
            time.sleep(0.05)

    headers = {**KEY, "Content-Length": "300"}
    answer = stage.client.post(f"{A}/memories", headers=headers, content=pieces())
    assert (answer.status_code, len(stage.seen)) == (200, 2)


@needs_haproxy
def test_one_too_large_to_keep_streams_and_is_sent_once(stage: Stage) -> None:
    stage.of(f"{A}/stats").dies = True
    url = f"{stage.balancer.base}{A}/memories"
    answer = httpx.post(url, headers=KEY, content=b" " * 200_000)
    assert (answer.status_code, len(stage.seen)) == (502, 1)


@needs_haproxy
def test_a_refusal_is_passed_on_where_it_may_not_be_asked_again(stage: Stage) -> None:
    for one in stage.replicas:
        one.refuses = True
    for method, path, headers in UNSAFE:
        stage.seen.clear()
        answer = stage.client.request(method, path, headers=headers, content=b"{}")
        assert (answer.status_code, len(stage.seen)) == (503, 1), (method, path)


@needs_haproxy
def test_a_deletion_whose_keys_are_still_there_is_told_as_that(stage: Stage) -> None:
    """The memory is gone, so whoever is asked next knows nothing of it."""
    first = stage.of(f"{A}/stats")
    owed = {"code": "unavailable", "detail": "its keys are not destroyed yet"}
    first.scripted = [(503, owed)]
    for one in stage.replicas:
        one.scripted += [(404, {"code": "not_found", "detail": "no such memory"})] * 9
    with (
        Memsvc(stage.balancer.base, api_key="") as client,
        pytest.raises(errors.Unavailable, match="not destroyed yet"),
    ):
        client.agent("a1").delete("m1")


@needs_haproxy
def test_a_deletion_that_was_lost_is_done_by_the_client(stage: Stage) -> None:
    first = stage.of(f"{A}/stats")
    for one in stage.replicas:
        one.scripted = [(404, {"code": "not_found", "detail": "no such memory"})] * 9
    first.scripted = [LOST, *first.scripted]
    with Memsvc(stage.balancer.base, api_key="") as client:
        client.agent("a1").delete("m1")
    assert len(stage.seen) == 2


@needs_haproxy
def test_a_write_too_large_to_be_kept_is_sent_again_by_the_client(stage: Stage) -> None:
    first = stage.of(f"{A}/stats")
    first.scripted = [LOST]
    told: dict[str, Any] = {
        "results": [{"id": "m1", "event": "added", "reason": None, "affected": []}]
    }
    for one in stage.replicas:
        one.scripted += [(201, told)]
    with Memsvc(stage.balancer.base, api_key="") as client:
        assert client.agent("a1").write("x" * 100_000).id == "m1"
    assert len(stage.seen) == 2


@needs_haproxy
def test_a_connection_that_was_never_made_is_made_elsewhere(stage: Stage) -> None:
    gone = stage.of(f"{A}/stats")
    gone.shutdown()
    gone.server_close()
    for method, path, headers in [*SAFE, *UNSAFE]:
        answer = stage.client.request(method, path, headers=headers, content=b"{}")
        assert answer.status_code == 200, (method, path)


@needs_haproxy
def test_of_two_that_are_gone_neither_is_asked_for_ever(stage: Stage) -> None:
    """However the ring lies: a hundred agents all reach the one that is left."""
    for gone in stage.replicas[:2]:
        gone.shutdown()
        gone.server_close()
    for number in range(100):
        answer = stage.client.patch(f"/v1/agents/a{number}/memories/m", content=b"{}")
        assert answer.text == str(stage.replicas[2].port)


@needs_haproxy
def test_without_any_replica_the_answer_is_a_problem_at_once(stage: Stage) -> None:
    for one in stage.replicas:
        one.shutdown()
        one.server_close()
    answer = stage.client.get(f"{A}/stats")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["code"] == "no_replica"
    assert answer.elapsed.total_seconds() < 5


@needs_haproxy
def test_ids_of_requests_go_through_where_they_are_ids(stage: Stage) -> None:
    own = "0123456789abcdef0123456789abcdef"
    for given in (own, "Ana Torres", ""):
        stage.client.get(f"{A}/stats", headers={"X-Request-Id": given})
    ids = [id_ for *_, id_ in stage.seen]
    assert ids[0] == own
    assert all(re.fullmatch(r"[0-9a-f-]{36}", one) for one in ids[1:])
    assert len(set(ids)) == 3
    assert "Torres" not in stage.balancer.log.read_text()


@needs_haproxy
def test_its_log_names_no_path(stage: Stage) -> None:
    stage.client.get(f"{A}/memories/secret-memory?user_id=ana")
    stage.client.get("/v1/agents/x%00/..;/")
    log = stage.balancer.log.read_text()
    assert "GET 200" in log
    assert not re.search(r"/v1|agents|secret|ana", log)


def acl(name: str) -> set[str]:
    """The endings of paths that a rule of the configuration names."""
    [line] = re.findall(rf"^ +acl {name} path_end (.*)$", CONFIGURATION.read_text(), re.MULTILINE)
    return set(line.split())


def test_the_rules_know_every_route_that_takes_a_key(tmp_path: Path) -> None:
    paths = create_app(Settings(data_dir=tmp_path)).openapi()["paths"]
    posts = {path: one["post"] for path, one in paths.items() if "post" in one}
    keyed = {
        path
        for path, one in posts.items()
        if "idempotency-key" in {each["name"].lower() for each in one.get("parameters", ())}
    }
    of_agent = {path for path in posts if path.startswith("/v1/agents/")}
    # Routes of mem0 name no agent in their paths, and its client sends no key: they go once.
    known = {path for path in of_agent if path.endswith(tuple(acl("takes_key")))}
    assert keyed & of_agent == known
    asking = {path for path in of_agent if path.endswith(tuple(acl("asks")))}
    # Each of them only reads.
    agent = "/v1/agents/{agent_id}"
    assert asking == {f"{agent}/search", f"{agent}/context", f"{agent}/handbook/search"}
