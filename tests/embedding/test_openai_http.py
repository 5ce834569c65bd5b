"""The HTTP backend against an endpoint that misbehaves."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from time import monotonic
from typing import Protocol

import numpy as np
import pytest

from memsvc.embedding import openai_http
from memsvc.embedding.openai_http import HttpLimits, OpenAiHttpBackend, stretches
from memsvc.errors import EmbeddingUnavailable
from tests.embedding.endpoint import DIMENSION, Answer, Endpoint

KEY = "sk-very-secret"
TEXT = "Hortense is allergic to peanuts"


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_http, "FIRST_DELAY_S", 0.01)


class Connect(Protocol):
    """Makes a backend on the test's endpoint, or another address."""

    def __call__(
        self, dimension: int | None = DIMENSION, *, url: str = "", **limits: float
    ) -> OpenAiHttpBackend: ...


@pytest.fixture
def connect(endpoint: Endpoint) -> Iterator[Connect]:
    made: list[OpenAiHttpBackend] = []

    def make(
        dimension: int | None = DIMENSION, *, url: str = "", **limits: float
    ) -> OpenAiHttpBackend:
        chosen = HttpLimits(**{"timeout_s": 5.0, "retries": 2, **limits})  # type: ignore[arg-type]
        made.append(OpenAiHttpBackend(url or endpoint.url, "some-model", KEY, dimension, chosen))
        return made[-1]

    yield make
    for backend in made:
        backend.close()


def vectors_of(backend: OpenAiHttpBackend, *texts: str) -> np.ndarray:
    return backend.run([backend.split(text)[0] for text in texts], alone=True)


def test_a_request_is_what_the_interface_asks_for(connect: Connect, endpoint: Endpoint) -> None:
    vectors_of(connect(), "one", "two")

    assert endpoint.paths == ["/v1/embeddings"]
    assert endpoint.keys == [f"Bearer {KEY}"]
    assert endpoint.requests == [
        {"model": "some-model", "input": ["one", "two"], "encoding_format": "float"}
    ]


def test_without_a_key_none_is_sent(endpoint: Endpoint) -> None:
    OpenAiHttpBackend(endpoint.url + "/", "some-model", None).close()

    assert endpoint.keys == [None]
    assert endpoint.paths == ["/v1/embeddings"]


def test_rows_come_in_order_and_of_unit_length(connect: Connect, endpoint: Endpoint) -> None:
    backend = connect()
    rows = vectors_of(backend, "one", "two", "three")

    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(rows[1], vectors_of(backend, "two")[0], atol=1e-6)


def test_the_dimension_is_learnt_by_one_call(connect: Connect, endpoint: Endpoint) -> None:
    backend = connect(dimension=None)

    assert backend.identity.dimension == DIMENSION
    assert backend.identity.name == "some-model"
    assert len(endpoint.requests) == 1


def test_large_batches_are_cut(connect: Connect, endpoint: Endpoint) -> None:
    rows = vectors_of(connect(max_batch=4), *(f"text {n}" for n in range(10)))

    assert [len(request["input"]) for request in endpoint.requests] == [4, 4, 2]
    assert rows.shape == (10, DIMENSION)


def test_an_empty_text_is_never_sent(connect: Connect, endpoint: Endpoint) -> None:
    vectors_of(connect(), "", "  \n")

    assert all(text.strip() for text in endpoint.requests[0]["input"])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429),
        Answer(429, headers={"Retry-After": "0.01"}),
        Answer(500),
        Answer(503),
        Answer(drop=True),
    ],
    ids=["429", "429 with a wait", "500", "503", "dropped"],
)
def test_what_passes_is_tried_again(connect: Connect, endpoint: Endpoint, answer: Answer) -> None:
    endpoint.script.extend([answer, answer])

    assert vectors_of(connect(), TEXT).shape == (1, DIMENSION)
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 413, 422])
def test_what_does_not_pass_is_not_tried_again(
    connect: Connect, endpoint: Endpoint, status: int
) -> None:
    endpoint.script.append(Answer(status, body=f"bad: {TEXT} {KEY}".encode()))

    with pytest.raises(EmbeddingUnavailable) as caught:
        vectors_of(connect(), TEXT)

    assert len(endpoint.requests) == 1
    assert str(status) in caught.value.detail


def test_it_gives_up_after_the_last_try(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.script.extend([Answer(503)] * 9)

    with pytest.raises(EmbeddingUnavailable, match="HTTP 503"):
        vectors_of(connect(), TEXT)
    assert len(endpoint.requests) == 3


def test_retry_after_is_waited_for(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.script.append(Answer(429, headers={"Retry-After": "0.3"}))
    start = monotonic()
    vectors_of(connect(), TEXT)

    assert monotonic() - start >= 0.3


def test_a_date_to_retry_after_counts_from_the_answer(connect: Connect, endpoint: Endpoint) -> None:
    date = "Sun, 06 Nov 2044 08:49:37 GMT"
    endpoint.script.append(Answer(503, headers={"Retry-After": date}))

    with pytest.raises(EmbeddingUnavailable) as caught:
        vectors_of(connect(), TEXT)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 1e6


def test_a_long_wait_is_left_to_the_caller(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.script.append(Answer(429, headers={"Retry-After": "600"}))

    with pytest.raises(EmbeddingUnavailable) as caught:
        vectors_of(connect(), TEXT)
    assert caught.value.retry_after == 600
    assert len(endpoint.requests) == 1


def answer_with(*vectors: object, places: list[int] | None = None) -> bytes:
    places = list(range(len(vectors))) if places is None else places
    data = [{"index": at, "embedding": v} for at, v in zip(places, vectors, strict=True)]
    return json.dumps({"data": data}).encode()


GOOD = [1.0] * DIMENSION


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"data": 3}',
        b'{"data": [{"embedding": [1]}]}',
        answer_with(GOOD),
        answer_with(GOOD, GOOD, GOOD),
        answer_with(GOOD, GOOD, places=[0, 0]),
        answer_with(GOOD, GOOD[1:]),
        answer_with(GOOD[1:], GOOD[1:]),
        answer_with("base64", "base64"),
        answer_with(GOOD, [0.0] * DIMENSION),
        answer_with(GOOD, [float("nan")] * DIMENSION),
        answer_with(GOOD, [1e300] * DIMENSION),
        answer_with(GOOD, [None] * DIMENSION),
    ],
    ids=range(14),
)
def test_a_malformed_answer_is_refused(connect: Connect, endpoint: Endpoint, body: bytes) -> None:
    endpoint.script.append(Answer(body=body))

    with pytest.raises(EmbeddingUnavailable):
        vectors_of(connect(), "one", "two")


def test_neither_text_nor_key_gets_out(
    connect: Connect, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    leak = f"{TEXT} {KEY}".encode()
    backend = connect(retries=0)
    for answer in (Answer(400, body=leak), Answer(500, body=leak), Answer(body=leak)):
        endpoint.script.append(answer)
        with pytest.raises(EmbeddingUnavailable) as caught:
            vectors_of(backend, TEXT)
        assert "Hortense" not in str(caught.value)
        assert KEY not in str(caught.value)
        assert caught.value.__cause__ is None

    assert KEY not in caplog.text
    assert "Hortense" not in caplog.text


@pytest.mark.parametrize("dimension", [8, None])
def test_a_silent_endpoint_is_unavailable(connect: Connect, dimension: int | None) -> None:

    with pytest.raises(EmbeddingUnavailable, match="did not answer"):
        vectors_of(connect(dimension, url="http://127.0.0.1:9/v1", timeout_s=1.0), TEXT)


@pytest.mark.parametrize("url", ["nonsense", "http://[", "ftp://example.org"])
def test_a_wrong_address_is_unavailable(connect: Connect, url: str) -> None:
    with pytest.raises(EmbeddingUnavailable):
        vectors_of(connect(url=url, retries=0), TEXT)


def test_closing_ends_a_wait_between_tries(connect: Connect, endpoint: Endpoint) -> None:
    endpoint.script.append(Answer(429, headers={"Retry-After": "15"}))
    backend = connect()
    threading.Timer(0.2, backend.close).start()
    start = monotonic()

    with pytest.raises(EmbeddingUnavailable):
        vectors_of(backend, TEXT)
    assert monotonic() - start < 5


def test_stretches_cover_the_text_and_overlap() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    parts = stretches(text, 800)

    assert all(0 < len(part) <= 800 for part in parts)
    assert parts[0] + "".join(part[100:] for part in parts[1:]) == text
    assert stretches("", 800) == [""]
    assert [len(part) for part in stretches("x" * 1500, 800)] == [800, 800]
