"""Task classes as the database has them: tokens, for a class may be named after anything."""

from __future__ import annotations

from memsvc.runtime import Safe
from memsvc.store.agents import Agent


def class_token(safe: Safe, agent: Agent, task_class: str) -> bytes:
    """16 bytes for a class of tasks of one agent; none for tasks without a class."""
    if not task_class:
        return b""
    return safe.keyring.token(agent.tenant, "task class", f"{agent.agent_key} {task_class}")
