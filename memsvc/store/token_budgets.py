"""Tokens of models that agents used, day by day: counts alone, shared by all processes."""

from __future__ import annotations

from functools import partial

from sqlalchemy import case, delete, insert, literal, select, update

from memsvc.clock import Clock
from memsvc.store.database import Database
from memsvc.store.living_tables import token_budgets
from memsvc.store.locks import lock
from memsvc.store.tables import agents
from memsvc.store.transaction import Tx


class TokenBudgets:
    """At most `limit` tokens of each agent and UTC day, in the database.

    Each call is a transaction of its own. Raises StorageFull or Unavailable.
    """

    def __init__(self, database: Database, clock: Clock, limit: int) -> None:
        self._database, self._clock, self._limit = database, clock, limit

    def reserve(self, agent_key: int, tokens: int) -> str | None:
        """The day (ISO) they are taken from; None where they do not fit or there is no agent."""
        day = self._clock.now().date().isoformat()
        work = partial(reserve, agent_key=agent_key, day=day, tokens=tokens, limit=self._limit)
        return day if self._database.write(work, _about(agent_key)) else None

    def settle(self, agent_key: int, day: str, reserved: int, used: int) -> None:
        """Replace what was reserved on the day by what was used, which may be more."""
        work = partial(settle, agent_key=agent_key, day=day, more=used - reserved)
        self._database.write(work, _about(agent_key))


def _about(agent_key: int) -> str:
    return f"token budget {agent_key:020}"


def reserve(tx: Tx, agent_key: int, day: str, tokens: int, limit: int) -> bool:
    """Add to what the agent used on the day, unless that would exceed the limit; whether it did.

    One statement compares and adds, so that two processes cannot both take the last tokens.
    """
    if tokens < 0:
        raise ValueError("tokens to reserve must not be negative")
    statement = (
        update(token_budgets)
        .where(
            token_budgets.c.agent_key == agent_key,
            token_budgets.c.day == day,
            token_budgets.c.used + tokens <= limit,
        )
        .values(used=token_budgets.c.used + tokens)
    )
    if tx.execute(statement).rowcount:
        return True
    # There is no row of the day, or too little is left; or another process has just made the row.
    _open(tx, agent_key, day)
    return tx.execute(statement).rowcount == 1


def settle(tx: Tx, agent_key: int, day: str, more: int) -> None:
    """Add to what the agent used on the day, or take from it; it never falls below zero."""
    used = token_budgets.c.used + more
    tx.execute(
        update(token_budgets)
        .where(token_budgets.c.agent_key == agent_key, token_budgets.c.day == day)
        .values(used=case((used < 0, 0), else_=used))
    )


def used(tx: Tx, agent_key: int, day: str) -> int:
    """Tokens that the agent used and reserved on the day (ISO)."""
    found = tx.execute(
        select(token_budgets.c.used).where(
            token_budgets.c.agent_key == agent_key, token_budgets.c.day == day
        )
    ).scalar()
    return found or 0


def _open(tx: Tx, agent_key: int, day: str) -> None:
    """Make the row of a day, unless it stands or there is no agent, and drop those of earlier days.

    What was reserved on a day that is dropped needs settling no more.
    """
    # Two processes may find that there is no row yet.
    lock(tx, _about(agent_key))
    of_agent = token_budgets.c.agent_key == agent_key
    standing = select(token_budgets.c.day).where(of_agent, token_budgets.c.day == day)
    if tx.execute(standing).first() is not None:
        return
    row = select(agents.c.agent_key, literal(day), literal(0)).where(
        agents.c.agent_key == agent_key
    )
    tx.execute(insert(token_budgets).from_select(["agent_key", "day", "used"], row))
    tx.execute(delete(token_budgets).where(of_agent, token_budgets.c.day < day))
