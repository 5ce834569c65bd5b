"""Restrictions: which memories are held back from every reader, by whom, and what for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, exists, func, or_, select, update

from memsvc.core.forget_request import Act, Purpose, RequestStatus
from memsvc.store import tallies
from memsvc.store.forgetting_tables import forget_requests, restrictions
from memsvc.store.memories import CHUNK, UNRESTRICTED
from memsvc.store.prepared import PreparedInsert
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx

_INSERT = PreparedInsert(restrictions)
_KEEPS = or_(
    forget_requests.c.status == RequestStatus.HELD,
    forget_requests.c.purpose == Purpose.RESTRICTION,
)
"""What is held for a legal claim, and what a person had restricted, nobody else erases."""


def hold_back(tx: Tx, holder: int, agent_key: int, acts: Mapping[int, Act]) -> None:
    """Hold these memories of one agent back, each to be done the act to; repeated, the same.

    What is beyond return already is left to whoever destroys it.
    """
    gone = doomed_among(tx, agent_key, sorted(acts)) if _any_doomed(tx, agent_key) else set()
    numbers = sorted(acts.keys() - gone)
    there = set(numbers_of(tx, holder, agent_key, Act))
    rows = [
        {"agent_key": agent_key, "number": one, "holder": holder, "act": acts[one]}
        for one in numbers
        if one not in there
    ]
    _INSERT.run(tx, rows)
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        seen = (
            update(memories)
            .where(memories.c.agent_key == agent_key, memories.c.number.in_(chunk), UNRESTRICTED)
            .values(restricted=True)
            .returning(*tallies.CELL)
        )
        tallies.hidden(tx, agent_key, tx.execute(seen))


def _any_doomed(tx: Tx, agent_key: int) -> bool:
    going = select(restrictions.c.number).where(
        restrictions.c.agent_key == agent_key, restrictions.c.act == Act.SHRED
    )
    return tx.execute(going.limit(1)).first() is not None


def doomed_among(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Those of these memories that are beyond return already."""
    going = select(restrictions.c.number).where(
        restrictions.c.agent_key == agent_key, restrictions.c.act == Act.SHRED
    )
    doomed: set[int] = set()
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        doomed.update(tx.execute(going.where(restrictions.c.number.in_(chunk))).scalars())
    return doomed


def doom(tx: Tx, holder: int, agent_key: int, numbers: Sequence[int]) -> None:
    """From this commit on nobody keeps these: their keys are going to be destroyed."""
    tx.execute(
        update(restrictions)
        .where(
            restrictions.c.agent_key == agent_key,
            restrictions.c.holder == holder,
            restrictions.c.number.in_(numbers),
        )
        .values(act=Act.SHRED)
    )


def let_go(tx: Tx, holder: int, agent_key: int, numbers: Sequence[int]) -> list[int]:
    """End the holder's hold on these; returns those that nobody holds back any more."""
    free: list[int] = []
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        tx.execute(
            delete(restrictions).where(
                restrictions.c.agent_key == agent_key,
                restrictions.c.holder == holder,
                restrictions.c.number.in_(chunk),
            )
        )
        others = exists().where(
            restrictions.c.agent_key == memories.c.agent_key,
            restrictions.c.number == memories.c.number,
        )
        freed = (
            update(memories)
            .where(memories.c.agent_key == agent_key, memories.c.number.in_(chunk), ~others)
            .values(restricted=False)
            .returning(memories.c.number)
        )
        with tallies.before_and_after(tx, agent_key, chunk):
            free += tx.execute(freed).scalars()
    return sorted(free)


def agents_of(tx: Tx, holder: int) -> list[int]:
    """Agents of whom the holder holds anything back."""
    statement = select(restrictions.c.agent_key).where(restrictions.c.holder == holder).distinct()
    return sorted(tx.execute(statement).scalars())


def numbers_of(
    tx: Tx, holder: int, agent_key: int, acts: Iterable[Act], limit: int | None = None
) -> list[int]:
    """Numbers that the holder holds back for one of these acts, ascending, the first ones."""
    statement = (
        select(restrictions.c.number)
        .where(
            restrictions.c.holder == holder,
            restrictions.c.agent_key == agent_key,
            restrictions.c.act.in_([str(one) for one in acts]),
        )
        .order_by(restrictions.c.number)
        .limit(limit)
    )
    return list(tx.execute(statement).scalars())


def free_of(
    tx: Tx, holder: int, agent_key: int, acts: Iterable[Act], limit: int | None = None
) -> list[int]:
    """As `numbers_of`, but for what others keep."""
    others = restrictions.alias("others")
    kept = (
        select(others.c.number)
        .join(forget_requests, forget_requests.c.holder == others.c.holder)
        .where(
            others.c.agent_key == restrictions.c.agent_key,
            others.c.number == restrictions.c.number,
            others.c.holder != holder,
            _KEEPS,
        )
        .exists()
    )
    statement = (
        select(restrictions.c.number)
        .where(
            restrictions.c.holder == holder,
            restrictions.c.agent_key == agent_key,
            restrictions.c.act.in_([str(one) for one in acts]),
            ~kept,
        )
        .order_by(restrictions.c.number)
    )
    return list(tx.execute(statement.limit(limit)).scalars())


def kept_among(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Those of these memories that must be kept: held for a claim, or restricted."""
    kept: set[int] = set()
    for start in range(0, len(numbers), CHUNK):
        statement = (
            select(restrictions.c.number)
            .join(forget_requests, forget_requests.c.holder == restrictions.c.holder)
            .where(
                restrictions.c.agent_key == agent_key,
                restrictions.c.number.in_(numbers[start : start + CHUNK]),
                _KEEPS,
            )
        )
        kept.update(tx.execute(statement).scalars())
    return kept


def keepers_of(tx: Tx, holder: int) -> list[str]:
    """Ids of the requests that keep what this holder is to erase."""
    mine, theirs = restrictions.alias("mine"), restrictions.alias("theirs")
    statement = (
        select(forget_requests.c.id)
        .join(theirs, theirs.c.holder == forget_requests.c.holder)
        .join(
            mine,
            (mine.c.agent_key == theirs.c.agent_key)
            & (mine.c.number == theirs.c.number)
            & (mine.c.holder != theirs.c.holder),
        )
        .where(
            mine.c.holder == holder,
            _KEEPS,
        )
        .distinct()
        .order_by(forget_requests.c.id)
    )
    return list(tx.execute(statement).scalars())


def count(tx: Tx, holder: int) -> int:
    """How many memories the holder still holds back."""
    held = select(func.count()).select_from(restrictions).where(restrictions.c.holder == holder)
    return int(tx.execute(held).scalar_one())
