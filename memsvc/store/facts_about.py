"""Facts about a person: semantic memories that came from somebody or are about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from memsvc.core.memory import Kind
from memsvc.store.memories import UNRESTRICTED
from memsvc.store.tables import memories, memory_subjects
from memsvc.store.transaction import Tx


def numbers_about(tx: Tx, agent_key: int, person_no: int, now: datetime) -> list[int]:
    """Numbers of the semantic memories of or about a person that a reader may see, ascending."""
    about = select(memory_subjects.c.number).where(
        memory_subjects.c.agent_key == agent_key, memory_subjects.c.person_no == person_no
    )
    statement = (
        select(memories.c.number)
        .where(
            memories.c.agent_key == agent_key,
            memories.c.kind == Kind.SEMANTIC,
            or_(memories.c.user_no == person_no, memories.c.number.in_(about)),
            or_(memories.c.expires_at.is_(None), memories.c.expires_at > now),
            UNRESTRICTED,
        )
        .order_by(memories.c.number)
    )
    return list(tx.execute(statement).scalars())
