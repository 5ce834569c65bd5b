"""Take in what stands beside an agent's memories, once they and the agent's settings are there.

Repeated it changes nothing, and what the agent has already stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.access import Scope
from memsvc.operations.exported_beside import Beside, Decision, MarkedSource
from memsvc.operations.exported_handbook import HandbookChange, OfferOutcome
from memsvc.operations.identify import number_of, numbered
from memsvc.operations.same_thing import ended_beside
from memsvc.operations.settle import settle_again
from memsvc.operations.suppress import forgotten_people
from memsvc.operations.take_in_handbook import take_changes, take_outcomes
from memsvc.operations.taken import LeftOut, Taken
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.store import agents, marked_sources, memories, standings, transfer_beside
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS
from memsvc.store.marked_sources import Mark
from memsvc.store.standings import Decided
from memsvc.store.transaction import Tx

AT_ONCE = 200
"""Decisions stored by one commit."""


def take_beside(
    runtime: Runtime, scope: Scope, beside: Sequence[Beside], left_out: LeftOut
) -> Taken:
    """Store what was decided, the marks and the handbook; how much the agent did not have.

    What was decided of a memory that did not come along is left out, and so is a mark that names
    who was forgotten. What such a memory had ended, or spoken against, stands as if it had never
    been.
    """
    _stand_without(runtime, scope, left_out)
    decisions = [one for one in beside if isinstance(one, Decision)]
    decided = 0
    for start in range(0, len(decisions), AT_ONCE):
        chunk = decisions[start : start + AT_ONCE]
        work = partial(_decide, runtime, scope, chunk, left_out)
        decided += runtime.database.write(work, scope.about)
    marks = [one for one in beside if isinstance(one, MarkedSource)]
    marked = 0
    if marks:
        work = partial(_mark, runtime, scope, marks, left_out)
        marked = runtime.database.write(work, scope.about)
    changes = [one for one in beside if isinstance(one, HandbookChange)]
    outcomes = [one for one in beside if isinstance(one, OfferOutcome)]
    return Taken(
        decisions=decided,
        marks=marked,
        changes=take_changes(runtime, scope, changes, left_out),
        outcomes=take_outcomes(runtime, scope, outcomes, left_out),
    )


def _stand_without(runtime: Runtime, scope: Scope, left_out: LeftOut) -> None:
    """Judge anew what stands as it does because of a memory that is not there."""
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        if agent is None:
            return
        absent = sorted(transfer_beside.absent(tx, agent.agent_key))
    if not absent and not left_out.slots:
        return

    def work(tx: Tx) -> None:
        agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
        unlinked = standings.let_stand(tx, agent.agent_key, absent)
        # Since when another is known to be over may be due to one that it does not name.
        near = ended_beside(runtime, tx, agent, [], left_out.slots)
        _record(tx, agent, unlinked, settle_again(runtime, tx, agent, {*unlinked, *near}))

    runtime.database.write(work, scope.about)


def _decide(
    runtime: Runtime, scope: Scope, decisions: Sequence[Decision], left_out: LeftOut, tx: Tx
) -> int:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    named = {id_ for one in decisions for id_ in (one.memory_id, one.other_id)}
    found = memories.numbers_of(tx, agent.agent_key, sorted(named - left_out.others))
    rows = memories.by_numbers(tx, agent.agent_key, sorted(found.values())) if found else []
    numbers = {row.id: row.number for row in rows}
    known = {
        frozenset(pair) for pair in standings.decided_of(tx, agent.agent_key, [*found.values()])
    }
    fresh = []
    for one in decisions:
        if one.memory_id not in numbers or one.other_id not in numbers:
            continue
        pair = numbers[one.memory_id], numbers[one.other_id]
        if frozenset(pair) not in known:
            known.add(frozenset(pair))
            fresh.append(Decided(*pair, one.verdict, one.decided_by, one.decided_at))
    standings.decide(tx, agent.agent_key, fresh)
    about = {number for one in fresh for number in (one.number, one.other)}
    _record(tx, agent, settle_again(runtime, tx, agent, about))
    return len(fresh)


def _record(tx: Tx, agent: Agent, *changed: Sequence[int]) -> None:
    """Have the journal tell of what changed."""
    numbers = sorted({number for some in changed for number in some})
    if numbers:
        agents.record(tx, agent.agent_key, numbers)


def _mark(
    runtime: Runtime, scope: Scope, marks: Sequence[MarkedSource], left_out: LeftOut, tx: Tx
) -> int:
    """Store the marks that are new: what comes from now on is held to them."""
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    known = marked_sources.of_agent(tx, agent.agent_key)
    ids = {one.id for one in known}
    sources = {(one.channel, one.user_no, one.session_no) for one in known}
    count = 0
    for one in _let_in(runtime, tx, agent, marks, left_out):
        people = numbered(runtime, tx, agent, PEOPLE, [one.user_id])
        sessions = numbered(runtime, tx, agent, SESSIONS, [one.session_id])
        source = one.channel, people.get(one.user_id), sessions.get(one.session_id)
        if one.id not in ids and source not in sources:
            marked_sources.add(tx, agent.agent_key, Mark(one.id, *source, one.marked_at))
            ids.add(one.id)
            sources.add(source)
            count += 1
    return count


def _let_in(
    runtime: Runtime, tx: Tx, agent: Agent, marks: Sequence[MarkedSource], left_out: LeftOut
) -> list[MarkedSource]:
    """The marks but for those that would name anew who, or a session that, was forgotten."""
    people = {one.user_id for one in marks if one.user_id is not None}
    unknown = [who for who in people if number_of(runtime, tx, agent, PEOPLE, who) is None]
    forgotten = forgotten_people(runtime, tx, agent, unknown)
    gone = {
        one for one in left_out.sessions if number_of(runtime, tx, agent, SESSIONS, one) is None
    }
    return [one for one in marks if one.user_id not in forgotten and one.session_id not in gone]
