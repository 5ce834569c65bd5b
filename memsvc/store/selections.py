"""Which memories an order selects, by numbers; restricted ones are selected, too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select

from memsvc.store.memories import CHUNK
from memsvc.store.tables import agents, memories, memory_subjects, people, sessions
from memsvc.store.transaction import Tx


def of_people_by_agent(tx: Tx, tokens: Collection[bytes]) -> dict[int, list[int]]:
    """Numbers of the people behind these tokens, by agent; tokens differ between tenants."""
    rows = tx.execute(
        select(people.c.agent_key, people.c.person_no)
        .where(people.c.token.in_(list(tokens)))
        .order_by(people.c.agent_key, people.c.person_no)
    )
    found: dict[int, list[int]] = {}
    for agent_key, person_no in rows:
        found.setdefault(agent_key, []).append(person_no)
    return found


def of_sessions(tx: Tx, agent_key: int, tokens: Collection[bytes]) -> list[int]:
    """Numbers of the agent's sessions behind these tokens."""
    statement = select(sessions.c.session_no).where(
        sessions.c.agent_key == agent_key, sessions.c.token.in_(list(tokens))
    )
    return sorted(tx.execute(statement).scalars())


def named_by(tx: Tx, agent_key: int, person_nos: Sequence[int]) -> list[int]:
    """Memories that came from these people or are about them, ascending."""
    came_from = select(memories.c.number).where(
        memories.c.agent_key == agent_key, memories.c.user_no.in_(person_nos)
    )
    are_about = select(memory_subjects.c.number).where(
        memory_subjects.c.agent_key == agent_key, memory_subjects.c.person_no.in_(person_nos)
    )
    return sorted({*tx.execute(came_from).scalars(), *tx.execute(are_about).scalars()})


def within(
    tx: Tx,
    agent_key: int,
    session_nos: Sequence[int] | None,
    since: datetime | None,
    until: datetime | None,
) -> list[int]:
    """The agent's memories of these sessions (None: of any), in [since, until), ascending.

    A memory's time is its event time, or when it was recorded.
    """
    happened = func.coalesce(memories.c.event_time, memories.c.created_at)
    statement = select(memories.c.number).where(memories.c.agent_key == agent_key)
    if session_nos is not None:
        statement = statement.where(memories.c.session_no.in_(session_nos))
    if since is not None:
        statement = statement.where(happened >= since)
    if until is not None:
        statement = statement.where(happened < until)
    return list(tx.execute(statement.order_by(memories.c.number)).scalars())


def is_empty(tx: Tx, agent_key: int) -> bool:
    """Whether the agent has no memory left."""
    return not tx.execute(select(exists().where(memories.c.agent_key == agent_key))).scalar()


def ids(tx: Tx, agent_key: int, numbers: Sequence[int]) -> list[str]:
    """Ids of these memories."""
    found: list[str] = []
    for start in range(0, len(numbers), CHUNK):
        statement = select(memories.c.id).where(
            memories.c.agent_key == agent_key,
            memories.c.number.in_(numbers[start : start + CHUNK]),
        )
        found += tx.execute(statement).scalars()
    return found


def slots(tx: Tx, agent_key: int, numbers: Sequence[int]) -> list[int]:
    """Key slots of these memories."""
    found: list[int] = []
    for start in range(0, len(numbers), CHUNK):
        statement = select(memories.c.key_slot).where(
            memories.c.agent_key == agent_key,
            memories.c.number.in_(numbers[start : start + CHUNK]),
        )
        found += [one for one in tx.execute(statement).scalars() if one is not None]
    return found


def agents_of(tx: Tx, tenant: str, keys: Collection[int]) -> list[int]:
    """Those of these agents that are the tenant's, in order of their ids."""
    statement = (
        select(agents.c.agent_key)
        .where(agents.c.tenant == tenant, agents.c.agent_key.in_(list(keys)))
        .order_by(agents.c.agent_id)
    )
    return list(tx.execute(statement).scalars())
