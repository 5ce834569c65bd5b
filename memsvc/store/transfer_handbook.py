"""What an import asks of an agent's offers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from memsvc.store.handbook_tables import offer_outcomes
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx


def told_among(tx: Tx, agent_key: int, offers: Sequence[str]) -> set[str]:
    """Those of these offers of which the agent was told what came of them."""
    found: set[str] = set()
    for start in range(0, len(offers), CHUNK):
        statement = select(offer_outcomes.c.offer).where(
            offer_outcomes.c.agent_key == agent_key,
            offer_outcomes.c.offer.in_(offers[start : start + CHUNK]),
        )
        found.update(tx.execute(statement).scalars())
    return found
