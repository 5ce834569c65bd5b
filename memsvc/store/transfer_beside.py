"""What an export reads, and an import asks, of what stands beside memories: decisions and names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from memsvc.core.statements import Verdict
from memsvc.store.forgetting_tables import suppressions
from memsvc.store.identities import PEOPLE, Register
from memsvc.store.living_tables import verdicts
from memsvc.store.memories import CHUNK
from memsvc.store.tables import memories, memory_subjects
from memsvc.store.transaction import Tx


class Side(NamedTuple):
    """A memory of which something was decided, as it is worded now."""

    number: int
    id: str
    version: int
    created_at: datetime


class Between(NamedTuple):
    """What was decided of two memories that readers may see, by whom and when."""

    one: Side
    other: Side
    verdict: Verdict
    decided_by: str
    decided_at: datetime


_ONE, _OTHER = memories.alias("one"), memories.alias("other")


def decisions(tx: Tx, agent_key: int) -> Iterator[Between]:
    """What was decided of the agent's memories, by their numbers; not of one that is held back."""
    after: tuple[int, int] | None = None
    while True:
        statement = _decided(agent_key)
        if after is not None:
            number, other = after
            further = and_(verdicts.c.number == number, verdicts.c.other > other)
            statement = statement.where(or_(verdicts.c.number > number, further))
        rows = tx.execute(statement.limit(CHUNK)).all()
        for row in rows:
            one, other_one, said = row[:4], row[4:8], row[8:]
            yield Between(Side(*one), Side(*other_one), Verdict(said[0]), *said[1:])
        if len(rows) < CHUNK:
            return
        after = rows[-1][0], rows[-1][4]


def _decided(agent_key: int) -> Select[*tuple[object, ...]]:
    sides = [
        column
        for side in (_ONE, _OTHER)
        for column in (side.c.number, side.c.id, side.c.version, side.c.created_at)
    ]
    said = (verdicts.c.verdict, verdicts.c.decided_by, verdicts.c.decided_at)
    return (
        select(*sides, *said)
        .select_from(verdicts)
        .join(_ONE, and_(_ONE.c.agent_key == agent_key, _ONE.c.number == verdicts.c.number))
        .join(_OTHER, and_(_OTHER.c.agent_key == agent_key, _OTHER.c.number == verdicts.c.other))
        .where(
            verdicts.c.agent_key == agent_key,
            _ONE.c.restricted.is_(False),
            _OTHER.c.restricted.is_(False),
        )
        .order_by(verdicts.c.number, verdicts.c.other)
    )


def held_back(tx: Tx, register: Register, agent_key: int, numbers: Collection[int]) -> set[int]:
    """Those of these people or sessions whom memories name, but only such as are held back."""
    found = set()
    for number in sorted(numbers):
        naming = select(memories.c.number).where(
            memories.c.agent_key == agent_key, _names(register, agent_key, number)
        )
        seen = naming.where(memories.c.restricted.is_(False))
        hidden = naming.where(memories.c.restricted.is_(True))
        if not tx.execute(seen.limit(1)).first() and tx.execute(hidden.limit(1)).first():
            found.add(number)
    return found


def _names(register: Register, agent_key: int, number: int) -> ColumnElement[bool]:
    """Whether a memory comes from a person, or is about them; or is of a session."""
    if register is not PEOPLE:
        return memories.c.session_no == number
    about = exists().where(
        memory_subjects.c.agent_key == agent_key,
        memory_subjects.c.person_no == number,
        memory_subjects.c.number == memories.c.number,
    )
    return or_(memories.c.user_no == number, about)


def absent(tx: Tx, agent_key: int) -> set[str]:
    """Ids by which memories of the agent are superseded or disputed, and that none of it has."""
    there = memories.alias("there")
    found: set[str] = set()
    for named in (memories.c.superseded_by, memories.c.disputed_with):
        nobody = ~exists().where(there.c.agent_key == agent_key, there.c.id == named)
        statement = select(named).where(memories.c.agent_key == agent_key, named.is_not(None))
        found.update(tx.execute(statement.where(nobody).distinct()).scalars())
    return found


def remembered(tx: Tx, agent_key: int, people: Sequence[bytes]) -> set[bytes]:
    """Those of these people, as tombstones know them, of whom one of the agent stands."""
    found: set[bytes] = set()
    for start in range(0, len(people), CHUNK):
        statement = select(suppressions.c.person).where(
            suppressions.c.agent_key == agent_key,
            suppressions.c.person.in_(people[start : start + CHUNK]),
        )
        found.update(bytes(one) for one in tx.execute(statement.distinct()).scalars())
    return found
