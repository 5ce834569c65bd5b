"""Why a hit has its score, drawn: the evidence as one bar, and what takes from it beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.explaining import Explanation, explained
from memsvc.operations.gate import Found

LEAST_SHOWN = 0.005
"""Signals below this in log odds are not told: they change nothing that anybody sees."""

SAID = {
    "dense": "meaning",
    "lexical": "words in common",
    "neighbours": "messages beside it",
    "session": "best of its session",
    "person": "person asked for",
    "temporal": "time asked for",
    "utterance": "form of the message",
    "role": "who spoke",
    "kind": "kind",
    "context": "meaning with its neighbours",
    "lineage": "lineage",
}
COLOURS = {name: place for place, name in enumerate(SAID, start=1)}


class Segment(NamedTuple):
    """One signal: where its piece of the bar begins and how wide it is, in percent."""

    name: str
    said: str
    value: float
    start: float
    width: float
    colour: int


class Drawn(NamedTuple):
    """A score taken apart. `even_at` is where in the bar relevance would be one half."""

    why: Explanation
    segments: Sequence[Segment]
    even_at: float
    zero_at: float


def drawn(found: Found) -> Drawn:
    """The bar of one hit: what speaks against it left of zero, what speaks for it right."""
    why = explained(found.judgement, found.place)
    told = {name: value for name, value in why.signals.items() if abs(value) >= LEAST_SHOWN}
    against = sum(-value for value in told.values() if value < 0)
    speaking = sum(value for value in told.values() if value > 0)
    whole = against + max(speaking, why.even * 1.25)
    segments = []
    left, right = against, against
    for name, value in sorted(told.items(), key=lambda one: -abs(one[1])):
        if value < 0:
            left += value
            start = left
        else:
            start, right = right, right + value
        segments.append(
            Segment(
                name,
                SAID.get(name, name),
                value,
                100 * start / whole,
                100 * abs(value) / whole,
                COLOURS.get(name, 1),
            )
        )
    return Drawn(why, segments, 100 * (against + why.even) / whole, 100 * against / whole)
