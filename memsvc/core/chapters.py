"""Chapters: finished subgoals that share a line, where there is no room for one each.

Inspired by MemoryVLA, whose bank merges the most similar of its neighbours when it is full. Texts
are not averaged: the line tells what came of the last subgoal, and names those before it, which can
be expanded as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from memsvc.core.content_words import content_words
from memsvc.core.quoting import quoted
from memsvc.core.subgoals import Finished

Chapter: TypeAlias = tuple[Finished, ...]
"""Neighbours in order, one or more."""


def chapters_of(finished: Sequence[Finished]) -> list[Chapter]:
    """Each subgoal by itself."""
    return [(one,) for one in finished]


def merged(chapters: Sequence[Chapter], cost: Callable[[Chapter], int], room: int) -> list[Chapter]:
    """As few mergers of neighbours, the most alike first, as make all chapters fit into the room.

    Of pairs that are alike as much the oldest are merged. Where nothing fits the chapters are as
    they were.
    """
    left = list(chapters)
    # Kept beside, for a session may have hundreds.
    costs, words = [cost(one) for one in left], [_words(one) for one in left]
    alike = [_likeness(one, other) for one, other in pairwise(words)]
    while alike and sum(costs) > room:
        at = alike.index(max(alike))
        left[at : at + 2] = [left[at] + left[at + 1]]
        costs[at : at + 2] = [cost(left[at])]
        words[at : at + 2] = [words[at] | words[at + 1]]
        del alike[at]
        for pair in (at - 1, at):
            if 0 <= pair < len(alike):
                alike[pair] = _likeness(words[pair], words[pair + 1])
    return left if sum(costs) <= room else list(chapters)


def line_of(chapter: Chapter) -> str:
    """The names of all, what came of the last, and whether each was met."""
    *before, last = chapter
    named = "".join(f"{quoted(one.name)} ({_met(one)}), " for one in before)
    return f"{named}{quoted(last.name)}: {quoted(last.summary.content)} ({_met(last)})"


def _met(one: Finished) -> str:
    return "met" if one.met else "not met"


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Words in common by all words; 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _words(chapter: Chapter) -> frozenset[str]:
    """What names and summaries are about."""
    said = (content_words(f"{one.name} {one.summary.content}") for one in chapter)
    return frozenset[str]().union(*said)
