"""What every backend behind the batching embedder promises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from memsvc.embedding.backend import Backend
from memsvc.embedding.batching import BatchingEmbedder
from memsvc.embedding.hashing import HashingBackend
from memsvc.embedding.openai_http import HttpLimits, OpenAiHttpBackend
from memsvc.embedding.protocol import Embedder
from memsvc.errors import EmbeddingUnavailable
from tests.embedding.endpoint import Endpoint

TEXTS = [
    "",
    "   ",
    "Hi",
    "The deployment failed because the staging database had no free connections.",
    "用户更喜欢简短的回答。",
    "今日は東京で会議があります。",
    "مرحبا كيف حالك",
    "👩‍👩‍👧‍👦🎉",
    "nul \x00 and lone surrogate \ud800 inside",
    "Zażółć gęślą jaźń",
]
LONG = " ".join(f"On day {day} the team moved the meeting to room {day % 7}." for day in range(60))


@pytest.fixture(params=["hashing", "onnx", "sentence_transformer", "openai_http"])
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param == "hashing":
        return HashingBackend()
    if request.param == "openai_http":
        endpoint: Endpoint = request.getfixturevalue("quiet_endpoint")
        limits = HttpLimits(retries=0, max_chars=1000)
        return OpenAiHttpBackend(endpoint.url, "some-model", "key", limits=limits)
    name = {"onnx": "onnx_backend", "sentence_transformer": "torch_backend"}[request.param]
    chosen: Backend = request.getfixturevalue(name)
    return chosen


@pytest.fixture
def embedder(backend: Backend) -> Iterator[Embedder]:
    embedder = BatchingEmbedder(backend, workers=2)
    yield embedder
    embedder.close()


def test_one_array_of_unit_rows_per_text(embedder: Embedder) -> None:
    arrays = embedder.embed([*TEXTS, LONG])

    assert len(arrays) == len(TEXTS) + 1
    for rows in arrays:
        assert rows.dtype == np.float32
        assert rows.ndim == 2
        assert len(rows) >= 1
        assert rows.shape[1] == embedder.identity.dimension
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_arrays(embedder: Embedder) -> None:
    assert embedder.embed([]) == []


def test_the_same_text_gives_the_same_vector(embedder: Embedder) -> None:
    once, again = embedder.embed(["a remembered statement"] * 2)
    later = embedder.embed(["a remembered statement"])[0]

    assert cosine(once[0], again[0]) > 0.99999
    assert cosine(once[0], later[0]) > 0.99999


def test_a_long_text_is_cut_into_pieces_and_a_short_one_is_not(embedder: Embedder) -> None:
    short, long = embedder.embed(["a short text", LONG])

    assert len(short) == 1
    assert len(long) > 2


def test_the_end_of_a_long_text_can_be_found(embedder: Embedder) -> None:
    secret = "The zebra Hortense lives in Antananarivo and plays the bassoon."
    with_secret, without = embedder.embed([f"{LONG} {secret}", LONG])
    query = embedder.embed_queries([secret])[0]

    assert (with_secret @ query).max() > (without @ query).max()


@pytest.mark.parametrize("text", [*TEXTS, LONG], ids=range(len(TEXTS) + 1))
def test_a_query_is_one_unit_vector(embedder: Embedder, text: str) -> None:
    vector = embedder.embed_queries([text])[0]

    assert vector.shape == (embedder.identity.dimension,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_a_query_points_where_its_text_does(embedder: Embedder) -> None:
    rows = embedder.embed([TEXTS[3], LONG])

    assert cosine(embedder.embed_queries([TEXTS[3]])[0], rows[0][0]) > 0.99999
    assert cosine(embedder.embed_queries([LONG])[0], rows[1].mean(axis=0)) > 0.99999


def test_many_threads_get_what_each_would_get_alone(embedder: Embedder) -> None:
    texts = [f"{'word ' * (number % 9)} statement {number}" for number in range(60)]
    alone = [embedder.embed([text])[0][0] for text in texts]

    with ThreadPoolExecutor(8) as pool:
        queries = [one for [one] in pool.map(embedder.embed_queries, [[text] for text in texts])]
        drafts = list(pool.map(lambda text: embedder.embed([text, texts[0]])[0][0], texts))

    assert all(cosine(*pair) > 0.99999 for pair in zip(alone, queries, strict=True))
    assert all(cosine(*pair) > 0.99999 for pair in zip(alone, drafts, strict=True))


def test_a_bulk_comes_back_in_order(embedder: Embedder) -> None:
    texts = [f"{'word ' * (number * 7 % 40)} statement {number}" for number in range(50)]
    bulk = embedder.embed(texts)

    for at in (0, 17, 49):
        assert cosine(bulk[at][0], embedder.embed([texts[at]])[0][0]) > 0.99999


def test_a_closed_embedder_says_so(embedder: Embedder) -> None:
    embedder.embed_queries(["cached"])[0]
    embedder.close()
    embedder.close()

    with pytest.raises(EmbeddingUnavailable):
        embedder.embed_queries(["cached"])[0]
    with pytest.raises(EmbeddingUnavailable):
        embedder.embed(["text"])


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
