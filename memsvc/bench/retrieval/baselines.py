"""Plain search over the same turns with the same model, without a server.

By meaning (cosine), by words (BM25), and by both fused. A text that the model cuts into pieces is
as near as its nearest piece.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from memsvc.bench.client import LoadFailed
from memsvc.bench.retrieval.dialogs import Turn
from memsvc.bench.retrieval.quality import DEEPEST
from memsvc.embedding.protocol import Embedder

try:
    from bm25s import BM25
except ImportError as error:
    raise LoadFailed("the baselines need bm25s: pip install 'memsvc[bench]'") from error

Scores = NDArray[np.float64]
"""Shape (questions, turns); higher is better, -inf: not found at all."""

# Robertson et al.'s formula as Lucene computes it, with the values that Anserini found to do well
# on short passages; no word is left out.
K1, B = 0.9, 0.4
WORD = re.compile(r"\w+")
# Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion", SIGIR 2009.
RRF_K = 60


def baselines(
    turns: Sequence[Turn], questions: Sequence[str], embedder: Embedder
) -> Mapping[str, list[list[str]]]:
    """By name, a ranking of turn ids for every question: at most the deepest depth that counts."""
    spoken = [turn.spoken for turn in turns]
    said = [turn.content for turn in turns]
    near = _cosines(spoken, questions, embedder)
    worded = bm25(spoken, questions)
    scores = {
        "dense, speaker: text": near,
        "dense, text": near if said == spoken else _cosines(said, questions, embedder),
        "BM25, speaker: text": worded,
        "RRF of dense and BM25": fused([near, worded]),
    }
    ids = [turn.id for turn in turns]
    return {name: [_best(ids, row) for row in matrix] for name, matrix in scores.items()}


def bm25(texts: Sequence[str], questions: Sequence[str]) -> Scores:
    """BM25 scores; a text that shares no word with the question is not found."""
    cut = [_words(text) for text in texts]
    scores = np.zeros((len(questions), len(texts)))
    if any(cut):
        index = BM25(k1=K1, b=B)
        index.index(cut, show_progress=False)
        for row, question in zip(scores, questions, strict=True):
            # It cannot be asked for no word at all.
            if words := _words(question):
                row[:] = index.get_scores(words)
    return np.where(scores > 0, scores, -np.inf)


def fused(lists: Sequence[Scores]) -> Scores:
    """Reciprocal rank fusion of all lists in full length: the sum of 1 / (60 + place)."""
    total = np.zeros_like(lists[0])
    for scores in lists:
        # The place of each turn is where sorting the order finds it.
        places = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1) + 1
        total += np.where(np.isfinite(scores), 1 / (RRF_K + places), 0.0)
    return total


def _cosines(texts: Sequence[str], questions: Sequence[str], embedder: Embedder) -> Scores:
    pieces = embedder.embed(texts)
    asked = np.stack(embedder.embed_queries(questions))
    starts = [0, *accumulate(len(rows) for rows in pieces)][:-1]
    near: Scores = np.maximum.reduceat(asked @ np.concatenate(pieces).T, starts, axis=1)
    return near.astype(np.float64)


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _best(ids: Sequence[str], scores: Scores) -> list[str]:
    order = np.argsort(-scores, kind="stable")[:DEEPEST]
    return [ids[at] for at in order if np.isfinite(scores[at])]
