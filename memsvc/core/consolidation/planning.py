"""The plan of a run: what is to be made of an agent's turns, and what no longer holds.

A pure function of the view: made again after it was carried out, it is empty. What is made has its
id already, so that days can be summed up from sessions that are not written yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from memsvc.core.consolidation.extractor import Extractor
from memsvc.core.consolidation.read_facts import may_be_read
from memsvc.core.consolidation.recurrences import recurrence, recurrences, statements_of
from memsvc.core.consolidation.relations import DAY, EXTRACTED, GLOBAL, RECURRENCE, SESSION
from memsvc.core.consolidation.sentences import day_of
from memsvc.core.consolidation.summaries import (
    day_summary,
    global_summary,
    in_order,
    session_summary,
    stands_for_day,
)
from memsvc.core.consolidation.view import Since, Standing, View, as_if_written, says_the_same
from memsvc.core.memory import SEARCHED, Draft, Memory

LEFT_ALONE = 2
"""The summary of a unit, and the last of those whose place it took."""
IDLE = timedelta(minutes=30)
"""A session without a new turn for so long is over."""


class Reason(StrEnum):
    """Why something is made."""

    NEW = "new"
    SOURCES_CHANGED = "sources_changed"
    WORDS_CHANGED = "words_changed"


@dataclass(frozen=True, slots=True)
class Unit:
    """One memory to be made, how and why, and the numbers of those whose place it takes."""

    relation: str
    reason: Reason
    draft: Draft
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make, sources before what is derived from them; numbers of what is to be erased.

    `unchanged` counts what stands already as it would be made, `waiting` sessions that go on.
    `unread` are turns in which rules read no fact, and which a language model has yet to read.
    """

    units: tuple[Unit, ...] = ()
    obsolete: tuple[int, ...] = ()
    unchanged: int = 0
    waiting: int = 0
    unread: tuple[Memory, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.units and not self.obsolete


def plan(
    view: View,
    since: Since,
    now: datetime,
    extractor: Extractor,
    new_id: Callable[[], str],
    breathe: Callable[[], None] = lambda: None,
) -> Plan:
    """The plan for a view at a moment; `new_id` draws the ids of what is to be made.

    `breathe` is called every few milliseconds: who plans for a large agent lets others go on.
    """
    planning = _Planning(view, since, now, new_id, breathe)
    planning.facts(extractor)
    sessions = planning.sessions()
    days = planning.days(sessions)
    planning.whole(days)
    planning.recurring()
    return Plan(
        tuple(planning.units),
        tuple(sorted(planning.obsolete)),
        planning.unchanged,
        planning.waiting,
        tuple(planning.unread),
    )


@dataclass
class _Planning:
    """A plan as it grows."""

    view: View
    since: Since
    now: datetime
    new_id: Callable[[], str]
    breathe: Callable[[], None]
    units: list[Unit] = field(default_factory=list)
    obsolete: set[int] = field(default_factory=set)
    unchanged: int = 0
    waiting: int = 0
    unread: list[Memory] = field(default_factory=list)

    def facts(self, extractor: Extractor) -> None:
        """Facts of turns that were not looked at before, or were changed since.

        Any turn may still be unread, however often it was looked at: the model may have been away.
        """
        known: dict[str, list[Memory]] = defaultdict(list)
        for one in self._of(EXTRACTED):
            for source in one.memory.source_ids:
                known[source].append(one.memory)
        for turn in self.view.turns:
            is_new = not self.since.has_seen(turn)
            may_ask = self.view.asks and not self.view.was_read(turn) and may_be_read(turn)
            if not is_new and not (may_ask and turn.id not in known):
                continue
            self.breathe()
            drafts = extractor.facts(turn)
            if may_ask and not drafts:
                self.unread.append(turn)
            if is_new:
                self._facts_of(turn, drafts, known.get(turn.id, []))

    def _facts_of(self, turn: Memory, drafts: Sequence[Draft], left: list[Memory]) -> None:
        for draft in drafts:
            same = next((one for one in left if says_the_same(one, draft)), None)
            if same is None:
                self._make(EXTRACTED, draft, ())
            else:
                left.remove(same)
                self.unchanged += 1
        if drafts or not self.view.was_read(turn):
            self.obsolete.update(one.number for one in left)
        else:
            # The model read them, in these very words.
            self.unchanged += len(left)

    def sessions(self) -> list[Memory]:
        """The summaries of sessions as they will stand; of one that goes on the one it has."""
        turns: dict[str, list[Memory]] = defaultdict(list)
        for turn in self.view.turns:
            if turn.session_id is not None:
                turns[turn.session_id].append(turn)
        going_on = {
            session
            for session, said in turns.items()
            if not self.since.force and self.now - max(one.created_at for one in said) < IDLE
        }
        self.waiting += len(going_on)
        # By name: who spoke first in which of them may be forgotten.
        over = {session: turns[session] for session in sorted(turns.keys() - going_on)}
        return self._level(SESSION, over, session_summary, "session_id", going_on)

    def days(self, sessions: Sequence[Memory]) -> list[Memory]:
        """The summaries of days as they will stand; where a day has one session, that one's."""
        found: dict[str, list[Memory]] = defaultdict(list)
        for one in sessions:
            found[day_of(one).isoformat()].append(one)
        alone = filter(None, map(stands_for_day, found.values()))
        return [*self._level(DAY, found, day_summary, "day"), *alone]

    def whole(self, days: Sequence[Memory]) -> None:
        """The summary of all days."""
        self._level(GLOBAL, {"global": list(days)}, global_summary, "summary")

    def recurring(self) -> None:
        """What recurs in several sessions."""
        by_id = {turn.id: turn for turn in self.view.turns}
        standing: dict[Hashable, list[Standing]] = defaultdict(list)
        unsupported = {one.memory.number for one in self._of(RECURRENCE)}
        for one in self._of(RECURRENCE):
            said = [by_id[source] for source in one.memory.source_ids if source in by_id]
            stated = [statements_of(turn).keys() for turn in said]
            for statement in set.intersection(*map(set, stated)) if stated else ():
                standing[statement].append(one)
        for found in recurrences(self.view.turns, self.breathe):
            of_unit = standing[found.statement]
            unsupported.difference_update(one.memory.number for one in of_unit)
            self._settle(RECURRENCE, recurrence(found.turns), of_unit)
        self.obsolete |= unsupported

    def _level(
        self,
        relation: str,
        sources: Mapping[str, Sequence[Memory]],
        made_of: Callable[[Sequence[Memory]], Draft | None],
        key: str,
        untouched: Iterable[str] = (),
    ) -> list[Memory]:
        """Settle the units of one kind of summary; those that will stand."""
        standing: dict[str, list[Standing]] = defaultdict(list)
        for one in self._of(relation):
            standing[str(one.memory.metadata.get(key))].append(one)
        level = [
            one.memory for unit in untouched for one in standing.pop(unit, ()) if one.is_current
        ]
        for unit, of_unit in sources.items():
            found = self._as_it_stands(of_unit, standing.get(unit, ()))
            if found is None:
                self.breathe()
                found = self._settle(relation, made_of(of_unit), standing.pop(unit, []))
            else:
                del standing[unit]
            level += [] if found is None else [found]
        self.obsolete.update(one.memory.number for left in standing.values() for one in left)
        return level

    def _as_it_stands(
        self, sources: Sequence[Memory], standing: Sequence[Standing]
    ) -> Memory | None:
        """The summary that a unit has, where its sources are the same and none was changed since.

        It need not be made again to know what it says.
        """
        current = [one.memory for one in standing if one.is_current]
        if self.since.force or len(current) != 1 or len(standing) > LEFT_ALONE:
            return None
        [found] = current
        ids = {one.id for one in in_order(sources)}
        changed = any(one.updated_at > found.created_at for one in sources)
        if changed or ids != set(found.source_ids) or found.status not in SEARCHED:
            return None
        self.unchanged += 1
        return found

    def _settle(
        self, relation: str, draft: Draft | None, standing: Sequence[Standing]
    ) -> Memory | None:
        """What will stand for a unit: what it has, what is made in its place, or nothing."""
        current = [one.memory for one in standing if one.is_current]
        former = sorted(one.memory.number for one in standing if not one.is_current)
        if draft is None:
            self.obsolete.update(one.memory.number for one in standing)
            return None
        same = next((one for one in reversed(current) if says_the_same(one, draft)), None)
        if same is not None:
            self.unchanged += 1
            # Of two that say the same, one is enough; of former ones the last is kept.
            self.obsolete.update(one.number for one in current if one is not same)
            self.obsolete.update(former[:-1])
            return same
        # Several are current where those that had ended the others were not believed for a while.
        self.obsolete.update([*former, *(one.number for one in current[:-1])])
        return self._make(relation, draft, current[-1:])

    def _make(self, relation: str, draft: Draft, current: Sequence[Memory]) -> Memory:
        draft = replace(draft, id=self.new_id())
        reason = Reason.NEW
        if current:
            same_sources = set(current[-1].source_ids) == set(draft.source_ids)
            reason = Reason.WORDS_CHANGED if same_sources else Reason.SOURCES_CHANGED
        replaces = tuple(sorted(one.number for one in current))
        self.units.append(Unit(relation, reason, draft, replaces))
        return as_if_written(draft, self._next_number(), self.now)

    def _next_number(self) -> int:
        # Beyond all that are there: what is made is written later than all of them.
        numbers = [one.number for one in self.view.turns[-1:]]
        numbers += [one.memory.number for one in self.view.standing[-1:]]
        return max(numbers, default=0) + len(self.units)

    def _of(self, relation: str) -> list[Standing]:
        return [one for one in self.view.standing if one.relation == relation]
