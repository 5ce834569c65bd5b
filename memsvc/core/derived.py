"""Derived memories: how each kind of derivation takes it when sources are erased.

The kind is the relation under which its lineage is recorded. What derives memories in a new way
adds its line to `DERIVATIONS`; erasure asks no further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from memsvc.core.erasure import Fate
from memsvc.core.memory import Draft, Kind, Memory

POSTED = "derived_from"
"""Put together by a caller, who alone knows how."""

FEWEST = {Kind.EPISODIC: 1, Kind.SEMANTIC: 1, Kind.PROCEDURAL: 2}
"""Sources that a memory must have left to be worth keeping: a behavior needs two traces."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A memory that has lost sources: how many it has left, and whether it names who is erased."""

    memory: Memory
    left: int
    names_erased: bool


@dataclass(frozen=True, slots=True)
class Derivation:
    """What becomes of a memory, and, for `Fate.REDERIVE`, how its sources are put together anew.

    `again` is given the surviving sources, in order of writing, and answers None when they give
    nothing.
    """

    fate: Callable[[Loss], Fate]
    again: Callable[[Sequence[Memory]], Draft | None] | None = None


def posted(loss: Loss) -> Fate:
    """Nobody here can say it anew: it goes if it names who is erased, or rests on too little."""
    if loss.names_erased or loss.left < FEWEST[loss.memory.kind]:
        return Fate.ERASE
    return Fate.DEMOTE


DERIVATIONS: Mapping[str, Derivation] = {POSTED: Derivation(posted)}
