"""Rotate: an agent's key is replaced, and with it what wraps the keys of its memories.

A key that was a row lingers in dead tuples and in the log, wrapped under its agent's key. Once the
survivors are wrapped under a new one and the old one is gone, nothing opens what lingers: so an
erasure orders it. A key in the file lingers nowhere; there a rotation is for who fears that the
agent's key is known.

The new key is put beside the old one first: from then on it wraps what is written, and both open.
Then the survivors are wrapped anew part by part, so that no writer waits longer than for a part.
The old one goes with the last. A rotation that was interrupted is seen by its two keys, and gone
through again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from memsvc.errors import NotFound
from memsvc.runtime import Safe
from memsvc.sealing.aead import WRAPPED_BYTES
from memsvc.sealing.keyring import being_replaced, beside_older, newest
from memsvc.store import agents, key_rows, rotations, slots_in_use, state
from memsvc.store.transaction import Tx

PART = 1000
"""Keys wrapped anew in one transaction: some 25 ms."""


def rotate_due(safe: Safe, after: timedelta) -> int:
    """Rotate the key of every agent whose first erasure since the last is `after` old; how many."""
    if not safe.keyring.rotates:
        return 0
    now = safe.clock.now()
    with safe.database.snapshot() as tx:
        due = agents.due_for_rotation(tx, now - after, now, WRAPPED_BYTES)
    for agent_key in due:
        rotate(safe, agent_key)
    return len(due)


def finish_rotations(safe: Safe) -> int:
    """At a start, finish what a process left that died in the midst of it; how many there were.

    Where keys are rows that is `rotate_due`'s affair.
    """
    if safe.keyring.rotates:
        return 0
    with safe.database.snapshot() as tx:
        begun = rotations.under_way(tx, WRAPPED_BYTES)
    for agent_key in begun:
        rotate(safe, agent_key)
    return len(begun)


def rotate_all(safe: Safe, tenant: str | None, agent_id: str | None) -> int:
    """Rotate the key of this agent, of all of the tenant, or of all there are; how many.

    With all goes the service's own. In tier `store` no key wraps anything, so none is replaced.
    Raises NotFound for an agent that is not there.
    """
    if safe.keyring.tier == "store":
        return 0
    with safe.database.snapshot() as tx:
        chosen = rotations.named(tx, tenant, agent_id)
    if agent_id is not None and not chosen:
        raise NotFound("No such agent.")
    for agent_key in chosen:
        rotate(safe, agent_key)
    return len(chosen)


def rotate(safe: Safe, agent_key: int) -> None:
    """Give the agent a new key and wrap all its memories' keys under it; or finish doing so."""
    pair = safe.database.write(partial(_begin, safe, agent_key))
    if safe.keyring.rotates:
        done: int | None = -1
        while done is not None:
            done = safe.database.write(partial(_wrap_rows, safe, agent_key, pair, done))
    else:
        _wrap_file(safe, agent_key, pair)
    safe.database.write(partial(_end, safe, agent_key, pair))
    safe.keyring.forget_agent_keys()


def _begin(safe: Safe, agent_key: int, tx: Tx) -> bytes:
    """The agent's two wrapped keys, by which everybody knows this rotation; none, once erased."""
    agent = agents.any_by_key(tx, agent_key, lock=True)
    if agent is None:
        return b""
    if being_replaced(agent.wrapped_key):
        return agent.wrapped_key
    pair = beside_older(safe.keyring.new_agent_key(agent_key), agent.wrapped_key)
    agents.set_key(tx, agent_key, pair)
    # What is erased from now on orders the next rotation.
    agents.order_rotation(tx, agent_key, None)
    return pair


def _is_over(tx: Tx, agent_key: int, pair: bytes) -> bool:
    """Whether another process has finished it, or erased the agent.

    The next may have begun already: who then went on would end that one, though it passed by what
    was written in between.
    """
    agent = agents.any_by_key(tx, agent_key, lock=True)
    return agent is None or agent.wrapped_key != pair


def _wrap_rows(safe: Safe, agent_key: int, pair: bytes, done: int, tx: Tx) -> int | None:
    """Wrap the next keys above slot `done`; returns the last of them, None when all are done."""
    if _is_over(tx, agent_key, pair):
        return None
    part = key_rows.some_of_agent(tx, agent_key, done, PART)
    key_rows.replace(tx, agent_key, safe.keyring.rewrap(agent_key, pair, part))
    return max(part) if len(part) == PART else None


def _wrap_file(safe: Safe, agent_key: int, pair: bytes) -> None:
    """Wrap the keys in the file that were there when the new one came."""
    with safe.database.snapshot() as tx:
        slots = slots_in_use.of_agent(tx, agent_key)

    def work(part: Sequence[int], tx: Tx) -> None:
        # Within a write: a backup copies rows and file in one, and must not meet half a slot.
        if not _is_over(tx, agent_key, pair):
            safe.keyring.rewrap_in_place(agent_key, pair, part)

    for start in range(0, len(slots), PART):
        safe.database.write(partial(work, slots[start : start + PART]))


def _end(safe: Safe, agent_key: int, pair: bytes, tx: Tx) -> None:
    """Let go of the old key: all that it wrapped is durable under the new one."""
    if _is_over(tx, agent_key, pair):
        return
    agents.set_key(tx, agent_key, newest(pair))
    # What was replaced lingers until the tables are vacuumed; an earlier purge may be over.
    state.order_purge(tx, safe.clock.now())
