"""Settle: where statements about one thing stand, now that one came, went or changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from memsvc.core.agent_settings import Contradiction
from memsvc.core.contradiction import Standing, settled
from memsvc.core.frames.slots import takes_back, things
from memsvc.core.hinted import beside_each_other
from memsvc.core.in_force import is_in_force
from memsvc.core.memory import Event, Memory, Status
from memsvc.core.statements import (
    Statement,
    is_statement,
    says_the_same,
    statement_of,
)
from memsvc.operations.same_thing import (
    SameThing,
    ended_beside,
    note_slots,
    said_beside,
    said_of,
)
from memsvc.runtime import Runtime
from memsvc.store import memories, standings
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

AT_ONCE = 200
"""Memories whose things are judged anew at a time."""

NEWER_STANDS = "A later statement about the same stands."


@dataclass(frozen=True, slots=True)
class Effect:
    """What a new memory did: an event, the ids of others that it concerns, and why."""

    event: Event
    affected: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(slots=True)
class Settled:
    """New memories as they stand, by number, and what each did; others that changed."""

    fresh: dict[int, Memory] = field(default_factory=dict)
    effects: dict[int, Effect] = field(default_factory=dict)
    changed: list[int] = field(default_factory=list)


def settle_fresh(runtime: Runtime, tx: Tx, agent: Agent, fresh: Sequence[Memory]) -> Settled:
    """Where memories that are about to be stored stand; what they end is changed already.

    The agent is locked, and its index stands where `operations.known` brought it.
    """
    result = Settled()
    if agent.settings.contradiction is Contradiction.OFF:
        return result
    # What is in quarantine takes no part before it is released.
    stating = [
        one
        for one in fresh
        if one.slots and is_statement(one) and one.status is not Status.QUARANTINED
    ]
    if not stating:
        return result
    same = said_of(runtime, tx, agent, stating)
    now = runtime.clock.now()
    for known, group in _about_one_thing(same, stating):
        told = beside_each_other([*known, *map(statement_of, group)])
        stand = settled(told, same.verdicts, same.left_out)
        changed = _change(tx, agent, told[: len(known)], stand)
        _tell(result, told[len(known) :], changed, stand, now)
    note_slots(tx, agent, stating)
    return result


def settle_again(runtime: Runtime, tx: Tx, agent: Agent, numbers: Iterable[int]) -> list[int]:
    """Judge anew these memories and all about the same things; numbers of those that changed.

    What is gone by now, held back or in quarantine counts no more. The caller records the changes
    in the journal.
    """
    if agent.settings.contradiction is Contradiction.OFF:
        return []
    changed: set[int] = set()
    left = sorted(set(numbers))
    while left:
        chunk, left = left[:AT_ONCE], left[AT_ONCE:]
        same = said_beside(runtime, tx, agent, chunk)
        for group in _apart(same):
            stand = settled(group, same.verdicts, same.left_out)
            changed.update(one.number for one in _change(tx, agent, group, stand))
    return sorted(changed)


def beside(
    runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int], slots: Iterable[int] = ()
) -> set[int]:
    """Memories that stand as they do because of one of these, or these because of them.

    `slots`: what these filled until now, where they say something else by now.
    """
    if not numbers or not standings.are_any(tx, agent.agent_key):
        return set()
    named = standings.beside(tx, agent.agent_key, numbers)
    return (named | ended_beside(runtime, tx, agent, numbers, slots)).difference(numbers)


def settle_without(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    erased: Sequence[str],
    doubted: Sequence[int],
    near: set[int],
) -> list[int]:
    """Have others stand as if these had never been; numbers of those that changed.

    `erased` are ids that are gone, `doubted` numbers of memories in quarantine, `near` what was
    `beside` them before.
    """
    if not near:
        return []
    rows = memories.by_numbers(tx, agent.agent_key, doubted, restricted=True) if doubted else []
    ids = [*erased, *(row.id for row in rows)]
    unlinked = standings.let_stand(tx, agent.agent_key, ids)
    again = settle_again(runtime, tx, agent, {*unlinked, *near})
    return sorted({*unlinked, *again})


def _about_one_thing(
    same: SameThing, stating: Sequence[Memory]
) -> list[tuple[list[Statement], list[Memory]]]:
    """Known statements and new memories in groups that concern each other; no new one alone."""
    fresh = {one.number: one for one in stating}
    known = {one.number: one for one in same.statements}
    groups = joined_by([*known, *fresh], _shared(same, stating))
    return [
        (
            [known[number] for number in group if number in known],
            [fresh[number] for number in group if number in fresh],
        )
        for group in groups
        if len(group) > 1 and not fresh.keys().isdisjoint(group)
    ]


def _apart(same: SameThing) -> list[list[Statement]]:
    """The statements in groups of which none concerns another."""
    known = {one.number: one for one in same.statements}
    groups = joined_by(known, _shared(same))
    return [beside_each_other(known[number] for number in group) for group in groups]


def _shared(same: SameThing, stating: Sequence[Memory] = ()) -> list[tuple[object, int]]:
    """What each has in common with others: slots, values, and what was decided."""
    told = [*(one.memory for one in same.statements), *stating]
    # A value in common is nothing unless somebody says that it holds no more.
    with_values = any(takes_back(slot) for one in told for slot in one.slots)
    numbers = {one.number for one in same.statements}
    slots: list[tuple[object, int]] = [
        (slot, one.number) for one in told for slot in things(one.slots, with_values=with_values)
    ]
    return slots + [
        (pair, number) for pair in same.verdicts for number in pair if number in numbers
    ]


def joined_by(numbers: Iterable[int], pairs: Iterable[tuple[object, int]]) -> list[list[int]]:
    """The numbers in groups, by what they have in common, directly or through others."""
    leads = {number: number for number in numbers}

    def first(number: int) -> int:
        while leads[number] != number:
            leads[number] = leads[leads[number]]
            number = leads[number]
        return number

    having: dict[object, int] = {}
    for thing, number in pairs:
        leads[first(number)] = first(having.setdefault(thing, number))
    groups: dict[int, list[int]] = {}
    for number in leads:
        groups.setdefault(first(number), []).append(number)
    return list(groups.values())


def _change(
    tx: Tx, agent: Agent, statements: Sequence[Statement], stand: Mapping[int, Standing]
) -> list[Statement]:
    """Have stored statements stand as they do now; those that did not before."""
    changed = [
        one
        for one in statements
        if (standing := stand.get(one.number)) is not None
        and _as_it_stands(one.memory, standing) != one.memory
    ]
    standings.change_all(tx, agent.agent_key, {one.number: stand[one.number] for one in changed})
    return changed


def _tell(
    result: Settled,
    fresh: Sequence[Statement],
    changed: Sequence[Statement],
    stand: Mapping[int, Standing],
    now: datetime,
) -> None:
    """Note how the fresh ones stand, and what they did."""
    result.changed += [one.number for one in changed]
    touched = [*changed, *fresh]
    for one in fresh:
        standing = stand[one.number]
        stands = result.fresh[one.number] = _as_it_stands(one.memory, standing)
        effect = _effect(one, standing, touched, stand, is_in_force=is_in_force(stands, now))
        if effect is not None:
            result.effects[one.number] = effect


def _effect(
    one: Statement,
    standing: Standing,
    touched: Sequence[Statement],
    stand: Mapping[int, Standing],
    *,
    is_in_force: bool,
) -> Effect | None:
    id_ = one.memory.id
    ended = [other for other in touched if stand[other.number].superseded_by == id_]
    # What a later statement ends only then may be the truth until then.
    if standing.status is Status.SUPERSEDED and not (is_in_force and ended):
        return Effect(Event.ADDED, (standing.superseded_by or "",), NEWER_STANDS)
    against = [
        other.memory.id
        for other in touched
        if stand[other.number].disputed_with == id_ or standing.disputed_with == other.memory.id
    ]
    if standing.status is Status.DISPUTED:
        others = dict.fromkeys([standing.disputed_with or "", *against])
        return Effect(Event.DISPUTED, tuple(others))
    if not ended:
        return None
    restated = all(says_the_same(other, one) for other in ended)
    event = Event.MERGED if restated else Event.SUPERSEDED
    return Effect(event, tuple(other.memory.id for other in ended))


def _as_it_stands(memory: Memory, standing: Standing) -> Memory:
    return memory._replace(
        status=standing.status,
        superseded_by=standing.superseded_by,
        superseded_at=standing.superseded_at,
        valid_to=standing.valid_to,
        disputed_with=standing.disputed_with,
    )
