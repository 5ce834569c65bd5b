"""Consolidate: facts, summaries and what recurs are made of what was said, in runs.

A run is asked for, or due; the scheduler carries it out, one agent at a time among all processes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from memsvc.core.access import Scope
from memsvc.core.audit import SERVICE
from memsvc.core.consolidation.planning import Plan
from memsvc.core.consolidation.run import UNDER_WAY, RunStatus, Why
from memsvc.errors import NotFound, Unavailable, WrongState
from memsvc.operations import indexing
from memsvc.operations.consolidating.carry_out import Stopping, carry_out, planned
from memsvc.operations.consolidating.pace import Pace
from memsvc.operations.consolidating.take_back import take_back
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidating, consolidation_runs
from memsvc.store.consolidation_runs import RunRow
from memsvc.store.transaction import Tx

CLAIM = "consolidation"
LISTED = 50
NO_RUN = "No such run of this agent."


def _never() -> bool:
    return False


def preview(runtime: Runtime, scope: Scope, *, force: bool = False) -> Plan:
    """What a run would make now; nothing is written. Raises NotFound for an unknown agent."""
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
    found = planned(runtime, agent.agent_key, force=force, breathe=Pace().breathe)
    return Plan() if found is None else found[1]


def request_run(runtime: Runtime, scope: Scope, *, force: bool = False) -> RunRow:
    """Ask for a run, which the scheduler carries out; the one that is under way, where one is.

    Raises NotFound for an unknown agent.
    """

    def work(tx: Tx) -> RunRow:
        agent = indexing.known_agent(tx, scope, lock=True)
        under_way = consolidation_runs.latest(tx, agent.agent_key, 1, UNDER_WAY)
        if under_way:
            return under_way[0]
        run = RunRow(_new_id(), RunStatus.REQUESTED, runtime.clock.now(), counts={"force": force})
        consolidation_runs.add(tx, agent.agent_key, run)
        return run

    return runtime.database.write(work, scope.about)


def consolidate(runtime: Runtime, scope: Scope, *, force: bool = False) -> RunRow:
    """Ask for a run and carry it out here; how it ended.

    Raises NotFound for an unknown agent, Unavailable while another process carries out runs.
    """
    run = request_run(runtime, scope, force=force)
    with runtime.database.claim(CLAIM) as claimed:
        if not claimed:
            raise Unavailable("Another run is under way; try again.", retry_after=1)
        with runtime.database.snapshot() as tx:
            agent_key = indexing.known_agent(tx, scope).agent_key
        _advance(runtime, agent_key, run.run_id, _never)
    return get_run(runtime, scope, run.run_id)


def resume_runs(runtime: Runtime, stopping: Callable[[], bool] = _never) -> int:
    """Carry out the runs that were asked for or interrupted, the oldest first; how many."""
    with runtime.database.snapshot() as tx:
        waiting = consolidating.with_status(tx, UNDER_WAY)
    if not waiting:
        return 0
    with runtime.database.claim(CLAIM) as claimed:
        if not claimed:
            return 0
        for agent_key, run_id in waiting:
            if stopping():
                break
            _advance(runtime, agent_key, run_id, stopping)
    return len(waiting)


def _advance(runtime: Runtime, agent_key: int, run_id: str, stopping: Callable[[], bool]) -> None:
    with runtime.database.snapshot() as tx:
        agent = agents.any_by_key(tx, agent_key)
        run = consolidation_runs.find(tx, agent_key, run_id)
    if agent is None or run is None:
        return
    if run.status == RunStatus.ROLLING_BACK:
        take_back(runtime, agent_key, run, Why(run.counts["why"]))
    elif run.status in UNDER_WAY:
        try:
            carry_out(runtime, agent_key, Scope(agent.tenant, agent.agent_id), run, stopping)
        except Stopping:
            return


def get_run(runtime: Runtime, scope: Scope, run_id: str) -> RunRow:
    """A run as it stands; raises NotFound."""
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        run = consolidation_runs.find(tx, agent.agent_key, run_id)
    if run is None:
        raise NotFound(NO_RUN)
    return run


def list_runs(runtime: Runtime, scope: Scope) -> list[RunRow]:
    """The last runs of an agent, the newest first; raises NotFound for an unknown agent."""
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        return consolidation_runs.latest(tx, agent.agent_key, LISTED)


def roll_back(runtime: Runtime, scope: Scope, run_id: str, actor: str = SERVICE) -> RunRow:
    """Undo the last run that stands: what it made is erased, what it superseded stands again.

    Raises NotFound, and WrongState for a run that is under way, was rolled back already, or is not
    the last one.
    """

    def mark(tx: Tx) -> tuple[int, RunRow]:
        agent = indexing.known_agent(tx, scope, lock=True)
        run = consolidation_runs.find(tx, agent.agent_key, run_id)
        if run is None:
            raise NotFound(NO_RUN)
        if run.status == RunStatus.ROLLING_BACK:
            return agent.agent_key, run
        standing = consolidation_runs.latest(tx, agent.agent_key, 1, [*UNDER_WAY, RunStatus.DONE])
        if run.status != RunStatus.DONE or standing[0].run_id != run_id:
            raise WrongState(
                "Only the last run that is done can be rolled back; a later one comes first."
            )
        counts = {**run.counts, "why": Why.ASKED.value}
        run = replace(run, status=RunStatus.ROLLING_BACK, counts=counts)
        consolidation_runs.change(tx, agent.agent_key, run)
        return agent.agent_key, run

    agent_key, run = runtime.database.write(mark, scope.about)
    return take_back(runtime, agent_key, run, Why.ASKED, actor)


def _new_id() -> str:
    return secrets.token_hex(16)
