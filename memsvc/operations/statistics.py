"""Statistics of an agent: how much it remembers, and what its handbook is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from memsvc.core.access import Scope
from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.worth import HandbookWorth
from memsvc.operations.handbook.book import load
from memsvc.operations.handbook.known_worth import as_outcomes
from memsvc.operations.handbook.report import handbook_as_a_whole
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store import memories, offer_outcomes, traces


@dataclass(frozen=True, slots=True)
class HandbookStatistics:
    """A handbook in figures: its version, behaviors by status, traces, and what it is worth."""

    version: int
    behaviors: Mapping[BehaviorStatus, int]
    traces: int
    worth: HandbookWorth


@dataclass(frozen=True, slots=True)
class AgentStatistics:
    """An agent in figures: memories that readers may see, whatever their status; its handbook."""

    memories: int
    handbook: HandbookStatistics


def agent_statistics(runtime: Runtime, scope: Scope) -> AgentStatistics:
    """The figures of an agent; raises NotFound for an unknown one."""
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        book = load(runtime, tx, agent)
        outcomes = offer_outcomes.since(tx, agent.agent_key)
        tried = traces.count(tx, agent.agent_key)
        held = memories.count(tx, agent.agent_key)
    by_status = Counter(line.status for line in book.lines.values())
    behaviors = {status: by_status[status] for status in BehaviorStatus}
    worth = handbook_as_a_whole(agent.settings.handbook, as_outcomes(outcomes), book.tokens)
    return AgentStatistics(held, HandbookStatistics(book.version, behaviors, tried, worth))
