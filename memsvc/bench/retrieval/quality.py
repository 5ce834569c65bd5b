"""How good rankings are, question by question and on average.

A ranking lists ids, best first, none twice; evidence is the set of ids to find, at least one. All
values lie in [0, 1], higher is better.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass
from statistics import fmean

Ranking = Sequence[str]
Evidence = Set[str]

DEPTHS = (1, 3, 5, 10, 20)
DEEPEST = max(DEPTHS)
NDCG_DEPTH = 10


def recall(ranking: Ranking, evidence: Evidence, depth: int) -> float:
    """The share of the evidence among the first `depth`."""
    return len(evidence & set(ranking[:depth])) / len(evidence)


def ndcg(ranking: Ranking, evidence: Evidence, depth: int) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1 (Järvelin & Kekäläinen 2002)."""
    gained = sum(_discount(at) for at, one in enumerate(ranking[:depth], 1) if one in evidence)
    return gained / sum(_discount(at) for at in range(1, min(len(evidence), depth) + 1))


def reciprocal_rank(ranking: Ranking, evidence: Evidence) -> float:
    """One over the place of the first evidence; 0 where there is none."""
    return next((1 / at for at, one in enumerate(ranking, 1) if one in evidence), 0.0)


def _discount(place: int) -> float:
    return 1 / math.log2(place + 1)


@dataclass(frozen=True, slots=True)
class Quality:
    """Averages over `questions`, by depth where there are several.

    `all_evidence` is the share of questions with nothing missing. `mrr` looks no further than the
    deepest depth.
    """

    questions: int
    recall: dict[int, float]
    all_evidence: dict[int, float]
    ndcg_10: float
    mrr: float

    @classmethod
    def of(cls, judged: Sequence[tuple[Ranking, Evidence]]) -> Quality:
        """The quality of at least one ranking."""
        shares = {depth: [recall(*one, depth) for one in judged] for depth in DEPTHS}
        return cls(
            questions=len(judged),
            recall={depth: fmean(found) for depth, found in shares.items()},
            all_evidence={
                depth: fmean(share == 1.0 for share in found) for depth, found in shares.items()
            },
            ndcg_10=fmean(ndcg(*one, NDCG_DEPTH) for one in judged),
            mrr=fmean(reciprocal_rank(ranking[:DEEPEST], found) for ranking, found in judged),
        )
