"""The query cache is bounded, computes what it lacks at once, and forgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from memsvc.embedding.protocol import Vectors
from memsvc.embedding.query_cache import QueryCache
from memsvc.errors import EmbeddingUnavailable


class Model:
    """Notes what it computes, and can do something in the middle of it."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.calls: list[list[str]] = []
        self._meanwhile = meanwhile

    def __call__(self, texts: Sequence[str]) -> list[Vectors]:
        self.calls.append(list(texts))
        self._meanwhile()
        return [np.array([len(text), 1.0], dtype=np.float32) for text in texts]


def test_a_repeated_query_is_computed_once() -> None:
    cache, model = QueryCache(4), Model()

    assert cache.get(["one"], model)[0] is cache.get(["one"], model)[0]
    assert model.calls == [["one"]]
    assert (cache.hits, cache.misses) == (1, 1)


def test_what_is_missing_is_computed_at_once_and_each_text_once() -> None:
    cache, model = QueryCache(4), Model()
    cache.get(["two"], model)
    vectors = cache.get(["four", "two", "three", "four"], model)

    assert [int(vector[0]) for vector in vectors] == [4, 3, 5, 4]
    assert model.calls == [["two"], ["four", "three"]]
    assert (cache.hits, cache.misses) == (2, 3)


def test_the_query_used_longest_ago_goes_first() -> None:
    cache, model = QueryCache(2), Model()
    for text in ("one", "two", "one", "three", "one", "two"):
        cache.get([text], model)

    assert model.calls == [["one"], ["two"], ["three"], ["two"]]
    assert len(cache) == 2


def test_a_cache_of_no_size_keeps_nothing() -> None:
    cache, model = QueryCache(0), Model()
    cache.get(["one"], model)
    cache.get(["one"], model)

    assert model.calls == [["one"], ["one"]]
    assert len(cache) == 0


def test_neither_text_nor_a_plain_digest_of_it_is_a_key() -> None:
    one, other, model = QueryCache(4), QueryCache(4), Model()
    one.get(["secret"], model)
    other.get(["secret"], model)

    assert one._vectors.keys() != other._vectors.keys()


def test_a_shared_vector_cannot_be_changed() -> None:
    [vector] = QueryCache(4).get(["one"], Model())

    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 2.0


def test_forgotten_queries_are_computed_anew() -> None:
    cache, model = QueryCache(4), Model()
    cache.get(["one"], model)
    cache.forget()

    assert len(cache) == 0
    cache.get(["one"], model)
    assert model.calls == [["one"], ["one"]]


def test_a_query_computed_while_forgetting_is_answered_but_not_kept() -> None:
    cache = QueryCache(4)
    [stale] = cache.get(["one"], Model(meanwhile=cache.forget))
    assert len(cache) == 0

    after = Model()
    [fresh] = cache.get(["one"], after)
    assert after.calls == [["one"]]
    assert stale is not fresh
    assert cache.get(["one"], after)[0] is fresh


def test_a_failure_is_not_kept() -> None:
    cache, model = QueryCache(4), Model()

    def fail(texts: Sequence[str]) -> list[Vectors]:
        raise EmbeddingUnavailable

    with pytest.raises(EmbeddingUnavailable):
        cache.get(["one"], fail)
    assert cache.get(["one"], model)[0][0] == 3
