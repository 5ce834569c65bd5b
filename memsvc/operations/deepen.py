"""Deepen: a second pass, for a question that the first one leaves in doubt.

The best are read again, each together with its neighbours; what they were derived from and what was
derived from them comes in; more is proposed, also by what the best have in common (pseudo-relevance
feedback); and a re-ranker, where one is set, reads the best beside the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from memsvc.core.memory import Memory, spoken_text
from memsvc.core.ranking import Judgement, Ranked, SecondLook, judge
from memsvc.core.reading import Reading
from memsvc.index.protocol import MemoryIndex, Probe, Vector
from memsvc.operations.gate import Sight, readable
from memsvc.runtime import Runtime
from memsvc.store import lineage
from memsvc.store.agents import Agent

READ_AGAIN = 16
"""How many of the best are read again in their context."""
RELATED_TO = 10
"""What the best so many were derived from, or what from them, comes in."""
ALIKE = 3
"""So many of the best say what else to look for."""
RERANKED = 4_000
"""Characters of a memory that a re-ranker reads at most."""
WIDER = 4
"""How many times more each arm proposes."""
OWN, BESIDE = 700, 300
"""Characters read again of a memory, and of each neighbour: with both it fills a model's window."""
GOOD, CLEAR, CLOSE = 0.65, 0.15, 0.001
"""A best score that is good; one that is clear of the next; a page's edge that is a close call."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A question at an agent, and what the first pass made of it."""

    agent: Agent
    index: MemoryIndex
    reading: Reading
    probe: Probe
    sight: Sight
    judgement: Judgement


def is_doubtful(best: Sequence[Ranked], limit: int) -> bool:
    """Whether a second pass may help: the best is not good, or the page's edge is a close call."""
    if len(best) <= limit:
        return False
    weak = best[0].score < GOOD and best[0].score - best[1].score < CLEAR
    return weak or best[limit - 1].score - best[limit].score < CLOSE


def deepened(runtime: Runtime, looked: Looked) -> Judgement:
    """The judgement of a second look; models run outside of its two snapshots."""
    best = looked.judgement.best(READ_AGAIN)
    if not best:
        return looked.judgement
    held, related = _opened(runtime, looked, best)
    context = _context(runtime, looked, best, held)
    vectors = list(context.values())
    query = looked.probe.vector
    probe = replace(
        looked.probe,
        pool=WIDER * looked.probe.pool,
        near=(_between(query, vectors[:ALIKE]),) if vectors else (),
        also=tuple(sorted({*related, *(hit.number for hit in best)})),
    )
    likeness = {number: float(vector @ query) for number, vector in context.items()}
    again = SecondLook(likeness, related, {})
    [evidence] = looked.index.search([probe])
    weights = looked.judgement.weights
    judgement = judge(evidence, looked.reading, weights, again)
    if runtime.reranking is None:
        return judgement
    reranked = _reranked(runtime, looked, judgement)
    again = replace(again, reranked=reranked, share=runtime.reranking.weight)
    return judge(evidence, looked.reading, weights, again)


def _opened(
    runtime: Runtime, looked: Looked, best: Sequence[Ranked]
) -> tuple[Mapping[int, Memory], Mapping[int, float]]:
    """The best and their neighbours, by number; and what the first of them are related to."""
    agent_key = looked.agent.agent_key
    wanted = {number for hit in best for number in _beside(looked, hit.place) if number is not None}
    first = {hit.number: hit.score for hit in best[:RELATED_TO]}
    related: dict[int, float] = {}
    with runtime.database.snapshot() as tx:
        [held] = readable(runtime, tx, looked.agent, wanted, [looked.sight], looked.probe.now)
        for edges in (
            lineage.parents_of(tx, agent_key, list(first)),
            lineage.children_of(tx, agent_key, list(first)),
        ):
            for number, others in edges.items():
                for other in others:
                    related[other] = max(related.get(other, 0.0), first[number])
    return held, related


def _beside(looked: Looked, place: int) -> list[int | None]:
    """Numbers of the memory before, the memory and the one after; None where there is none."""
    evidence = looked.judgement.evidence
    places = (int(evidence.before[place]), place, int(evidence.after[place]))
    return [int(evidence.numbers[one]) if one < len(evidence) else None for one in places]


def _context(
    runtime: Runtime, looked: Looked, best: Sequence[Ranked], held: Mapping[int, Memory]
) -> dict[int, Vector]:
    """The vector of each of the best in its context, by number, best first."""
    texts = {
        hit.number: _stretch(*(_spoken(held, one) for one in _beside(looked, hit.place)))
        for hit in best
        if hit.number in held
    }
    # Of a text that is more all the same the first piece.
    vectors = [pieces[0] for pieces in runtime.embedder.embed(list(texts.values()))]
    return dict(zip(texts, vectors, strict=True))


def _spoken(held: Mapping[int, Memory], number: int | None) -> str:
    memory = None if number is None else held.get(number)
    return spoken_text(memory.content, memory.speaker) if memory else ""


def _stretch(before: str, own: str, after: str) -> str:
    """A memory between the end of what was said before and the beginning of what came after.

    Whole messages at length would push each other out of the model's window.
    """
    return "\n".join(filter(None, (before[-BESIDE:], own[:OWN], after[:BESIDE])))


def _between(query: Vector, alike: Sequence[Vector]) -> Vector:
    """Between the question and what the best have in common (Rocchio 1971)."""
    middle = query + np.mean(alike, axis=0)
    unit: Vector = (middle / np.linalg.norm(middle)).astype(np.float32)
    return unit


def _reranked(runtime: Runtime, looked: Looked, judgement: Judgement) -> dict[int, float]:
    """What the re-ranker makes of the best, by number."""
    assert runtime.reranking is not None
    best = [hit.number for hit in judgement.best(runtime.reranking.candidates)]
    with runtime.database.snapshot() as tx:
        [held] = readable(runtime, tx, looked.agent, best, [looked.sight], looked.probe.now)
    # Far more than a model's window; tokenizing whole books would take longer than judging.
    texts = [_spoken(held, number)[:RERANKED] for number in best if number in held]
    relevance = runtime.reranking.reranker.relevance(looked.reading.text, texts)
    read = [number for number in best if number in held]
    return dict(zip(read, relevance.tolist(), strict=True))
