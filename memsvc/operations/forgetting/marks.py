"""Marks that name whom or what is forgotten go along, with identities that only they name."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.order import Selector
from memsvc.operations.forgetting.people import subject_of
from memsvc.operations.identify import token
from memsvc.runtime import Runtime
from memsvc.store import agents, identities, marked_sources, selections, shreddings, state
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS, Register
from memsvc.store.transaction import Tx


def forget_marks(runtime: Runtime, tx: Tx, tenant: str, selector: Selector) -> None:
    """Let go of the marks of people, or of whole sessions of an agent, that are forgotten."""
    if selector.means_whole_people:
        tokens = {
            one
            for id_ in selector.subject_ids
            for one in subject_of(runtime, tx, tenant, id_).tokens
        }
        people = selections.of_people_by_agent(tx, tokens)
        for agent_key in selections.agents_of(tx, tenant, people):
            _forget(runtime, tx, agents.by_key(tx, agent_key, lock=True), PEOPLE, people[agent_key])
    elif _means_whole_sessions(selector):
        agent = agents.find(tx, tenant, selector.agent_id or "", lock=True)
        if agent is not None:
            tokens = {token(runtime, agent, SESSIONS, one) for one in selector.session_ids}
            numbers = selections.of_sessions(tx, agent.agent_key, tokens)
            _forget(runtime, tx, agent, SESSIONS, numbers)


def _means_whole_sessions(selector: Selector) -> bool:
    narrowed = selector.subject_ids or selector.memory_ids or selector.since or selector.until
    return bool(selector.session_ids) and not narrowed


def _forget(
    runtime: Runtime, tx: Tx, agent: Agent, register: Register, numbers: Sequence[int]
) -> None:
    marked_sources.erase_naming(tx, register, agent.agent_key, numbers)
    slots = identities.erase_unnamed(tx, register, agent.agent_key, numbers)
    if slots:
        now = runtime.clock.now()
        shreddings.order(tx, agent.agent_key, slots, now)
        state.order_purge(tx, now)
        if runtime.keyring.rotates:
            agents.order_rotation(tx, agent.agent_key, now)
