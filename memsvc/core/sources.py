"""How much of a page one source of little trust may fill.

Whoever writes tool results or web pages can write many that are made to match a question. So of one
source no more than a tenth of a page, and at least one, goes in front; the rest comes after what
other sources say that is relevant, too. Words of users, agents and operators are not counted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from memsvc.core.bm25 import idf
from memsvc.core.evidence import Evidence
from memsvc.core.memory import Memory, Trust

COUNTED = (Trust.TOOL, Trust.WEB)

PART = 10
"""One place in ten."""
RELEVANT = 1 / 3
"""Share of the best score from which on a hit is worth the place of one that is better."""
ECHO = 0.8
"""Share of the words of a question, by their idf, from which on a text says it after. Of the best
five for questions about LoCoMo conversations half have .26, one in twenty .71 and more.
"""
_LEAST_TRUSTED = Trust.AGENT.weight / len(Trust)
FEWEST_ASKED = 4
"""Words of a question that says enough to be said after."""
MAINLY = 0.5
"""Share of what was proposed: an agent that holds mainly tool results lives by them."""


class Hit(NamedTuple):
    """A hit: its score, and whether it says the question after."""

    memory: Memory
    score: float
    echoes: bool


def is_counted(memory: Memory) -> bool:
    """Whether its source is of little trust."""
    return memory.trust in COUNTED


def echoing(evidence: Evidence, places: Sequence[int]) -> list[bool]:
    """Which of the memories at these places say the question after, however long they are."""
    if len(evidence.holders) < FEWEST_ASKED or not len(evidence.frequencies):
        return [False] * len(places)
    counted = evidence.holders[: len(evidence.frequencies)].tolist()
    weights = [idf(evidence.count, holders) for holders in counted]
    wanted = ECHO * math.fsum(weights)
    return [
        math.fsum(w for w, held in zip(weights, column, strict=True) if held) >= wanted
        for column in (evidence.frequencies[:, place].tolist() for place in places)
    ]


class Turns(NamedTuple):
    """Places of hits in the order in which they fill a page.

    `is_settled`: hits of lower scores would change nothing about the page.
    """

    places: list[int]
    is_settled: bool


def in_turn(hits: Sequence[Hit], limit: int, *, mainly: bool) -> Turns:
    """The turns of hits, best first, on a page of `limit`.

    First those that nobody has to give way to: of each source as many as it may have, and worth a
    place. Then the others by score, but what echoes the question beyond that last, unless the agent
    holds `mainly` what is counted.
    """
    most = max(1, limit // PART)
    worth = RELEVANT * max((one.score for one in hits), default=0.0)
    taken: Counter[Hashable] = Counter()
    first: list[int] = []
    rest: list[int] = []
    last: list[int] = []
    give_way = False
    for place, one in enumerate(hits):
        sources = set(_sources(one)) if is_counted(one.memory) else set()
        if any(taken[source] >= most for source in sources):
            give_way = True
            (last if one.echoes and not mainly else rest).append(place)
        elif one.score < worth:
            rest.append(place)
        else:
            taken.update(sources)
            first.append(place)
    is_full = len(first) + len(rest) >= limit
    none_to_come = not give_way or (bool(hits) and hits[-1].score < worth)
    is_settled = len(first) >= limit or (is_full and none_to_come)
    return Turns([*first, *rest, *last], is_settled)


def is_mainly_counted(evidence: Evidence) -> bool:
    """Whether more than half of what was proposed comes from sources of little trust."""
    trust = evidence.trust[evidence.proposed]
    return bool(len(trust)) and float((trust < _LEAST_TRUSTED).mean()) > MAINLY


def _sources(one: Hit) -> Iterator[Hashable]:
    """What the hit counts for: the whole web is one source, a tool is one in each user's session.

    Those that echo the question are one together, however many they are made to look like.
    """
    memory = one.memory
    if memory.trust is Trust.WEB or memory.user_id is None or memory.session_id is None:
        yield memory.trust
    else:
        yield memory.trust, memory.user_id, memory.session_id, memory.speaker
    if one.echoes:
        yield "echo"
