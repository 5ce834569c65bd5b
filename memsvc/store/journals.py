"""Journals: which memories changed, read by indexes that follow, and trimmed."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from memsvc.store.tables import agents, changes
from memsvc.store.transaction import Tx


def changed_since(tx: Tx, agent_key: int, sequence: int) -> list[int] | None:
    """Numbers of memories changed after `sequence`; None when the journal does not reach back."""
    rows = tx.execute(
        select(changes.c.sequence, changes.c.number)
        .where(changes.c.agent_key == agent_key, changes.c.sequence > sequence)
        .order_by(changes.c.sequence)
    ).all()
    if rows and rows[0].sequence != sequence + 1:
        return None
    return list(dict.fromkeys(row.number for row in rows))


def trim_journals(tx: Tx, keep: int, most: int) -> bool:
    """Drop old changes beyond each agent's last `keep`; an index further behind is built anew.

    No more than `most` of an agent; True when there are more.
    """
    is_left = False
    long = tx.execute(select(agents.c.agent_key, agents.c.sequence).where(agents.c.sequence > keep))
    for agent_key, sequence in long.all():
        of_agent = changes.c.agent_key == agent_key
        oldest = tx.execute(select(func.min(changes.c.sequence)).where(of_agent)).scalar()
        if oldest is not None and oldest <= sequence - keep:
            last = min(sequence - keep, oldest + most - 1)
            tx.execute(delete(changes).where(of_agent, changes.c.sequence <= last))
            is_left |= last < sequence - keep
    return is_left
