"""The baselines rank as their formulas say."""

from __future__ import annotations

import math
from contextlib import closing

import numpy as np
import pytest

from memsvc.bench.retrieval.baselines import K1, B, baselines, bm25, fused
from memsvc.bench.retrieval.dialogs import Turn
from memsvc.embedding.batching import BatchingEmbedder
from memsvc.embedding.hashing import HashingBackend

TEXTS = ["Mira: a grey CAT, a cat", "Jonas: the violin", "Mira: the lake and the red canoe"]


def test_bm25_by_hand() -> None:
    (scores,) = bm25(TEXTS, ["Whose cat is that?"])
    mean = (6 + 3 + 7) / 3
    weight = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    length = 1 - B + B * 6 / mean

    # As Lucene computes it: without the factor k1 + 1, which changes no order.
    assert scores[0] == pytest.approx(weight * 2 / (2 + K1 * length), rel=1e-5)
    assert list(scores[1:]) == [-math.inf, -math.inf]


def test_bm25_of_no_words_finds_nothing() -> None:
    assert not np.isfinite(bm25(TEXTS, ["?!", "zebra"])).any()
    assert not np.isfinite(bm25(["...", "!"], ["cat"])).any()


def test_fusion_adds_places() -> None:
    near = np.array([[0.9, 0.5, 0.1]])
    worded = np.array([[-np.inf, 3.0, 2.0]])

    assert fused([near, worded]).tolist() == [
        pytest.approx([1 / 61, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62])
    ]


def test_every_baseline_ranks_every_question() -> None:
    turns = [
        Turn(f"D1:{place}", text.partition(": ")[2], "s", speaker=text.partition(": ")[0])
        for place, text in enumerate(TEXTS, 1)
    ]
    # Long enough for two pieces, of which one is about the question.
    turns.append(Turn("D1:4", "nothing to see here " * 14 + "but a telescope " * 20, "s"))
    with closing(BatchingEmbedder(HashingBackend(), 1)) as embedder:
        found = baselines(turns, ["grey cat", "violin", "but a telescope"], embedder)

    assert list(found) == [
        "dense, speaker: text",
        "dense, text",
        "BM25, speaker: text",
        "RRF of dense and BM25",
    ]
    for rankings in found.values():
        assert [ranking[0] for ranking in rankings] == ["D1:1", "D1:2", "D1:4"]
    assert sorted(found["dense, text"][0]) == ["D1:1", "D1:2", "D1:3", "D1:4"]
