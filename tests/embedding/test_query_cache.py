"""The query cache is bounded, shares work and forgets."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from memsvc.embedding.protocol import Vectors
from memsvc.embedding.query_cache import QueryCache
from memsvc.errors import EmbeddingUnavailable


class Model:
    """Counts what it computes and can be held up in the middle."""

    def __init__(self, *, held: bool = False) -> None:
        self.calls: list[str] = []
        self.started = threading.Event()
        self.go = threading.Event()
        if not held:
            self.go.set()

    def __call__(self, text: str) -> Vectors:
        self.calls.append(text)
        self.started.set()
        assert self.go.wait(10)
        return np.array([len(text), 1.0], dtype=np.float32)


def test_a_repeated_query_is_computed_once() -> None:
    cache, model = QueryCache(4), Model()

    assert cache.get("one", model) is cache.get("one", model)
    assert model.calls == ["one"]
    assert (cache.hits, cache.misses) == (1, 1)


def test_the_query_used_longest_ago_goes_first() -> None:
    cache, model = QueryCache(2), Model()
    for text in ("one", "two", "one", "three", "one", "two"):
        cache.get(text, model)

    assert model.calls == ["one", "two", "three", "two"]
    assert len(cache) == 2


def test_a_cache_of_no_size_keeps_nothing() -> None:
    cache, model = QueryCache(0), Model()
    cache.get("one", model)
    cache.get("one", model)

    assert model.calls == ["one", "one"]
    assert len(cache) == 0


def test_neither_text_nor_a_plain_digest_of_it_is_a_key() -> None:
    one, other, model = QueryCache(4), QueryCache(4), Model()
    one.get("secret", model)
    other.get("secret", model)

    assert one._vectors.keys() != other._vectors.keys()


def test_a_shared_vector_cannot_be_changed() -> None:
    vector = QueryCache(4).get("one", Model())

    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 2.0


def test_equal_queries_at_once_share_one_computation() -> None:
    cache, model = QueryCache(4), Model(held=True)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(cache.get, "one", model) for _ in range(4)]
        assert model.started.wait(10)
        model.go.set()
        vectors = [answer.result(10) for answer in answers]

    assert model.calls == ["one"]
    assert all(vector is vectors[0] for vector in vectors)


def test_forgotten_queries_are_computed_anew() -> None:
    cache, model = QueryCache(4), Model()
    cache.get("one", model)
    cache.forget()

    assert len(cache) == 0
    cache.get("one", model)
    assert model.calls == ["one", "one"]


def test_a_query_computed_while_forgetting_is_answered_but_not_kept() -> None:
    cache, before, after = QueryCache(4), Model(held=True), Model()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(cache.get, "one", before)
        assert before.started.wait(10)
        cache.forget()
        fresh = cache.get("one", after)
        before.go.set()
        stale = answer.result(10)

    assert after.calls == ["one"]
    assert stale is not fresh
    assert cache.get("one", after) is fresh


def test_a_failure_is_not_kept() -> None:
    cache, model = QueryCache(4), Model()

    def fail(text: str) -> Vectors:
        raise EmbeddingUnavailable

    with pytest.raises(EmbeddingUnavailable):
        cache.get("one", fail)
    assert cache.get("one", model)[0] == 3
