"""Succeed: a newer derived memory takes the place of older ones of the same unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from memsvc.core.memory import Status
from memsvc.store import agents, memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def succeed(tx: Tx, agent: Agent, numbers: Sequence[int], by: str, since: datetime) -> int:
    """Have the memory with id `by` supersede these, of which some may be gone; how many it does.

    One that is restricted is superseded all the same: it must not stand beside the newer one when
    it is let go.
    """
    rows = memories.by_numbers(tx, agent.agent_key, numbers, restricted=True) if numbers else []
    ends = {row.number: row.valid_to for row in rows if row.id != by}
    superseded = sorted(ends)
    for number in superseded:
        values = {"status": Status.SUPERSEDED, "superseded_by": by, "superseded_at": since}
        # It is over at once, whatever was to end it later.
        until = {} if ends[number] is None else {"valid_to": min(ends[number], since)}
        memories.change(tx, agent.agent_key, number, values | until)
    if superseded:
        agents.record(tx, agent.agent_key, superseded)
    return len(superseded)
