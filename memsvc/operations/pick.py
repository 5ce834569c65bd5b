"""Pick: an agent's memories that a filter lets through, newest first, however many there are.

People and sessions are looked up by their columns; everything else is evaluated on the opened
memory, so that takes time in proportion to what these leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from memsvc.core.access import Scope
from memsvc.core.fading import Fading, Seen
from memsvc.core.filters import EVERYTHING, And, Condition, Filter, matches
from memsvc.core.memory import Memory, Status
from memsvc.operations.fading import fading_of
from memsvc.operations.identify import number_of
from memsvc.operations.indexing import known_agent
from memsvc.operations.sealed import opened
from memsvc.runtime import Runtime
from memsvc.store import listing as lists
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS
from memsvc.store.listing import PageQuery
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx

_COLUMNS = {"user_id": PEOPLE, "session_id": SESSIONS}


@dataclass(frozen=True, slots=True)
class Picked:
    """A stretch of the memories that were picked, newest first, and how many there are in all."""

    seen: Sequence[Seen]
    total: int


NOTHING = Picked((), 0)


def pick(
    runtime: Runtime,
    scope: Scope,
    filter_: Filter,
    statuses: tuple[Status, ...],
    skip: int,
    limit: int,
) -> Picked:
    """`limit` of the memories of any of these statuses that pass, less the first `skip`.

    Raises NotFound for an unknown agent.
    """
    now = runtime.clock.now()
    named, rest = _split(filter_)
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        fading = fading_of(tx, agent, now)
        query = _query(runtime, tx, agent, fading, named)
        if query is None:
            return NOTHING
        query = replace(query, statuses=statuses)
        if rest is EVERYTHING:
            rows, total = lists.page(tx, agent.agent_key, replace(query, skip=skip, limit=limit))
            held = opened(runtime.keyring, tx, agent, rows)
            return Picked([fading.seen(one, now) for one in held], total)
        picked: list[Seen] = []
        total = 0
        for memory in _opened(runtime, tx, agent, query):
            seen = fading.seen(memory, now)
            if matches(rest, seen.memory):
                if skip <= total < skip + limit:
                    picked.append(seen)
                total += 1
        return Picked(picked, total)


def pick_ids(runtime: Runtime, scope: Scope, filter_: Filter) -> list[str]:
    """Ids of all memories that pass, whatever their status; NotFound for an unknown agent."""
    now = runtime.clock.now()
    named, rest = _split(filter_)
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        fading = fading_of(tx, agent, now)
        query = _query(runtime, tx, agent, fading, named)
        if query is None:
            return []
        return [
            memory.id
            for memory in _opened(runtime, tx, agent, query)
            if matches(rest, fading.shown(memory, now))
        ]


def _split(filter_: Filter) -> tuple[dict[str, str], Filter]:
    """What has to be equal in a column, and the rest."""
    parts = filter_.parts if isinstance(filter_, And) else (filter_,)
    named: dict[str, str] = {}
    rest: list[Filter] = []
    for part in parts:
        if (
            isinstance(part, Condition)
            and part.operator == "eq"
            and part.field in _COLUMNS.keys() - named.keys()
            and part.value is not None
        ):
            named[part.field] = part.value
        else:
            rest.append(part)
    return named, And(tuple(rest)) if rest else EVERYTHING


def _query(
    runtime: Runtime, tx: Tx, agent: Agent, fading: Fading, named: dict[str, str]
) -> PageQuery | None:
    """The query for what is named; None when no memory names it."""
    numbers = {
        field: number_of(runtime, tx, agent, _COLUMNS[field], value)
        for field, value in named.items()
    }
    if None in numbers.values():
        return None
    return PageQuery(
        now=runtime.clock.now(),
        fading=fading,
        user_no=numbers.get("user_id"),
        session_no=numbers.get("session_id"),
        limit=CHUNK,
    )


def _opened(runtime: Runtime, tx: Tx, agent: Agent, query: PageQuery) -> Iterator[Memory]:
    """All memories of a query, newest first."""
    while rows := lists.rows(tx, agent.agent_key, query):
        yield from opened(runtime.keyring, tx, agent, rows)
        query = replace(query, before=rows[-1].number)
