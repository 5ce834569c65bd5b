"""What goes when something goes, or says something else: the closure over lineage.

A memory derived from erased memories alone is erased with them. What becomes of one that still has
other sources depends on what it is (`core.derived`): it goes too, it is derived anew, or it is
demoted, out of default search until somebody approves or erases it, and so is what rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

KEY_BACKUPS_KEPT = timedelta(days=14)
"""How long a backup of keys may be kept: so long erased memories can be read from backups."""

Edges = Mapping[int, Sequence[int]]


class Fate(StrEnum):
    """What becomes of a memory that has lost some of its sources but not all."""

    ERASE = "erase"
    DEMOTE = "demote"
    REDERIVE = "rederive"
    """Erased, and what is left of its sources is put together anew."""


Decide = Callable[[int, Sequence[int], Sequence[int]], Fate]
"""Asked for a memory's number, the sources it has left, and those that are derived anew.

At least one of either. What takes the place of the latter may say something else, or nothing.
"""


@dataclass(frozen=True, slots=True)
class Closure:
    """Numbers of memories by what becomes of them, ascending and disjoint."""

    erased: tuple[int, ...]
    demoted: tuple[int, ...] = ()
    rederived: tuple[int, ...] = ()


def demote_all(_number: int, left: Sequence[int], _anew: Sequence[int]) -> Fate:
    """Demote whatever still has a source."""
    return Fate.DEMOTE if left else Fate.ERASE


def closure(
    roots: Iterable[int],
    children_of: Callable[[Sequence[int]], Edges],
    parents_of: Callable[[Sequence[int]], Edges],
    decide: Decide = demote_all,
    reworded: Iterable[int] = (),
    retold: Callable[[int], bool] = lambda _number: False,
) -> Closure:
    """The closure of `roots`, and of those that are `reworded`: they stay, with other words.

    `children_of` and `parents_of` give the lineage edges of several memories at once. Lineage has
    no cycles (a source exists before what is derived from it), so a memory's sources are settled
    once everything above it is. What rests on reworded ones and has lost nothing is put together
    anew where it can be (`retold`), and else stays as it is.
    """
    erased, reworded = set(roots), frozenset(reworded)
    reached: set[int] = set()
    frontier = sorted(erased | reworded)
    while frontier:
        children = {child for found in children_of(frontier).values() for child in found}
        frontier = sorted(children - reached - erased)
        reached.update(frontier)
    parents = parents_of(sorted(reached))
    rederived: set[int] = set()
    demoted: set[int] = set()
    # Ascending numbers are in order of derivation: parents are decided before their children.
    for number in sorted(reached):
        anew = [one for one in parents[number] if one in rederived]
        left = [one for one in parents[number] if one not in erased and one not in rederived]
        if all(one.isdisjoint(parents[number]) for one in (erased, rederived, demoted)):
            if not reworded.isdisjoint(parents[number]) and retold(number):
                rederived.add(number)
            continue
        fate = decide(number, left, anew) if left or anew else Fate.ERASE
        {Fate.ERASE: erased, Fate.DEMOTE: demoted, Fate.REDERIVE: rederived}[fate].add(number)
    return Closure(tuple(sorted(erased)), tuple(sorted(demoted)), tuple(sorted(rederived)))
