"""A plan to put a handbook in order: what becomes one, what goes, what is put forward.

    retired   what outcomes speak against, or nobody uses, or a newer line takes back
    merged    what nearly says the same, into the best of it, which rests on all its traces then
    retired   what is beyond the budget then, the least worth first
    proposed  what successful attempts do again and again, as far as the budget has room

In this order: evidence is of one line's words, so what is merged away takes none along, and nothing
is merged into a line that goes. A plan carried out leaves nothing to plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from memsvc.core.handbook.admission import (
    are_opposed,
    contested,
    merged,
    standing_of,
    status_of,
)
from memsvc.core.handbook.line import BehaviorStatus, Line, sources_of
from memsvc.core.handbook.polarity import may_be_opposite
from memsvc.core.handbook.retirement import Retirement, Rules, Standing, proposed
from memsvc.core.memory import least_trust
from memsvc.core.repetition import words

Pair: TypeAlias = tuple[str, str]
"""Names of two lines, in alphabetical order."""


class Merging(NamedTuple):
    """That a line, by name, is to be merged into another; `cosine` is that of their words."""

    kept: str
    gone: str
    cosine: float


@dataclass(frozen=True, slots=True)
class HandbookPlan:
    """What is to be done; no line is in more than one place but that several merge into one.

    Merges are the nearest first, retirements by name, proposals what is taken most first.
    """

    merges: tuple[Merging, ...] = ()
    retirements: tuple[Retirement, ...] = ()
    proposals: tuple[Line, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.merges or self.retirements or self.proposals)


class Closeness(NamedTuple):
    """Pairs of lines: the cosines of those that are one, where both stand, and opposites."""

    near: Mapping[Pair, float]
    opposed: frozenset[Pair]


def closeness(lines: Collection[Line], cosines: Iterable[tuple[str, str, float]]) -> Closeness:
    """What of the cosines, each with the names of two of the lines, a plan goes by.

    Of a pair that is not among them nothing is known. Statuses do not matter.
    """
    turning = {line.name for line in lines if may_be_opposite(line.instruction)}
    by_name = {line.name: replace(line, status=BehaviorStatus.CANDIDATE) for line in lines}
    near: dict[Pair, float] = {}
    opposed: set[Pair] = set()
    for name, other, cosine in cosines:
        pair = _pair(name, other)
        one, two = by_name[name], by_name[other]
        if merged(one, two, cosine) is not None:
            near[pair] = cosine
        elif not turning.isdisjoint(pair) and are_opposed(one, two, cosine):
            opposed.add(pair)
    return Closeness(near, frozenset(opposed))


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan is made from.

    `lines` are those of the fold over changes: whether one is contested is told here. `ages` are
    numbers by name, the older the smaller; `standings` how lines stand by their outcomes, by name,
    where there are any. `found` are lines that may be put forward, the best first.

    That sources were erased is no reason here: such a line is no more offered until it is approved.
    """

    lines: Collection[Line]
    ages: Mapping[str, int]
    closeness: Closeness
    standings: Mapping[str, Standing] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    found: Sequence[Line] = ()


def planned(ground: Ground) -> HandbookPlan:
    """What is to be done, in whatever order lines and cosines are given."""
    draft = _Draft(ground)
    draft.retire(replace(ground.rules, budget=None))
    merges = draft.merge()
    draft.retire(ground.rules)
    retirements = sorted(draft.retirements, key=lambda one: one.name)
    return HandbookPlan(tuple(merges), tuple(retirements), tuple(draft.admitted()))


def new_ones(found: Iterable[Line], lines: Iterable[Line]) -> list[Line]:
    """Those of which no line has the name or the words, up to case and punctuation.

    Retired ones count: what somebody took out does not come back by being counted again.
    """
    names: set[str] = set()
    said: set[str] = set()
    for line in lines:
        names.add(line.name)
        said.add(_said(line))
    return [line for line in found if line.name not in names and _said(line) not in said]


def _said(line: Line) -> str:
    return " ".join(words(line.instruction)) or line.instruction


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


class _Draft:
    """The lines as they would be after what is planned so far."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._lines = {line.name: line for line in ground.lines}
        self._near, self._opposed = ground.closeness
        self._contesting = {name for pair in self._opposed for name in pair}
        self.retirements: list[Retirement] = []

    def _age(self, name: str) -> tuple[int, str]:
        return self._ground.ages[name], name

    def _standing(self) -> dict[str, Line]:
        """The lines that are not retired, as they are beside each other."""
        standing = {
            name: line
            for name, line in self._lines.items()
            if line.status is not BehaviorStatus.RETIRED
        }
        judged = [standing[name] for name in sorted(standing, key=self._age)]
        judged = [line for line in judged if line.name in self._contesting]
        standing.update((line.name, line) for line in contested(judged, self._opposing))
        return standing

    def _opposing(self, one: Line, other: Line) -> float:
        # That they are near enough for it is known.
        return 1.0 if _pair(one.name, other.name) in self._opposed else -1.0

    def _active(self) -> list[Line]:
        lines = self._standing().values()
        return [line for line in lines if line.status is BehaviorStatus.ACTIVE]

    def retire(self, rules: Rules) -> None:
        """Retire until nothing more is to go: what was contested by a retired line may be offered.

        Below a budget, that is, and that counts anew.
        """
        while found := proposed(self._standings(), rules):
            self.retirements += found
            for one in found:
                line = self._lines[one.name]
                retired = replace(line, status=BehaviorStatus.RETIRED, approved=False)
                self._lines[one.name] = retired

    def _standings(self) -> list[Standing]:
        active = self._active()
        known, taken_back = self._ground.standings, self._taken_back(active)
        found = [known.get(line.name, Standing(line.name, 0, 0, float("inf"))) for line in active]
        return [replace(one, superseded_by=taken_back.get(one.name)) for one in found]

    def _taken_back(self, active: Sequence[Line]) -> dict[str, str]:
        """By name, the newer line that says the opposite.

        Both are offered only where a person approved both: then the later words are the last word.
        """
        lasting: list[str] = []
        taken: dict[str, str] = {}
        contesting = [line.name for line in active if line.name in self._contesting]
        for name in sorted(contesting, key=self._age, reverse=True):
            by = [other for other in lasting if _pair(name, other) in self._opposed]
            if by:
                taken[name] = by[0]
            else:
                lasting.append(name)
        return taken

    def merge(self) -> list[Merging]:
        """Merge what says the same, each into the nearest of those that are kept.

        Kept is, best first, what is not near to a better one that is kept: so all that goes is
        itself near to where it goes, and of what is kept no two are near.
        """
        standing = self._standing()
        alike = self._alike(standing)

        def rank(name: str) -> tuple[bool, bool, int, tuple[int, str]]:
            approved, unflagged, traces = standing_of(standing[name])
            return not approved, not unflagged, -traces, self._age(name)

        place = {name: at for at, name in enumerate(sorted(alike, key=rank))}
        kept: set[str] = set()
        found: list[Merging] = []
        for name in place:
            into = [other for other in alike[name] if other in kept]
            if into:
                best = max(into, key=lambda other: (alike[name][other], -place[other]))
                found.append(Merging(best, name, alike[name][best]))
            else:
                kept.add(name)
        found.sort(key=lambda one: (-one.cosine, one.kept, one.gone))
        for one in found:
            self._join(one)
        return found

    def _alike(self, standing: Collection[str]) -> dict[str, dict[str, float]]:
        """For each line that is one with others that stand, the cosines of these, by name."""
        found: dict[str, dict[str, float]] = {}
        for (one, other), cosine in self._near.items():
            if one in standing and other in standing:
                found.setdefault(one, {})[other] = cosine
                found.setdefault(other, {})[one] = cosine
        return found

    def _join(self, one: Merging) -> None:
        kept, gone = self._lines[one.kept], self._lines[one.gone]
        trust = least_trust([kept.trust, gone.trust])
        sources = sources_of(kept.source_ids, gone.source_ids)
        kept = replace(kept, source_ids=sources, trust=trust)
        self._lines[one.kept] = replace(kept, status=status_of(kept))
        retired = replace(gone, status=BehaviorStatus.RETIRED, approved=False)
        self._lines[one.gone] = retired

    def admitted(self) -> list[Line]:
        """What is put forward: new, said by no line nor against one, and within the budget."""
        budget = self._ground.rules.budget
        room = None if budget is None else budget - len(self._active())
        beside = self._beside()
        found: list[Line] = []
        for line in new_ones(self._ground.found, self._ground.lines):
            if any(self._leaves_out(line.name, other) for other in beside.get(line.name, ())):
                continue
            fresh = replace(line, status=BehaviorStatus.CANDIDATE, approved=False)
            fresh = replace(fresh, status=status_of(fresh))
            if room is not None and fresh.status is BehaviorStatus.ACTIVE:
                if room <= 0:
                    continue
                room -= 1
            found.append(fresh)
            self._lines[line.name] = fresh
        return found

    def _beside(self) -> dict[str, list[str]]:
        """The lines that each one says the same as, or the opposite of."""
        found: dict[str, list[str]] = {}
        for one, other in (*self._near, *self._opposed):
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
        return found

    def _leaves_out(self, name: str, other: str) -> bool:
        line = self._lines.get(other)
        if line is None:
            return False
        pair = _pair(name, other)
        return pair in self._near or line.status is not BehaviorStatus.RETIRED
