"""Rotate: an agent's key is replaced after keys that it wrapped were destroyed.

A key that was a row lingers in dead tuples and in the log, wrapped under its agent's key. Once the
survivors are wrapped under a new one and the old one is gone, nothing opens what lingers.

The new key is put beside the old one first: from then on it wraps what is written, and both open.
Then the survivors are wrapped anew part by part, so that no writer waits longer than for a part.
The old one goes with the last. A rotation that was interrupted is seen by its two keys, and gone
through again.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from memsvc.runtime import Runtime
from memsvc.sealing.aead import WRAPPED_BYTES
from memsvc.sealing.keyring import being_replaced, beside_older, newest
from memsvc.store import agents, key_rows, state
from memsvc.store.transaction import Tx

PART = 1000
"""Keys wrapped anew in one transaction: some 25 ms."""


def rotate_due(runtime: Runtime, after: timedelta) -> int:
    """Rotate the key of every agent whose first erasure since the last is `after` old; how many."""
    if not runtime.keyring.rotates:
        return 0
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        due = agents.due_for_rotation(tx, now - after, now, WRAPPED_BYTES)
    for agent_key in due:
        rotate(runtime, agent_key)
    return len(due)


def rotate(runtime: Runtime, agent_key: int) -> None:
    """Give the agent a new key and wrap all its memories' keys under it; or finish doing so."""
    runtime.database.write(partial(_begin, runtime, agent_key))
    done: int | None = -1
    while done is not None:
        done = runtime.database.write(partial(_wrap_anew, runtime, agent_key, done))
    runtime.keyring.forget_agent_keys()


def _begin(runtime: Runtime, agent_key: int, tx: Tx) -> None:
    agent = agents.by_key(tx, agent_key, lock=True)
    if being_replaced(agent.wrapped_key):
        return
    fresh = runtime.keyring.new_agent_key(agent_key)
    agents.set_key(tx, agent_key, beside_older(fresh, agent.wrapped_key))
    # What is erased from now on orders the next rotation.
    agents.order_rotation(tx, agent_key, None)


def _wrap_anew(runtime: Runtime, agent_key: int, done: int, tx: Tx) -> int | None:
    """Wrap the next keys above slot `done`; returns the last of them, None when all are done."""
    agent = agents.by_key(tx, agent_key, lock=True)
    if not being_replaced(agent.wrapped_key):
        # Another process has finished it.
        return None
    part = key_rows.some_of_agent(tx, agent_key, done, PART)
    key_rows.replace(tx, agent_key, runtime.keyring.rewrap(agent_key, agent.wrapped_key, part))
    if len(part) == PART:
        return max(part)
    agents.set_key(tx, agent_key, newest(agent.wrapped_key))
    # What was replaced lingers until the tables are vacuumed; an earlier purge may be over.
    if state.get(tx, state.PURGE_DUE) is None:
        state.put(tx, state.PURGE_DUE, runtime.clock.now().isoformat())
    return None
