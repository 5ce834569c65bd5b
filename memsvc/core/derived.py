"""Derived memories: how each kind of derivation takes it when sources are erased.

The kind is the relation under which its lineage is recorded. What derives memories in a new way
adds its line to `DERIVATIONS`; erasure asks no further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from memsvc.core.consolidation.facts import PatternExtractor
from memsvc.core.consolidation.recurrences import recurrence
from memsvc.core.consolidation.relations import DAY, EXTRACTED, GLOBAL, RECURRENCE, SESSION
from memsvc.core.consolidation.summaries import (
    day_summary,
    global_summary,
    session_summary,
    stands_for_day,
)
from memsvc.core.erasure import Fate
from memsvc.core.memory import Draft, Kind, Memory
from memsvc.core.subgoals import SUMMARY, SUMMARY_UNMET, met_summary, unmet_summary

POSTED = "derived_from"
"""Put together by a caller, who alone knows how."""

FEWEST = {Kind.EPISODIC: 1, Kind.SEMANTIC: 1, Kind.PROCEDURAL: 2}
"""Sources that a memory must have left to be worth keeping: a behavior needs two traces."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A memory that has lost sources: how many it has left, and whether it names who is erased.

    `anew` counts its sources that are themselves derived anew, and are not among those left.
    """

    memory: Memory
    left: int
    names_erased: bool
    anew: int = 0


@dataclass(frozen=True, slots=True)
class Derivation:
    """What becomes of a memory, and, for `Fate.REDERIVE`, how its sources are put together anew.

    `again` is given the surviving sources, in order of writing, those derived anew in the place of
    what they replace, and answers None when they give nothing. `each`, in place of `again`: all
    that its one source gives, of which it was one. `stands_for`: the source that then is in the
    place of the memory, wherever that was itself a source.
    """

    fate: Callable[[Loss], Fate]
    again: Callable[[Sequence[Memory]], Draft | None] | None = None
    stands_for: Callable[[Sequence[Memory]], Memory | None] = lambda _sources: None
    each: Callable[[Memory], Sequence[Draft]] | None = None

    @property
    def can_be_retold(self) -> bool:
        """Whether it is known here how its sources are put together."""
        return self.again is not None or self.each is not None


def posted(loss: Loss) -> Fate:
    """Nobody here can say it anew: it goes if it names who is erased, or rests on too little."""
    if loss.names_erased or loss.left < FEWEST[loss.memory.kind]:
        return Fate.ERASE
    return Fate.DEMOTE


def with_its_source(_loss: Loss) -> Fate:
    """It says what its source says, and no more: where that says something else, it does, too."""
    return Fate.ERASE


def anew(_loss: Loss) -> Fate:
    """It is a function of its sources, so it is what it would be without those that are gone."""
    return Fate.REDERIVE


DERIVATIONS: Mapping[str, Derivation] = {
    POSTED: Derivation(posted),
    EXTRACTED: Derivation(with_its_source, each=PatternExtractor().facts),
    SESSION: Derivation(anew, session_summary),
    DAY: Derivation(anew, day_summary, stands_for_day),
    GLOBAL: Derivation(anew, global_summary),
    RECURRENCE: Derivation(anew, recurrence),
    SUMMARY: Derivation(anew, met_summary),
    SUMMARY_UNMET: Derivation(anew, unmet_summary),
}
