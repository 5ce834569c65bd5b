"""Portray: what is known of a person, put together from what stands now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.memory import Kind, Memory
from memsvc.core.profile import Profile, profile
from memsvc.operations.fading import fading_of
from memsvc.operations.identify import number_of
from memsvc.operations.indexing import known_agent
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import facts_about, memories
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE
from memsvc.store.transaction import Tx


def portray(runtime: Runtime, scope: Scope, user_id: str) -> Profile:
    """The person's profile, empty for one whom no memory names; NotFound for an unknown agent."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        person = number_of(runtime, tx, agent, PEOPLE, user_id)
        if person is None:
            return profile((), {})
        numbers = facts_about.numbers_about(tx, agent.agent_key, person, now)
        fading = fading_of(tx, agent, now, Kind.SEMANTIC)
        found = [fading.seen(one, now).memory for one in _opened(runtime, tx, agent, numbers)]
        facts = [one for one in found if one.fact is not None]
        ids = sorted({source for one in facts for source in one.source_ids[:1]})
        named = memories.numbers_of(tx, agent.agent_key, ids)
        sources = _opened(runtime, tx, agent, sorted(named.values()))
    return profile(facts, {one.id: one for one in sources})


def _opened(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> list[Memory]:
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    return sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
