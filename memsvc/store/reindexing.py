"""Which vectors come from another model than the present one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update

from memsvc.store.tables import vectors
from memsvc.store.transaction import Tx


def outdated(tx: Tx, model_no: int) -> int:
    """How many vectors are of another model."""
    statement = select(func.count()).select_from(vectors).where(vectors.c.model_no != model_no)
    return int(tx.execute(statement).scalar_one())


def some_outdated(tx: Tx, model_no: int, limit: int) -> list[tuple[int, int]]:
    """Up to `limit` (agent_key, number) of them, agent by agent."""
    rows = tx.execute(
        select(vectors.c.agent_key, vectors.c.number)
        .where(vectors.c.model_no != model_no)
        .order_by(vectors.c.agent_key, vectors.c.number)
        .limit(limit)
    )
    return [(row.agent_key, row.number) for row in rows]


def pass_over(agent_key: int, numbers: Sequence[int], model_no: int, tx: Tx) -> None:
    """Count these as done, though no key opens them any more."""
    if numbers:
        tx.execute(
            update(vectors)
            .where(vectors.c.agent_key == agent_key, vectors.c.number.in_(numbers))
            .values(model_no=model_no)
        )
