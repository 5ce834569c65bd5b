"""From two ranked lists to one score in [0, 1]."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

DENSE_WEIGHT = 0.5


class Candidate(NamedTuple):
    """A memory proposed by an index, by `number`, with what both arms found.

    `dense` is the cosine of the best piece in [-1, 1]; `lexical` the BM25 score, 0 when no word is
    shared. Ranks count from 1 within the filtered set; None beyond the arm's pool (for lexical,
    also when no word is shared). A tuple: a search makes a hundred of them.
    """

    number: int
    dense: float
    lexical: float
    dense_rank: int | None
    lexical_rank: int | None


class Ranked(NamedTuple):
    """A candidate with its relevance in [0, 1]."""

    relevance: float
    candidate: Candidate


def fuse(found: Sequence[Candidate], limit: int, least: float = 0.0) -> list[Ranked]:
    """The `limit` most relevant candidates, best first; equal ones in order of writing.

    relevance = w max(0, cosine) + (1 - w) BM25 / (best BM25 of this query), w = 0.5; where no
    candidate shares a word with the query the cosine stands alone. Those below `least` are left
    out.
    """
    best = max((one.lexical for one in found), default=0.0)
    weight, share = (DENSE_WEIGHT, (1.0 - DENSE_WEIGHT) / best) if best > 0.0 else (1.0, 0.0)
    scored = [
        (-round(weight * min(max(one[1], 0.0), 1.0) + share * one[2], 6), one[0], one)
        for one in found
    ]
    scored.sort()
    return [Ranked(-minus, one) for minus, _, one in scored[:limit] if -minus >= least]
