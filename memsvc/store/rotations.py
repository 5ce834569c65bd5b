"""Which agents' keys are being replaced, or are to be."""

from __future__ import annotations

from sqlalchemy import func, select

from memsvc.store.tables import agents
from memsvc.store.transaction import Tx


def under_way(tx: Tx, key_bytes: int) -> list[int]:
    """Agents whose keys are just being replaced, or were when somebody died.

    Those have a wrapped key beside the other, so more than the `key_bytes` of one.
    """
    two = func.length(agents.c.wrapped_key) > key_bytes
    return list(tx.execute(select(agents.c.agent_key).where(two)).scalars())


def named(tx: Tx, tenant: str | None, agent_id: str | None) -> list[int]:
    """Surrogates of the agents of this name, of this tenant; None leaves one free.

    Without a tenant the service's own row is among them.
    """
    chosen = select(agents.c.agent_key).order_by(agents.c.agent_key)
    if tenant is not None:
        chosen = chosen.where(agents.c.tenant == tenant)
    if agent_id is not None:
        chosen = chosen.where(agents.c.agent_id == agent_id)
    return list(tx.execute(chosen).scalars())
