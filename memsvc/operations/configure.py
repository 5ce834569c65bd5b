"""Configure: an agent's settings are replaced."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.audit import SERVICE, Act, Action
from memsvc.operations.audit import record
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def configure(
    runtime: Runtime, scope: Scope, settings: AgentSettings, *, actor: str = SERVICE
) -> Agent:
    """Replace all settings of an agent, which is made if there is none; as it stands then.

    Searches and writes that begin afterwards go by them, in whatever process; what a retention
    policy makes due is erased within minutes. The audit log names the actor.
    """
    work = partial(_configure, runtime, scope, settings, actor)
    return runtime.database.write(work, scope.about)


def _configure(
    runtime: Runtime, scope: Scope, settings: AgentSettings, actor: str, tx: Tx
) -> Agent:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    agents.set_settings(tx, agent.agent_key, settings)
    act = Act(actor, Action.AGENT_CONFIGURED, agent_key=agent.agent_key)
    record(runtime, tx, scope.tenant, act)
    return replace(agent, settings=settings)
