"""Why a memory has its score: every factor, such that they give the score again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from memsvc.core.evidence import Floats
from memsvc.core.ranking import DECIMALS, EVEN, SCALE, Judgement
from memsvc.core.weights import Weights


@dataclass(frozen=True, slots=True)
class Explanation:
    """The factors of one score.

    `signals` are log odds; relevance = 1 / (1 + exp((even - sum of signals) / scale)), of which
    `reranked` makes up its `share` where a re-ranker was asked; final = relevance
    (1 - sum of weight (1 - factor)) over retention, importance and trust. `dense` is the cosine and
    `lexical` BM25 as a share of what is possible, with their ranks among what was proposed; no rank
    by words where none is shared. `temporal` is the signal of that name.
    """

    dense: float
    lexical: float
    dense_rank: int
    lexical_rank: int | None
    temporal: float
    signals: Mapping[str, float]
    even: float
    scale: float
    reranked: float | None
    share: float
    relevance: float
    retention: float
    importance: float
    trust: float
    weights: Weights
    final: float


def explained(judgement: Judgement, place: int) -> Explanation:
    """The factors of the memory at a place of the evidence."""
    one = judgement.evidence
    signals = {name: float(values[place]) for name, values in judgement.signals.items()}
    lexical = float(judgement.lexical[place])
    return Explanation(
        dense=float(one.dense[place]),
        lexical=lexical,
        dense_rank=_rank(judgement, one.dense, place),
        lexical_rank=_rank(judgement, judgement.lexical, place) if lexical > 0.0 else None,
        temporal=signals["temporal"],
        signals=signals,
        even=EVEN,
        scale=SCALE,
        reranked=None if np.isnan(judgement.reranked[place]) else float(judgement.reranked[place]),
        share=judgement.share,
        relevance=float(judgement.relevance[place]),
        retention=float(one.retention[place]),
        importance=float(one.importance[place]),
        trust=float(one.trust[place]),
        weights=judgement.weights,
        final=round(float(judgement.final[place]), DECIMALS),
    )


def _rank(judgement: Judgement, scores: Floats, place: int) -> int:
    """From 1; equal ones go by number, as places do."""
    before = (scores > scores[place]) | (
        (scores == scores[place]) & (np.arange(len(scores)) < place)
    )
    return 1 + int(np.count_nonzero(before & judgement.evidence.proposed))
