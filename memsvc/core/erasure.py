"""What goes when something goes: the closure over lineage.

A memory derived from erased memories alone is erased with them. One that still has other sources
cannot be trusted to be free of what was erased and cannot be re-derived here: it is demoted, out
of default search until somebody approves or erases it, and so is whatever rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Edges = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Closure:
    """Numbers of memories to erase and to demote, ascending and disjoint."""

    erased: tuple[int, ...]
    demoted: tuple[int, ...]


def closure(
    roots: Iterable[int],
    children_of: Callable[[Sequence[int]], Edges],
    parents_of: Callable[[Sequence[int]], Edges],
) -> Closure:
    """The closure of `roots`.

    `children_of` and `parents_of` give the lineage edges of several memories at once. Lineage has
    no cycles (a source exists before what is derived from it), so a memory's sources are settled
    once everything above it is.
    """
    erased = set(roots)
    reached: set[int] = set()
    frontier = sorted(erased)
    while frontier:
        children = {child for found in children_of(frontier).values() for child in found}
        frontier = sorted(children - reached - erased)
        reached.update(frontier)
    parents = parents_of(sorted(reached))
    # Ascending numbers are in order of derivation: parents are decided before their children.
    for number in sorted(reached):
        if erased.issuperset(parents[number]):
            erased.add(number)
    return Closure(tuple(sorted(erased)), tuple(sorted(reached - erased)))
