"""Changes of the handbook: what happened to which wording, in order. Words are in memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import bindparam, func, insert, or_, select, update

from memsvc.store.handbook_tables import handbook_changes
from memsvc.store.memories import CHUNK
from memsvc.store.prepared import PreparedSelect, numbered, padded
from memsvc.store.transaction import Tx


class What(StrEnum):
    """What a change did."""

    PROPOSED = "proposed"
    EDITED = "edited"
    APPROVED = "approved"
    MERGED = "merged"
    RETIRED = "retired"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change. `number` is the memory with the wording that it is about, `other` of a merge the
    one that goes; both None where the whole handbook is rolled back, to the change `back_to`.

    `words` is the number of the memory that first held a wording's words, which may be gone by
    now; `lost` of a wording is the last change before it lost sources. `tokens` is what it cost
    to find.
    """

    place: int
    version: int
    what: What
    at: datetime
    actor: str
    number: int | None = None
    other: int | None = None
    words: int | None = None
    back_to: int | None = None
    reason: str | None = None
    lost: int | None = None
    tokens: int = 0


def of_agent(tx: Tx, agent_key: int) -> list[ChangeRow]:
    """All changes of an agent's handbook, in order."""
    columns = [column for column in handbook_changes.c if column.name != "agent_key"]
    statement = (
        select(*columns)
        .where(handbook_changes.c.agent_key == agent_key)
        .order_by(handbook_changes.c.place)
    )
    return [ChangeRow(**{**row._mapping, "what": What(row.what)}) for row in tx.execute(statement)]


def last(tx: Tx, agent_key: int) -> tuple[int, int]:
    """Place and version of the last change; (0, 0) where there is none.

    Where the last ones are gone, no place before which sources were lost is given again.
    """
    columns = handbook_changes.c
    statement = select(
        func.max(columns.place), func.max(columns.lost), func.max(columns.version)
    ).where(columns.agent_key == agent_key)
    place, lost, version = tx.execute(statement).one()
    return max(place or 0, lost or 0), version or 0


def add(tx: Tx, agent_key: int, changes: Sequence[ChangeRow]) -> None:
    """Note changes; their places follow on `last`."""
    if changes:
        tx.execute(
            insert(handbook_changes), [{"agent_key": agent_key, **asdict(one)} for one in changes]
        )


@lru_cache
def _naming(count: int) -> PreparedSelect:
    columns = handbook_changes.c
    numbers, others = numbered("number", count), numbered("other", count)
    return PreparedSelect(
        select(columns.number, columns.other).where(
            columns.agent_key == bindparam("agent_key"),
            or_(columns.number.in_(numbers), columns.other.in_(others)),
        )
    )


def wordings_among(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Those of these memories that are wordings of behaviors."""
    found: set[int] = set()
    for start in range(0, len(numbers), CHUNK):
        chunk = padded(numbers[start : start + CHUNK])
        for row in _naming(len(chunk)).rows(tx, agent_key, *chunk, *chunk):
            found.update(one for one in row if one is not None)
    return found.intersection(numbers)


def wordings_of(tx: Tx, agent_key: int) -> set[int]:
    """All memories of an agent that are wordings of behaviors, those that are held back, too."""
    numbers = select(handbook_changes.c.number).where(
        handbook_changes.c.agent_key == agent_key, handbook_changes.c.number.is_not(None)
    )
    return set(tx.execute(numbers.distinct()).scalars())


def lose(tx: Tx, agent_key: int, numbers: Sequence[int], since: int | None) -> None:
    """Note that wordings lost sources after the change `since`; None: they are sound again."""
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        tx.execute(
            update(handbook_changes)
            .where(handbook_changes.c.agent_key == agent_key, handbook_changes.c.number.in_(chunk))
            .where(handbook_changes.c.what.in_([What.PROPOSED, What.EDITED]))
            .values(lost=since)
        )


def join(tx: Tx, agent_key: int, words: Mapping[int, int]) -> None:
    """Note by the number of a wording which memory first held its words."""
    for number, first in words.items():
        tx.execute(
            update(handbook_changes)
            .where(handbook_changes.c.agent_key == agent_key, handbook_changes.c.number == number)
            .where(handbook_changes.c.what.in_([What.PROPOSED, What.EDITED]))
            .values(words=first)
        )


def fellows(tx: Tx, agent_key: int, numbers: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """For each of these wordings, the numbers of all that hold the same words, ascending.

    One that is gone is known by those whose words it was the first to hold.
    """
    changes = handbook_changes.c
    named = select(changes.number, changes.words).where(
        changes.agent_key == agent_key, changes.number.in_(numbers), changes.words.is_not(None)
    )
    words = {number: number for number in numbers}
    words.update((row.number, row.words) for row in tx.execute(named))
    same = select(changes.number, changes.words).where(
        changes.agent_key == agent_key, changes.words.in_(sorted(set(words.values())))
    )
    holding: dict[int, set[int]] = {}
    for number, first in tx.execute(same):
        holding.setdefault(first, set()).add(number)
    return {
        number: tuple(sorted({*holding.get(first, ()), number})) for number, first in words.items()
    }
