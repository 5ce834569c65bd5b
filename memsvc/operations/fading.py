"""How an agent's memories fade as of now, where there is no index at hand to ask."""

from __future__ import annotations

from datetime import datetime

from memsvc.core.fading import Fading, bounded
from memsvc.core.memory import Kind
from memsvc.store.agents import Agent
from memsvc.store.fading import cutoffs
from memsvc.store.transaction import Tx


def fading_of(tx: Tx, agent: Agent, now: datetime, kind: Kind | None = None) -> Fading:
    """The agent's policies with their bounds; with a kind, budgets are looked at for it alone."""
    budgets = agent.settings.decay.budgets
    asked = {one: most for one, most in budgets.items() if kind in (None, one)}
    return bounded(agent.settings.decay, cutoffs(tx, agent.agent_key, asked, now))
