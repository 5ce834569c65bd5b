"""Configure: an agent's settings are replaced."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.weights import Weights
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def configure(runtime: Runtime, scope: Scope, weights: Weights) -> Agent:
    """Replace all settings of an agent, which is made if there is none; as it stands then.

    Searches that begin afterwards go by them, in whatever process.
    """
    return runtime.database.write(partial(_configure, runtime, scope, weights), scope.about)


def _configure(runtime: Runtime, scope: Scope, weights: Weights, tx: Tx) -> Agent:
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    agents.set_settings(tx, agent.agent_key, weights)
    return replace(agent, weights=weights)
