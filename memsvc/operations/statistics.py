"""Statistics: an agent, a tenant and the service in figures; nothing of what anybody says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.forget_request import ALARMS, RequestStatus
from memsvc.core.memory import Event
from memsvc.operations.indexing import known_agent
from memsvc.operations.statistics_activity import (
    ActivityOverTime,
    RecallFigures,
    Timeline,
    events,
    over_time,
    recall_figures,
)
from memsvc.operations.statistics_handbook import (
    HandbooksStatistics,
    HandbookStatistics,
    handbook_statistics,
    handbooks_statistics,
)
from memsvc.operations.statistics_memories import EXACT_UP_TO, MemoryFigures, memory_figures
from memsvc.operations.statistics_process import ProcessFigures, process_figures
from memsvc.runtime import Runtime
from memsvc.store import figures, forget_requests
from memsvc.store.reach import Reach
from memsvc.store.transaction import Tx

Sees = Callable[[str], bool]
"""Whether whoever asks may see the agent of this id."""


@dataclass(frozen=True, slots=True)
class AgentStatistics:
    """An agent in figures: its memories, what was done of late, its handbook."""

    memories: MemoryFigures
    events: Mapping[Event, int]
    recall: RecallFigures
    handbook: HandbookStatistics


@dataclass(frozen=True, slots=True)
class ForgetFigures:
    """Forget requests of a tenant; `due` are those open ones that used half of their time."""

    by_status: Mapping[RequestStatus, int]
    open: int
    due: int
    overdue: int


@dataclass(frozen=True, slots=True)
class TenantStatistics:
    """A tenant in figures; `forget_requests` and `service` are None for who may not see them.

    That somebody was, or is to be, forgotten is for operators to know.
    """

    agents: int
    memories: MemoryFigures
    events: Mapping[Event, int]
    recall: RecallFigures
    handbooks: HandbooksStatistics
    forget_requests: ForgetFigures | None
    service: ProcessFigures | None


def agent_statistics(runtime: Runtime, scope: Scope) -> AgentStatistics:
    """The figures of an agent; raises NotFound for an unknown one."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, scope)
        reach = Reach(scope.tenant, (agent.agent_key,))
        return AgentStatistics(
            memory_figures(runtime, tx, reach, now),
            events(tx, reach, now),
            recall_figures(tx, reach, now),
            handbook_statistics(runtime, tx, agent),
        )


def tenant_statistics(
    runtime: Runtime, tenant: str, sees: Sees | None = None, *, operator: bool = False
) -> TenantStatistics:
    """The figures of a tenant's agents, or of those that `sees` lets through.

    Agents are counted that have memories or settings. An `operator` is told of forget requests, of
    the process and the whole database, too; others of the latter two only where there is no other
    tenant, and not of tombstones.
    """
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        reach = _reach(tx, tenant, sees)
        is_whole = reach.agent_keys is None
        told = operator or (is_whole and figures.is_alone(tx, tenant))
        memories = memory_figures(runtime, tx, reach, now)
        return TenantStatistics(
            agents=_agents_in_use(runtime, tx, reach, now, memories.memories),
            memories=memories,
            events=events(tx, reach, now),
            recall=recall_figures(tx, reach, now),
            handbooks=handbooks_statistics(runtime, tx, reach),
            forget_requests=_forgetting(tx, tenant, now) if operator and is_whole else None,
            service=process_figures(runtime, tx, operator=operator) if told else None,
        )


def _agents_in_use(runtime: Runtime, tx: Tx, reach: Reach, now: datetime, memories: int) -> int:
    """Looks at each agent: beside many memories, not for every page."""
    look = partial(figures.count_in_use, tx, reach)
    return look() if memories <= EXACT_UP_TO else runtime.in_use.get(reach, now, look)


def activity_over_time(
    runtime: Runtime,
    tenant: str,
    timeline: Timeline,
    agent_id: str | None = None,
    sees: Sees | None = None,
) -> ActivityOverTime:
    """A measure over time, of one agent or of all that `sees` lets through.

    Raises NotFound for an unknown agent, and InvalidRequest for a span that is empty or too long.
    """
    with runtime.database.snapshot() as tx:
        if agent_id is None:
            return over_time(tx, _reach(tx, tenant, sees), timeline)
        agent = known_agent(tx, Scope(tenant, agent_id))
        return over_time(tx, Reach(tenant, (agent.agent_key,)), timeline)


def _reach(tx: Tx, tenant: str, sees: Sees | None) -> Reach:
    if sees is None:
        return Reach(tenant)
    named = figures.agent_keys(tx, tenant)
    return Reach(tenant, tuple(key for key, agent_id in named if sees(agent_id)))


def _forgetting(tx: Tx, tenant: str, now: datetime) -> ForgetFigures:
    counts = forget_requests.counted(tx, tenant)
    used = [
        100 * (now - received) / (due - received)
        for received, due in forget_requests.open_until(tx, tenant)
    ]
    return ForgetFigures(
        {status: counts.get(status, 0) for status in RequestStatus},
        len(used),
        sum(one >= ALARMS[0] for one in used),
        sum(one >= 100 for one in used),
    )
