"""Take in an agent's handbook, once its memories are there. Repeated it changes nothing.

An agent that has a handbook keeps it: what comes follows on it, in places and versions of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias

from memsvc.core.access import Scope
from memsvc.core.memory import Kind
from memsvc.operations.exported_handbook import HandbookChange, OfferOutcome
from memsvc.operations.handbook.book import load
from memsvc.operations.handbook.restand import restand
from memsvc.operations.handbook.task_class import class_token
from memsvc.operations.taken import LeftOut
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.store import agents, handbook_changes, memories, offer_outcomes, transfer_handbook
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import ChangeRow, What
from memsvc.store.memories import MemoryRow
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx

AT_ONCE = 200
"""Outcomes stored by one commit."""


def take_changes(
    runtime: Runtime, scope: Scope, changes: Sequence[HandbookChange], left_out: LeftOut
) -> int:
    """Store the changes of a handbook, by one commit; how many the agent did not have.

    Those about wordings that did not come along are left out, and the handbook stands as if they
    had never been. The memories of wordings stand accordingly.
    """
    if not changes:
        return 0
    work = partial(_take_changes, runtime, scope, changes, left_out)
    return runtime.database.write(work, scope.about)


def _take_changes(
    runtime: Runtime,
    scope: Scope,
    changes: Sequence[HandbookChange],
    left_out: LeftOut,
    tx: Tx,
) -> int:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    named = {id_ for one in changes for id_ in (one.memory_id, one.other_id) if id_ is not None}
    rows = _held(tx, agent, named, left_out)
    numbers = {row.id: row.number for row in rows if row.kind == Kind.PROCEDURAL}
    told = [one for one in changes if {one.memory_id, one.other_id} <= {None, *numbers}]
    fresh = _Placing(tx, agent, told, numbers, left_out.demoted).fresh()
    handbook_changes.add(tx, agent.agent_key, fresh)
    book = load(runtime, tx, agent)
    handbook_changes.join(tx, agent.agent_key, book.unjoined)
    changed = restand(runtime, tx, agent, book)
    if changed:
        agents.record(tx, agent.agent_key, changed)
    return len(fresh)


_Key: TypeAlias = tuple[What, datetime, str, int | None, int | None]
"""What tells changes apart: what, when, who, and the numbers of the wordings."""


class _Placing:
    """The places that changes of a file have, or get, among those of an agent."""

    def __init__(
        self,
        tx: Tx,
        agent: Agent,
        told: Sequence[HandbookChange],
        numbers: dict[str, int],
        demoted: set[str],
    ) -> None:
        self._told = sorted(told, key=lambda one: one.place)
        self._numbers, self._demoted = numbers, demoted
        standing = handbook_changes.of_agent(tx, agent.agent_key)
        self._known: dict[_Key, int] = {
            (row.what, row.at, row.actor, row.number, row.other): row.place for row in standing
        }
        self._last, self._version = handbook_changes.last(tx, agent.agent_key)
        self._in_file: list[int] = []
        self._here: list[int] = []

    def fresh(self) -> list[ChangeRow]:
        """The rows of the changes that are new."""
        new: list[HandbookChange] = []
        for one in self._told:
            place = self._known.get(self._key(one))
            if place is None:
                new.append(one)
                place = self._last + len(new)
            self._in_file.append(one.place)
            self._here.append(place)
        versions = {one: at for at, one in enumerate(dict.fromkeys(one.version for one in new), 1)}
        return [
            self._row(one, self._last + at, self._version + versions[one.version], len(new))
            for at, one in enumerate(new, start=1)
        ]

    def _key(self, one: HandbookChange) -> _Key:
        return one.what, one.at, one.actor, self._number(one.memory_id), self._number(one.other_id)

    def _number(self, id_: str | None) -> int | None:
        return None if id_ is None else self._numbers[id_]

    def _place(self, in_file: int | None) -> int | None:
        """The place here of a place in the file: that of the last change up to it.

        Before the first one of the file, whatever the agent had already stands.
        """
        if in_file is None:
            return None
        at = bisect_right(self._in_file, in_file)
        return self._here[at - 1] if at else min(self._here) - 1

    def _row(self, one: HandbookChange, place: int, version: int, fresh: int) -> ChangeRow:
        lost = self._place(one.lost)
        if one.memory_id in self._demoted and one.what in (What.PROPOSED, What.EDITED):
            # It lost sources just now: what was approved before rested on more.
            lost = self._last + fresh
        return ChangeRow(
            place=place,
            version=version,
            what=one.what,
            at=one.at,
            actor=one.actor,
            number=self._number(one.memory_id),
            other=self._number(one.other_id),
            back_to=self._place(one.back_to),
            reason=one.reason,
            lost=lost,
            tokens=one.tokens,
        )


def take_outcomes(
    runtime: Runtime, scope: Scope, outcomes: Sequence[OfferOutcome], left_out: LeftOut
) -> int:
    """Store what came of offers; how many of them the agent was not told of.

    An outcome whose trace did not come along is left out; of a wording that did not, nothing is
    told.
    """
    count = 0
    for start in range(0, len(outcomes), AT_ONCE):
        chunk = outcomes[start : start + AT_ONCE]
        work = partial(_take_outcomes, runtime, scope, chunk, left_out)
        count += runtime.database.write(work, scope.about)
    return count


def _take_outcomes(
    runtime: Runtime,
    scope: Scope,
    outcomes: Sequence[OfferOutcome],
    left_out: LeftOut,
    tx: Tx,
) -> int:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    named = {id_ for one in outcomes for id_ in (*one.offered, one.trace_id) if id_ is not None}
    numbers = {row.id: row.number for row in _held(tx, agent, named, left_out)}
    known = transfer_handbook.told_among(tx, agent.agent_key, [one.offer for one in outcomes])
    count = 0
    for one in outcomes:
        if one.offer in known or (one.trace_id is not None and one.trace_id not in numbers):
            continue
        known.add(one.offer)
        offered = [id_ for id_ in one.offered if id_ in numbers]
        row = OutcomeRow(
            place=offer_outcomes.last(tx, agent.agent_key) + 1,
            offer=one.offer,
            at=one.at,
            task_class=_class(runtime, agent, one),
            held_out=one.held_out,
            success=one.success,
            input_tokens=one.input_tokens,
            output_tokens=one.output_tokens,
            number=None if one.trace_id is None else numbers[one.trace_id],
            offered=tuple(numbers[id_] for id_ in offered),
            cited=frozenset(numbers[id_] for id_ in offered if id_ in one.cited),
            fellows=handbook_changes.fellows(
                tx, agent.agent_key, [numbers[id_] for id_ in offered]
            ),
        )
        offer_outcomes.add(tx, agent.agent_key, row)
        count += 1
    return count


def _class(runtime: Runtime, agent: Agent, one: OfferOutcome) -> bytes:
    """The token of the outcome's class: one of its own for a class of which no name is known."""
    if one.task_class is None and one.class_of is not None:
        of = f"{agent.agent_key} {one.class_of}"
        return runtime.keyring.token(agent.tenant, "task class of an offer", of)
    return class_token(runtime, agent, one.task_class or "")


def _held(tx: Tx, agent: Agent, ids: set[str], left_out: LeftOut) -> list[MemoryRow]:
    """Rows of those memories of the file that the agent has, and that nobody holds back."""
    found = memories.numbers_of(tx, agent.agent_key, sorted(ids - left_out.others))
    return memories.by_numbers(tx, agent.agent_key, sorted(found.values())) if found else []
