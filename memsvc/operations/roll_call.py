"""Roll call: the agents of a tenant, and the people and sessions that each of them knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from memsvc.core.access import Scope
from memsvc.operations.identify import names_of
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store import roster
from memsvc.store.identities import PEOPLE, SESSIONS, Register
from memsvc.store.roster import Met


@dataclass(frozen=True, slots=True)
class Roll:
    """What an agent has in all, None where that is nothing; by person it came from, by session."""

    agent_id: str
    held: Met | None
    people: Mapping[str, Met] = field(default_factory=dict)
    sessions: Mapping[str, Met] = field(default_factory=dict)


def visible_agents(runtime: Runtime, tenant: str, sees: Callable[[str], bool]) -> list[str]:
    """Ids of the tenant's agents that the caller sees, in order."""
    with runtime.database.snapshot() as tx:
        return [one for one in roster.agent_ids(tx, tenant) if sees(one)]


def roll_call(runtime: Runtime, scope: Scope) -> Roll:
    """Whom an agent knows; raises NotFound for an unknown agent."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        held = roster.met(tx, agent.agent_key, None, now).get(0)

        def named(register: Register) -> dict[str, Met]:
            found = roster.met(tx, agent.agent_key, register, now)
            names = names_of(runtime, tx, agent, register, found)
            return {names[number]: one for number, one in found.items()}

        return Roll(scope.agent_id, held, named(PEOPLE), named(SESSIONS))
