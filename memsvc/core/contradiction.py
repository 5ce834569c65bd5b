"""Which of several statements about one thing is the current truth.

Pairwise and set-based: where each stands follows from the statements that survive, in whatever
order they came. Later in the world beats earlier, unless it is trusted less; what neither clearly
wins is disputed, and all sides are shown. Nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from types import MappingProxyType

from memsvc.core.memory import Memory, Status
from memsvc.core.statements import Pair, Statement, Verdicts, decided, said

LIVING = (Status.ACTIVE, Status.DISPUTED, Status.SUPERSEDED)
"""What takes part: not what was archived by hand, nor what is in quarantine."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a statement stands. `valid_to` takes account of what was stated."""

    status: Status
    superseded_by: str | None = None
    superseded_at: datetime | None = None
    valid_to: datetime | None = None
    disputed_with: str | None = None


def as_known(memory: Memory, moment: datetime) -> Memory:
    """A memory as it stood by what was known then; what ended it later is left out."""
    if memory.superseded_at is None or memory.superseded_at <= moment:
        return memory
    return memory._replace(
        status=Status.ACTIVE,
        superseded_by=None,
        superseded_at=None,
        valid_to=memory.stated_valid_to,
    )


def settled(
    statements: Iterable[Statement],
    verdicts: Verdicts = MappingProxyType({}),
    left_out: Collection[str] = (),
) -> dict[int, Standing]:
    """Where each statement stands among the others, by number.

    `left_out` are ids of others that there are. What was ended by one of those stays so, unless one
    that is among the statements began to be true before that.
    """
    fold = _Fold(statements, verdicts, left_out)
    standings = {}
    for place, one in enumerate(fold.members):
        standing = fold.superseded(place)
        if standing is None:
            fold.still_open.append(one)
        else:
            standings[one.number] = standing
    fold.still_open.sort(key=lambda one: one.rank, reverse=True)
    for one in fold.still_open:
        standings[one.number] = fold.standing(one)
    return standings


def is_ended(one: Statement, other: Statement, verdicts: Verdicts) -> bool:
    """Whether the other ends the one."""
    if one is other:
        return False
    by_decision = decided(one.number, other.number, verdicts)
    if by_decision in (Pair.BEATEN, Pair.NOTHING, Pair.OPEN):
        return by_decision is Pair.BEATEN
    if other.memory.trust.weight < one.memory.trust.weight or other.since < one.since:
        return False
    pair = by_decision or said(one, other)
    if pair is Pair.NOTHING:
        return False
    if pair is Pair.SAME and by_decision is None and not one.said <= other.said:
        # The other says less: both stand.
        return False
    if other.since > one.since:
        return True
    if pair is Pair.SAME:
        return _priority(other) > _priority(one)
    return _in_order(one.memory, other.memory) and other.number > one.number


def opposes(one: Statement, other: Statement, verdicts: Verdicts) -> bool:
    """Whether the two cannot both hold, and say nothing beside that."""
    if one is other:
        return False
    by_decision = decided(one.number, other.number, verdicts)
    if by_decision is not None:
        return by_decision in (Pair.OTHER, Pair.OPEN)
    return said(one, other) is Pair.OTHER and said(other, one) is Pair.OTHER


class _Fold:
    """Statements in order of time, and which of them are open: not ended by another.

    Mostly the next one in time ends a statement, and then no other is looked at: a thing that was
    restated a thousand times is not compared a million times.
    """

    def __init__(
        self, statements: Iterable[Statement], verdicts: Verdicts, left_out: Collection[str]
    ) -> None:
        living = (one for one in statements if one.memory.status in LIVING)
        self.members = sorted(living, key=lambda one: (one.since, one.number))
        self.still_open: list[Statement] = []
        self._verdicts = verdicts
        self._decided = {number for pair in verdicts for number in pair}
        self._left_out = left_out
        # The earliest record among each member and all later ones.
        self._recorded = [one.memory.created_at for one in self.members]
        for place in range(len(self.members) - 2, -1, -1):
            self._recorded[place] = min(self._recorded[place], self._recorded[place + 1])

    def superseded(self, place: int) -> Standing | None:
        """Where a statement stands that another one ended; None for one that is open."""
        one = self.members[place]
        next_ = self._next(place)
        kept = self._kept(one.memory)
        if next_ is None:
            return kept
        ends = max(next_.since, one.since)
        stated = one.memory.stated_valid_to
        until = ends if stated is None else min(ends, stated)
        known = self._known(place, next_)
        if kept is not None and kept.superseded_at is not None:
            known = min(known, kept.superseded_at)
            if kept.valid_to is not None and kept.valid_to < until:
                return Standing(Status.SUPERSEDED, kept.superseded_by, known, kept.valid_to)
        # It cannot have been known before it was said.
        known = max(known, one.memory.created_at)
        return Standing(Status.SUPERSEDED, next_.memory.id, known, until)

    def standing(self, one: Statement) -> Standing:
        """Where an open statement stands, once all that are open are known, most believed first."""
        stated = one.memory.stated_valid_to
        against = (two for two in self.still_open if opposes(one, two, self._verdicts))
        best = next(against, None)
        if best is None:
            return Standing(Status.ACTIVE, valid_to=stated)
        return Standing(Status.DISPUTED, valid_to=stated, disputed_with=best.memory.id)

    def _next(self, place: int) -> Statement | None:
        """The first that ends a statement: of the later ones, else of any."""
        one = self.members[place]
        later = (self.members[at] for at in range(place + 1, len(self.members)))
        same_time = None
        for other in later:
            if is_ended(one, other, self._verdicts):
                if other.since > one.since:
                    return other
                same_time = same_time or other
        earlier = (self.members[at] for at in range(place - 1, -1, -1))
        if one.number not in self._decided:
            earlier = (two for two in takewhile(lambda two: two.since == one.since, earlier))
        found = [other for other in earlier if is_ended(one, other, self._verdicts)]
        return found[-1] if found else same_time

    def _known(self, place: int, next_: Statement) -> datetime:
        """When the first that ends the statement was recorded."""
        one, known = self.members[place], next_.memory.created_at
        start = 0 if one.number in self._decided else place
        if self._recorded[start] >= known or known <= one.memory.created_at:
            return known
        for other in self.members[start:]:
            recorded = other.memory.created_at
            if recorded < known and is_ended(one, other, self._verdicts):
                known = recorded
        return known

    def _kept(self, memory: Memory) -> Standing | None:
        """How a statement stands that was ended by one that was left out."""
        if memory.status is not Status.SUPERSEDED or memory.superseded_by not in self._left_out:
            return None
        return Standing(
            Status.SUPERSEDED, memory.superseded_by, memory.superseded_at, memory.valid_to
        )


def _priority(one: Statement) -> tuple[int, int]:
    return one.memory.trust.weight, one.number


def _in_order(one: Memory, other: Memory) -> bool:
    """Whether of two that began to be true at one time the one said later is the newer."""
    if one.session_id is not None and one.session_id == other.session_id:
        return True
    return not any(memory.valid_from or memory.event_time for memory in (one, other))
