"""Rotate: an agent's key is replaced after keys that it wrapped were destroyed.

A key that was a row lingers in dead tuples and in the log, wrapped under its agent's key. Once the
survivors are wrapped under a new one and the old one is gone, nothing opens what lingers.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from memsvc.runtime import Runtime
from memsvc.store import agents, key_rows, state
from memsvc.store.transaction import Tx


def rotate_due(runtime: Runtime, after: timedelta) -> int:
    """Rotate the key of every agent whose first erasure since the last is `after` old; how many."""
    if not runtime.keyring.rotates:
        return 0
    with runtime.database.snapshot() as tx:
        due = agents.due_for_rotation(tx, runtime.clock.now() - after)
    for agent_key in due:
        rotate(runtime, agent_key)
    return len(due)


def rotate(runtime: Runtime, agent_key: int) -> None:
    """Give the agent a new key and wrap all its memories' keys under it, in one transaction."""
    runtime.database.write(partial(_rotate, runtime, agent_key))
    runtime.keyring.forget_agent_keys()


def _rotate(runtime: Runtime, agent_key: int, tx: Tx) -> None:
    agent = agents.by_key(tx, agent_key, lock=True)
    fresh = runtime.keyring.new_agent_key(agent_key)
    kept = key_rows.of_agent(tx, agent_key)
    rewrapped = runtime.keyring.rewrap(agent_key, agent.wrapped_key, fresh, kept)
    key_rows.replace(tx, agent_key, rewrapped)
    agents.set_key(tx, agent_key, fresh)
    agents.order_rotation(tx, agent_key, None)
    # What was replaced lingers until the tables are vacuumed; an earlier purge may be over.
    if state.get(tx, state.PURGE_DUE) is None:
        state.put(tx, state.PURGE_DUE, runtime.clock.now().isoformat())
