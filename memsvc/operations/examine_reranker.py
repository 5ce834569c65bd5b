"""Whether the re-ranker, where one is set, can be loaded and answers."""

from __future__ import annotations

from collections.abc import Callable

from memsvc.core.finding import Finding, ok
from memsvc.judges.protocol import Reranking

RERANKER = "re-ranker"

PAIR = ("Where does Ana live?", "Ana moved to Lisbon in May.")


def examine_reranker(open_reranking: Callable[[], Reranking | None]) -> Finding:
    """Let it judge one pair; raises ModelMissing or RerankerUnavailable."""
    reranking = open_reranking()
    if reranking is None:
        return ok(RERANKER, "none is set")
    query, text = PAIR
    try:
        reranking.reranker.relevance(query, [text])
    finally:
        reranking.reranker.close()
    share = f"{reranking.weight:.0%} of the relevance"
    return ok(RERANKER, f"it answers; {share} of the best {reranking.candidates}")
