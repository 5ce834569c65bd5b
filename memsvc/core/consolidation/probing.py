"""Probes: a fixed set of memories that must be found as well after a run as before it.

A canary set as in GeRe, and the smallest recall while the run goes on as in work on the stability
gap. What a probe is asked for are its own rarest words: no query is kept anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from memsvc.core.content_words import content_words
from memsvc.core.memory import Memory
from memsvc.core.repetition import words

PROBES = 32
FEWEST_WORDS = 4
ASKED_WORDS = 5
MARGIN = 0.05
"""So much recall may be lost."""
PAGE = 10


def chosen(turns: Sequence[Memory]) -> list[int]:
    """Numbers of the memories to probe with: spread evenly over those that say enough."""
    telling = [one for one in turns if len(content_words(one.content)) >= FEWEST_WORDS]
    step = max(1, len(telling) // PROBES)
    return [one.number for one in telling[::step][:PROBES]]


def queries(probes: Sequence[Memory], turns: Sequence[Memory]) -> dict[str, str]:
    """For the id of each probe what to ask: its rarest words among all turns, in their order."""
    sought = {one.id: _telling_words(one) for one in probes}
    wanted = {word for found in sought.values() for word in found}
    held: Counter[str] = Counter()
    for turn in turns:
        held.update(wanted.intersection(words(turn.content)))
    return {id_: " ".join(_rarest(found, held)) for id_, found in sought.items() if found}


def _telling_words(memory: Memory) -> list[str]:
    return [word for word in dict.fromkeys(words(memory.content)) if content_words(word)]


def _rarest(found: Sequence[str], held: Mapping[str, int]) -> list[str]:
    rare = set(sorted(found, key=lambda word: (held[word], word))[:ASKED_WORDS])
    return [word for word in found if word in rare]


def is_lost(before: float, least: float) -> bool:
    """Whether recall fell by more than may be lost."""
    return before - least > MARGIN + 1e-9
