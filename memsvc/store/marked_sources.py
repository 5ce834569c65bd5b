"""Sources that an operator does not trust: a channel, a person, a session, or several of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update

from memsvc.core.memory import Status
from memsvc.store import tallies
from memsvc.store.identities import PEOPLE, Register
from memsvc.store.living_tables import marked_sources
from memsvc.store.memories import CHUNK
from memsvc.store.prepared import PreparedSelect
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked source: what comes from it has all that is given here; None leaves a part free."""

    id: str
    channel: str | None
    user_no: int | None
    session_no: int | None
    marked_at: datetime

    def covers(self, channel: str, user_no: int | None, session_no: int | None) -> bool:
        """Whether something with these comes from it."""
        wanted = (self.channel, self.user_no, self.session_no)
        held = (channel, user_no, session_no)
        return all(one is None or one == other for one, other in zip(wanted, held, strict=True))


# Every write asks for them.
_OF_AGENT = PreparedSelect(
    select(
        marked_sources.c.id,
        marked_sources.c.channel,
        marked_sources.c.user_no,
        marked_sources.c.session_no,
        marked_sources.c.marked_at,
    )
    .where(marked_sources.c.agent_key == bindparam("agent_key"))
    .order_by(marked_sources.c.marked_at, marked_sources.c.id)
)


def of_agent(tx: Tx, agent_key: int) -> list[Mark]:
    """The agent's marks, oldest first."""
    return [Mark(*row) for row in _OF_AGENT.rows(tx, agent_key)]


def add(tx: Tx, agent_key: int, mark: Mark) -> None:
    """Store a mark."""
    tx.execute(
        insert(marked_sources).values(
            agent_key=agent_key,
            id=mark.id,
            channel=mark.channel,
            user_no=mark.user_no,
            session_no=mark.session_no,
            marked_at=mark.marked_at,
        )
    )


def remove(tx: Tx, agent_key: int, mark_id: str) -> None:
    """Take a mark away."""
    tx.execute(
        delete(marked_sources).where(
            marked_sources.c.agent_key == agent_key, marked_sources.c.id == mark_id
        )
    )


def erase_naming(tx: Tx, register: Register, agent_key: int, numbers: Sequence[int]) -> None:
    """Delete the marks that name any of these people or sessions."""
    column = marked_sources.c.user_no if register is PEOPLE else marked_sources.c.session_no
    tx.execute(
        delete(marked_sources).where(
            marked_sources.c.agent_key == agent_key, column.in_(list(numbers))
        )
    )


def numbers_from(
    tx: Tx, agent_key: int, mark: Mark, *, status: str | None = None, other_than: str | None = None
) -> list[int]:
    """Memories that come from a source, ascending; of one status, or of any other than one."""
    conditions = [memories.c.agent_key == agent_key, *_from(mark)]
    if status is not None:
        conditions.append(memories.c.status == status)
    if other_than is not None:
        conditions.append(memories.c.status != other_than)
    found = select(memories.c.number).where(*conditions).order_by(memories.c.number)
    return list(tx.execute(found).scalars())


def quarantine(tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Put memories into quarantine, where they neither end others nor are ended."""
    values = {
        "status": Status.QUARANTINED,
        "superseded_by": None,
        "superseded_at": None,
        "disputed_with": None,
        "valid_to": memories.c.stated_valid_to,
    }
    _set(tx, agent_key, numbers, values)


def release(tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Let memories out of quarantine."""
    _set(tx, agent_key, numbers, {"status": Status.ACTIVE})


def _set(tx: Tx, agent_key: int, numbers: Sequence[int], values: Mapping[str, Any]) -> None:
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        now = {"status": values["status"]}
        tallies.changing(tx, agent_key, dict.fromkeys(chunk, now))
        chosen = update(memories).where(
            memories.c.agent_key == agent_key, memories.c.number.in_(chunk)
        )
        tx.execute(chosen.values(**values))


def _from(mark: Mark) -> list[ColumnElement[bool]]:
    held = (
        (memories.c.channel, mark.channel),
        (memories.c.user_no, mark.user_no),
        (memories.c.session_no, mark.session_no),
    )
    return [column == wanted for column, wanted in held if wanted is not None]
