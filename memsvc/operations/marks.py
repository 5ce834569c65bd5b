"""Marks: drafts from a source that an operator does not trust go into quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memsvc.operations.identify import token
from memsvc.operations.insert import Judged
from memsvc.runtime import Runtime
from memsvc.store import identities, marked_sources
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS, Register
from memsvc.store.transaction import Tx

FROM_MARKED = "It comes from a source that an operator marked."


def doubted(runtime: Runtime, tx: Tx, agent: Agent, offers: Sequence[Judged]) -> list[Judged]:
    """The offers, those from marked sources to be put into quarantine."""
    marks = marked_sources.of_agent(tx, agent.agent_key)
    if not marks:
        return list(offers)
    people = _numbers(runtime, tx, agent, PEOPLE, {one.draft.user_id for one in offers})
    sessions = _numbers(runtime, tx, agent, SESSIONS, {one.draft.session_id for one in offers})
    judged = []
    for one in offers:
        draft = one.draft
        source = draft.channel, people.get(draft.user_id), sessions.get(draft.session_id)
        marked = any(mark.covers(*source) for mark in marks)
        judged.append(replace(one, doubt=FROM_MARKED) if marked else one)
    return judged


def _numbers(
    runtime: Runtime, tx: Tx, agent: Agent, register: Register, named: set[str | None]
) -> dict[str | None, int]:
    """The numbers of those of these identities that are known: nobody marks an unknown one."""
    tokens = {one: token(runtime, agent, register, one) for one in named if one}
    if not tokens:
        return {}
    known = identities.find_all(tx, register, agent.agent_key, sorted(tokens.values()))
    return {one: known[its] for one, its in tokens.items() if its in known}
