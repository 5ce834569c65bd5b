"""Mark: what comes from a source that is not trusted goes into quarantine, standing and to come."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.audit import Act, Action
from memsvc.core.memory import Channel, Status
from memsvc.errors import NotFound
from memsvc.operations import indexing
from memsvc.operations.audit import record
from memsvc.operations.erase import demote
from memsvc.operations.handbook.known_worth import fold_anew
from memsvc.operations.handbook.restand import concerned, lose_sources, restand
from memsvc.operations.identify import names_of, numbered
from memsvc.operations.settle import beside, settle_again, settle_without
from memsvc.runtime import Runtime
from memsvc.store import (
    agents,
    handbook_changes,
    identities,
    lineage,
    marked_sources,
    memories,
    shreddings,
)
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS
from memsvc.store.marked_sources import Mark
from memsvc.store.transaction import Tx

UNKNOWN = "No such mark of this agent, or not one this key may use."


@dataclass(frozen=True, slots=True)
class Source:
    """Where something comes from: all that is given; None leaves a part free."""

    channel: Channel | None = None
    user_id: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked source, and since when."""

    id: str
    source: Source
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """A mark, how many memories it put into quarantine, and how many derived from these."""

    marked: Marked
    quarantined: int
    demoted: int


def mark(runtime: Runtime, scope: Scope, source: Source, actor: str) -> Followed:
    """Mark a source of an agent: its memories, and what was derived from them, are quarantined.

    A source that is marked already keeps its mark. Raises NotFound for an unknown agent.
    """
    return runtime.database.write(partial(_mark, runtime, scope, source, actor), scope.about)


def _mark(runtime: Runtime, scope: Scope, source: Source, actor: str, tx: Tx) -> Followed:
    agent = indexing.known_agent(tx, scope, lock=True)
    made = _made(runtime, tx, agent, source)
    numbers = marked_sources.numbers_from(tx, agent.agent_key, made, other_than=Status.QUARANTINED)
    derived = _quarantine(runtime, tx, agent, numbers)
    counts = {"quarantined": len(numbers), "demoted": len(derived)}
    act = Act(actor, Action.SOURCE_MARKED, made.id, agent.agent_key, counts)
    record(runtime, tx, agent.tenant, act)
    return Followed(Marked(made.id, source, made.marked_at), len(numbers), len(derived))


def _made(runtime: Runtime, tx: Tx, agent: Agent, source: Source) -> Mark:
    """The mark of a source, made where there is none."""
    people = numbered(runtime, tx, agent, PEOPLE, [source.user_id])
    sessions = numbered(runtime, tx, agent, SESSIONS, [source.session_id])
    parts = source.channel, people.get(source.user_id), sessions.get(source.session_id)
    for one in marked_sources.of_agent(tx, agent.agent_key):
        if (one.channel, one.user_no, one.session_no) == parts:
            return one
    made = Mark(secrets.token_hex(16), *parts, runtime.clock.now())
    marked_sources.add(tx, agent.agent_key, made)
    return made


def _quarantine(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> list[int]:
    """Quarantine memories, and what was derived from them, which is returned."""
    derived = _derived_from(tx, agent, numbers)
    changed = sorted({*numbers, *derived})
    near = beside(runtime, tx, agent, changed)
    marked_sources.quarantine(tx, agent.agent_key, numbers)
    demote(tx, agent, derived)
    unlinked = settle_without(runtime, tx, agent, [], changed, near)
    wordings = concerned(tx, agent, changed)
    if wordings:
        lose_sources(tx, agent, wordings)
        unlinked = sorted({*unlinked, *restand(runtime, tx, agent)})
    journaled = sorted({*changed, *unlinked})
    if journaled:
        agents.record(tx, agent.agent_key, journaled)
    fold_anew(tx, agent, changed)
    return derived


def _derived_from(tx: Tx, agent: Agent, numbers: Sequence[int]) -> list[int]:
    """All that was derived from these, directly or through others, ascending; not these."""
    found: set[int] = set(numbers)
    left = list(numbers)
    while left:
        children = lineage.children_of(tx, agent.agent_key, left)
        left = sorted({one for some in children.values() for one in some} - found)
        found.update(left)
    return sorted(found - set(numbers))


def marks(runtime: Runtime, scope: Scope) -> list[Marked]:
    """The marked sources of an agent, oldest first; raises NotFound for an unknown agent."""
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        found = marked_sources.of_agent(tx, agent.agent_key)
        people = [one.user_no for one in found if one.user_no is not None]
        sessions = [one.session_no for one in found if one.session_no is not None]
        users = names_of(runtime, tx, agent, PEOPLE, people)
        named = names_of(runtime, tx, agent, SESSIONS, sessions)
    return [_marked(one, users, named) for one in found]


def _marked(one: Mark, users: Mapping[int, str], sessions: Mapping[int, str]) -> Marked:
    source = Source(
        None if one.channel is None else Channel(one.channel),
        None if one.user_no is None else users[one.user_no],
        None if one.session_no is None else sessions[one.session_no],
    )
    return Marked(one.id, source, one.marked_at)


def find_mark(tx: Tx, agent: Agent, mark_id: str) -> Mark:
    """A mark of the agent by its id; raises NotFound."""
    for one in marked_sources.of_agent(tx, agent.agent_key):
        if one.id == mark_id:
            return one
    raise NotFound(UNKNOWN)


def unmark(runtime: Runtime, scope: Scope, mark_id: str, actor: str, *, release: bool) -> int:
    """Take a mark away; with `release` its memories leave quarantine, and their number is returned.

    What another mark covers, and what was derived, stays there until somebody approves it. Raises
    NotFound.
    """
    work = partial(_unmark, runtime, scope, mark_id, actor, release)
    released, slots = runtime.database.write(work, scope.about)
    runtime.keyring.shred(slots)
    return released


def _unmark(
    runtime: Runtime, scope: Scope, mark_id: str, actor: str, release: bool, tx: Tx
) -> tuple[int, list[int]]:
    agent = indexing.known_agent(tx, scope, lock=True)
    gone = find_mark(tx, agent, mark_id)
    marked_sources.remove(tx, agent.agent_key, mark_id)
    freed = _freed(tx, agent, gone) if release else []
    if freed:
        marked_sources.release(tx, agent.agent_key, freed)
        settled = settle_again(runtime, tx, agent, freed)
        settled += _stand_again(runtime, tx, agent, freed)
        agents.record(tx, agent.agent_key, sorted({*freed, *settled}))
        fold_anew(tx, agent, freed)
    slots = let_identities_go(tx, agent, [gone])
    shreddings.order(tx, agent.agent_key, slots, runtime.clock.now())
    if slots and runtime.keyring.rotates:
        agents.order_rotation(tx, agent.agent_key, runtime.clock.now())
    counts = {"released": len(freed)}
    act = Act(actor, Action.SOURCE_UNMARKED, mark_id, agent.agent_key, counts)
    record(runtime, tx, agent.tenant, act)
    return len(freed), slots


def _stand_again(runtime: Runtime, tx: Tx, agent: Agent, freed: Sequence[int]) -> list[int]:
    """Have behaviors that are believed again stand so; numbers of memories that changed."""
    wordings = concerned(tx, agent, freed)
    if not wordings:
        return []
    handbook_changes.lose(tx, agent.agent_key, wordings, None)
    return restand(runtime, tx, agent)


def _freed(tx: Tx, agent: Agent, gone: Mark) -> list[int]:
    """What only this mark held in quarantine: nothing else holds there what was not derived."""
    numbers = marked_sources.numbers_from(tx, agent.agent_key, gone, status=Status.QUARANTINED)
    left = marked_sources.of_agent(tx, agent.agent_key)
    rows = memories.by_numbers(tx, agent.agent_key, numbers, restricted=True) if numbers else []
    return sorted(
        row.number
        for row in rows
        if row.stated_trust is None
        and not any(one.covers(row.channel, row.user_no, row.session_no) for one in left)
    )


def let_identities_go(tx: Tx, agent: Agent, gone: Sequence[Mark]) -> list[int]:
    """Erase the person and session that nothing names but these marks; key slots to destroy."""
    people = sorted({one.user_no for one in gone if one.user_no is not None})
    sessions = sorted({one.session_no for one in gone if one.session_no is not None})
    return [
        *identities.erase_unnamed(tx, PEOPLE, agent.agent_key, people),
        *identities.erase_unnamed(tx, SESSIONS, agent.agent_key, sessions),
    ]
