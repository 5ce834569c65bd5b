"""Read: one memory, or a page of them, opened; an agent and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from memsvc.core.access import Scope
from memsvc.core.fading import Fading, Seen
from memsvc.core.memory import Kind, Memory, Status
from memsvc.errors import NotFound
from memsvc.operations.fading import fading_of
from memsvc.operations.identify import number_of
from memsvc.operations.indexing import known_agent
from memsvc.operations.sealed import opened
from memsvc.runtime import Runtime
from memsvc.store import listing as lists
from memsvc.store import memories
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS, Register
from memsvc.store.listing import PageQuery
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Listing:
    """What to list: None leaves a field free; `before` is the `number` the page stays below."""

    kind: Kind | None = None
    status: Status | None = None
    user_id: str | None = None
    session_id: str | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Memories, newest first; `next_before` continues the list, None at its end."""

    seen: Sequence[Seen]
    total: int
    next_before: int | None

    @property
    def memories(self) -> Sequence[Memory]:
        """The memories alone."""
        return [one.memory for one in self.seen]


def get_memory(runtime: Runtime, scope: Scope, memory_id: str) -> Memory:
    """One memory with the status that readers see, whichever it is; raises NotFound."""
    return see_memory(runtime, scope, memory_id).memory


def see_memory(runtime: Runtime, scope: Scope, memory_id: str) -> Seen:
    """As `get_memory`, with its retention."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        row = memories.by_id(tx, agent.agent_key, memory_id)
        if row is not None and not memories.expired_by(row, now):
            for memory in opened(runtime.keyring, tx, agent, [row]):
                return fading_of(tx, agent, now, memory.kind).seen(memory, now)
    raise NotFound("No such memory, or not one this key may use.")


def get_agent(runtime: Runtime, scope: Scope) -> Agent:
    """The agent with its settings; raises NotFound."""
    with runtime.database.snapshot() as tx:
        return known_agent(tx, scope)


def list_memories(runtime: Runtime, scope: Scope, listing: Listing) -> Page:
    """A page of the agent's memories; raises NotFound for an unknown agent."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        fading = fading_of(tx, agent, now, listing.kind)
        query = _page_query(runtime, tx, agent, listing, fading, now)
        if query is None:
            return Page([], 0, None)
        rows, total = lists.page(tx, agent.agent_key, query)
        # One row more than asked for tells whether the list goes on.
        shown = rows[: listing.limit]
        more = len(rows) > listing.limit
        return Page(
            seen=[fading.seen(one, now) for one in opened(runtime.keyring, tx, agent, shown)],
            total=total,
            next_before=shown[-1].number if more else None,
        )


def _page_query(
    runtime: Runtime, tx: Tx, agent: Agent, listing: Listing, fading: Fading, now: datetime
) -> PageQuery | None:
    """The query in numbers; None when it names an identity that no memory has."""
    numbers: dict[Register, int | None] = {}
    for register, identity in ((PEOPLE, listing.user_id), (SESSIONS, listing.session_id)):
        if identity is None:
            numbers[register] = None
            continue
        numbers[register] = number_of(runtime, tx, agent, register, identity)
        if numbers[register] is None:
            return None
    return PageQuery(
        now=now,
        fading=fading,
        kind=listing.kind,
        status=listing.status,
        user_no=numbers[PEOPLE],
        session_no=numbers[SESSIONS],
        before=listing.before,
        limit=listing.limit + 1,
    )
