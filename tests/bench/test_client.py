"""The load generator counts what was answered, keeps to its clients, and stops at any failure."""

from __future__ import annotations

import time

import pytest

from memsvc.bench.client import LoadFailed, Target
from tests.bench.conftest import Served
from tests.bench.endpoint import answering


def asked(target: Target, count: int) -> list[bytes]:
    return [target.request("POST", f"/{number}", b'{"n":%d}' % number) for number in range(count)]


@pytest.mark.parametrize("clients", [1, 3, 8])
def test_every_request_is_sent_once_and_counted(clients: int) -> None:
    answered: list[int] = []
    with answering() as endpoint:
        target = Target(endpoint.url, "k")
        sample = target.drive(asked(target, 50), clients, answered=lambda: answered.append(1))

    assert len(sample.latencies_ms) == len(answered) == len(set(endpoint.requests)) == 50
    assert len(endpoint.requests) == 50
    assert sample.per_second == pytest.approx(50 / sample.seconds)
    assert sample.cpu_s > 0


def test_a_request_is_whole() -> None:
    with answering() as endpoint:
        target = Target(endpoint.url + "/", "the-key")
        target.ask("POST", "/here", b'{"a":1}')
        target = Target(endpoint.url, "")
        target.ask("GET", "/there")
    posted, got = endpoint.requests

    assert posted.startswith(b"POST /here HTTP/1.1\r\n")
    assert b"Host: 127.0.0.1:" in posted
    assert b"Authorization: Bearer the-key\r\n" in posted
    assert posted.endswith(b'{"a":1}')
    assert got.startswith(b"GET /there HTTP/1.1\r\n")
    assert b"Authorization" not in got


def test_as_many_are_under_way_as_there_are_clients() -> None:
    with answering(delay_s=0.02) as endpoint:
        target = Target(endpoint.url, "")
        sample = target.drive(asked(target, 20), clients=4)

    assert endpoint.most_at_once == 4
    assert min(sample.latencies_ms) >= 20
    assert sample.seconds >= 5 * 0.02


def test_more_clients_than_requests_wait_for_nothing() -> None:
    with answering() as endpoint:
        target = Target(endpoint.url, "")

        assert len(target.drive(asked(target, 3), clients=8).latencies_ms) == 3


def test_time_ends_a_measurement_and_the_last_answers_count() -> None:
    with answering(delay_s=0.01) as endpoint:
        target = Target(endpoint.url, "")
        began = time.perf_counter()
        sample = target.drive(asked(target, 10_000), clients=2, seconds=0.2)
        took = time.perf_counter() - began

    assert 0.2 <= sample.seconds <= took
    assert 2 <= len(sample.latencies_ms) == len(endpoint.requests) < 60


def test_a_client_at_rest_may_be_hung_up_on() -> None:
    with answering(delay_s=0.3, rest_s=0.1) as endpoint:
        target = Target(endpoint.url, "")
        # One client has nothing more to send while the other one waits for the third answer.
        sample = target.drive(asked(target, 3), clients=2)

    assert len(sample.latencies_ms) == 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'HTTP/1.1 507 X\r\nContent-Length: 12\r\n\r\n{"code":"x"}', '507: {"code":"x"'),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "302"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not HTTP"),
    ],
)
def test_any_other_answer_ends_it(answer: bytes, said: str) -> None:
    with answering(answer) as endpoint:
        target = Target(endpoint.url, "")
        with pytest.raises(LoadFailed, match=said):
            target.drive(asked(target, 100), clients=2)

    assert len(endpoint.requests) <= 4


def test_a_connection_cut_short_ends_it() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", rest_s=0.1) as endpoint:
        target = Target(endpoint.url, "")
        with pytest.raises(LoadFailed, match="closed the connection"):
            target.drive(asked(target, 1), clients=1)


def test_nobody_there() -> None:
    with answering() as endpoint:
        url = endpoint.url
    with pytest.raises(LoadFailed, match="does not answer"):
        Target(url, "").ask("GET", "/healthz")


@pytest.mark.parametrize("address", ["localhost:8080", "https://127.0.0.1", "ftp://x", ""])
def test_addresses_it_cannot_speak_to(address: str) -> None:
    with pytest.raises(LoadFailed, match="no address"):
        Target(address, "")


def test_answers_in_chunks_are_read() -> None:
    with answering(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    ) as endpoint:
        assert Target(endpoint.url, "").ask("GET", "/") == [1, 2]


def test_the_real_server_shows_its_problem(served: Served) -> None:
    target = Target(served.url, "not-the-key")
    with pytest.raises(LoadFailed, match=r"401: .*A valid API key is required"):
        target.ask("GET", "/v1/agents/a/memories")
