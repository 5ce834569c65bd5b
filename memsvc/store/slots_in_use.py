"""Which key slots belong to whom, as the rows say that need them."""

from __future__ import annotations

from sqlalchemy import select

from memsvc.store import agents
from memsvc.store.state import SLOTTED
from memsvc.store.tables import metadata
from memsvc.store.transaction import Tx


def of_agent(tx: Tx, agent_key: int) -> list[int]:
    """The slots that the agent's key wraps, ascending.

    The service's own row has those of rows that belong to no agent.
    """
    tables = [metadata.tables[name] for name in SLOTTED]
    if agent_key == agents.service(tx).agent_key:
        found = [select(one.c.key_slot) for one in tables if "agent_key" not in one.c]
    else:
        found = [
            select(one.c.key_slot).where(one.c.agent_key == agent_key)
            for one in tables
            if "agent_key" in one.c
        ]
    slots = [slot for statement in found for slot in tx.execute(statement).scalars()]
    return sorted(slot for slot in slots if slot is not None)
