"""How much one request may carry, and how many a key may make."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from memsvc.core.access import Role
from tests.api.site import ADMIN_KEY, PROBLEM, Site, is_problem

BODY_BYTES = 200_000
"""The limit of the `served` app."""


@pytest.fixture
def client(served: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {ADMIN_KEY}", "Content-Type": "application/json"}
    with httpx.Client(base_url=served, headers=headers, timeout=30.0) as client:
        yield client


def body_of(size: int) -> bytes:
    """A good write of exactly so many bytes."""
    frame = b'{"memories":[{"content":"It rains."}]}'
    return frame[:-1] + b" " * (size - len(frame)) + frame[-1:]


def chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 7_000):
        yield body[start : start + 7_000]


@pytest.mark.parametrize("send", [bytes, chunks], ids=["declared", "chunked"])
def test_a_body_up_to_the_limit_is_read(
    client: httpx.Client, send: Callable[[bytes], bytes | Iterator[bytes]]
) -> None:
    answer = client.post("/v1/agents/big/memories", content=send(body_of(BODY_BYTES)))

    assert answer.status_code == 201


@pytest.mark.parametrize("size", [BODY_BYTES + 1, 40 * BODY_BYTES])
@pytest.mark.parametrize("send", [bytes, chunks], ids=["declared", "chunked"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/agents/large/memories"),
        ("PATCH", "/v1/agents/large/memories/m1"),
        ("POST", "/v1/agents/large/search"),
        ("POST", "/v1/keys"),
    ],
)
def test_a_larger_body_is_refused(
    client: httpx.Client,
    method: str,
    path: str,
    send: Callable[[bytes], bytes | Iterator[bytes]],
    size: int,
) -> None:
    try:
        answer = client.request(method, path, content=send(body_of(size)))
    except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        # The server may hang up on a caller that goes on sending.
        assert size > 2 * BODY_BYTES
        return

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (413, "too_large")
    assert answer.headers["content-type"] == PROBLEM
    assert str(BODY_BYTES) in problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert client.get("/v1/agents/large/memories").status_code == 404


def test_a_lie_about_the_length_is_no_way_around(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b" " * 65_536

    answer = site.client.post(
        "/v1/agents/a1/memories", content=endless(), headers={"Content-Length": "10"}
    )

    assert is_problem(answer, 413, "too_large")


def test_a_key_that_asks_too_fast_is_told_when_to_come_back(start: Callable[..., Site]) -> None:
    site = start(limits={"requests_per_s": 0.5, "burst": 3})
    answers = [site.client.get("/v1/keys") for _ in range(3)]
    while answers[-1].status_code == 200:
        answers.append(site.client.get("/v1/keys"))

    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    assert is_problem(answers[-1], 429, "rate_limited")
    wait = int(answers[-1].headers["retry-after"])
    assert 1 <= wait <= 2

    time.sleep(wait)
    assert site.client.get("/v1/keys").status_code == 200


def test_every_route_draws_on_the_rate(start: Callable[..., Site]) -> None:
    site = start(limits={"requests_per_s": 0.01, "burst": 1})
    assert site.client.get("/v1/keys").status_code == 200

    for method, path in (
        ("GET", "/v1/keys"),
        ("GET", "/metrics"),
        ("GET", "/v1/agents/a1/memories"),
        ("GET", "/v1/agents/a1/memories/m1"),
        ("DELETE", "/v1/agents/a1/memories/m1"),
    ):
        assert is_problem(site.client.request(method, path), 429, "rate_limited")


def test_one_key_does_not_use_up_the_rate_of_another(start: Callable[..., Site]) -> None:
    site = start(limits={"requests_per_s": 0.01, "burst": 2})
    headers = site.key(Role.ADMIN)
    for _ in range(4):
        site.client.get("/v1/keys")

    assert site.client.get("/v1/keys").status_code == 429
    assert site.client.get("/v1/keys", headers=headers).status_code == 200


def test_health_is_not_limited(start: Callable[..., Site]) -> None:
    site = start(limits={"requests_per_s": 0.01, "burst": 1})

    assert {site.client.get("/healthz").status_code for _ in range(5)} == {200}
    assert {site.client.get("/readyz").status_code for _ in range(5)} == {200}
