"""Standings: which memory ended which, what is disputed, and what was decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update

from memsvc.core.contradiction import LIVING, Standing
from memsvc.core.memory import Kind, Status
from memsvc.core.statements import Verdict
from memsvc.store import tallies
from memsvc.store.living_tables import verdicts
from memsvc.store.memories import CHUNK, UNRESTRICTED, MemoryRow
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx

SETTLED = (Status.SUPERSEDED.value, Status.DISPUTED.value)


class Decided(NamedTuple):
    """What was decided of two memories, by whom (`person` or `model`) and when."""

    number: int
    other: int
    verdict: Verdict
    decided_by: str
    decided_at: datetime


_CHANGE = (
    update(memories)
    .where(
        memories.c.agent_key == bindparam("of_agent"), memories.c.number == bindparam("of_number")
    )
    .values({name: bindparam(name) for name in Standing.__dataclass_fields__})
)


def change(tx: Tx, agent_key: int, number: int, standing: Standing) -> None:
    """Have a memory stand there."""
    change_all(tx, agent_key, {number: standing})


def change_all(tx: Tx, agent_key: int, stand: Mapping[int, Standing]) -> None:
    """Have memories, by number, stand there."""
    if stand:
        tallies.changing(
            tx, agent_key, {number: {"status": one.status} for number, one in stand.items()}
        )
        rows = [
            {"of_agent": agent_key, "of_number": number}
            | {name: getattr(one, name) for name in Standing.__dataclass_fields__}
            for number, one in stand.items()
        ]
        tx.execute(_CHANGE, rows)


def let_stand(tx: Tx, agent_key: int, ids: Sequence[str]) -> list[int]:
    """Memories that these ended, or spoke against, stand as if they never had; their numbers."""
    found: list[int] = []
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        against = or_(memories.c.superseded_by.in_(chunk), memories.c.disputed_with.in_(chunk))
        held = memories.c.agent_key == agent_key
        free = {
            "superseded_by": None,
            "superseded_at": None,
            "disputed_with": None,
            "valid_to": memories.c.stated_valid_to,
        }
        settled = memories.c.status.in_(SETTLED)
        ended = list(tx.execute(select(memories.c.number).where(held, against, settled)).scalars())
        if ended:
            tallies.changing(tx, agent_key, {one: {"status": Status.ACTIVE} for one in ended})
            revived = update(memories).where(held, against, settled)
            tx.execute(revived.values(status=Status.ACTIVE, **free))
            found += ended
        others = update(memories).where(held, against).values(**free)
        found += tx.execute(others.returning(memories.c.number)).scalars()
    return found


def are_any(tx: Tx, agent_key: int) -> bool:
    """Whether anything of the agent was ended by another memory, or is disputed."""
    for named in (memories.c.superseded_by, memories.c.disputed_with):
        held = select(memories.c.number).where(memories.c.agent_key == agent_key)
        if tx.execute(held.where(named.is_not(None)).limit(1)).first() is not None:
            return True
    return False


def beside(tx: Tx, agent_key: int, numbers: Sequence[int]) -> set[int]:
    """Memories that one of these ended or disputes, or that ended or dispute one of these."""
    found: set[int] = set()
    for start in range(0, len(numbers), CHUNK):
        rows = tx.execute(
            select(memories.c.id, memories.c.superseded_by, memories.c.disputed_with).where(
                memories.c.agent_key == agent_key,
                memories.c.number.in_(numbers[start : start + CHUNK]),
            )
        ).all()
        ids = [row.id for row in rows]
        named = [one for row in rows for one in (row.superseded_by, row.disputed_with) if one]
        near = or_(
            memories.c.id.in_(named),
            memories.c.superseded_by.in_(ids),
            memories.c.disputed_with.in_(ids),
        )
        held = select(memories.c.number).where(memories.c.agent_key == agent_key, near)
        found.update(tx.execute(held.where(UNRESTRICTED)).scalars())
    return found - set(numbers)


class Disputed(NamedTuple):
    """A disputed memory, and the id of the one that it is disputed with."""

    number: int
    id: str
    disputed_with: str


def disputed(tx: Tx, agent_key: int, now: datetime, most: int) -> list[Disputed]:
    """The disputed memories of an agent that readers may see, ascending, no more than `most`."""
    rows = tx.execute(
        select(memories.c.number, memories.c.id, memories.c.disputed_with)
        .where(
            memories.c.agent_key == agent_key,
            memories.c.disputed_with.is_not(None),
            memories.c.status == Status.DISPUTED,
            or_(memories.c.expires_at.is_(None), memories.c.expires_at > now),
            UNRESTRICTED,
        )
        .order_by(memories.c.number)
        .limit(most)
    )
    return [Disputed(row.number, row.id, row.disputed_with) for row in rows]


def superseded_by(tx: Tx, agent_key: int, ids: Sequence[str], most: int) -> list[int]:
    """Numbers of the memories that these superseded, the latest first, no more than `most`."""
    ended = (
        select(memories.c.number)
        .where(
            memories.c.agent_key == agent_key,
            memories.c.superseded_by.in_(ids),
            memories.c.status == Status.SUPERSEDED,
            UNRESTRICTED,
        )
        .order_by(memories.c.number.desc())
        .limit(most)
    )
    return list(tx.execute(ended).scalars())


def _plausible(agent_key: int) -> ColumnElement[bool]:
    """Whether a memory may be a statement, so far as its row tells."""
    alone = (memories.c.kind == Kind.EPISODIC) & memories.c.session_no.is_(None)
    return and_(
        memories.c.agent_key == agent_key,
        memories.c.status.in_([one.value for one in LIVING]),
        or_(memories.c.kind == Kind.SEMANTIC, alone),
        UNRESTRICTED,
    )


def stating(tx: Tx, agent_key: int, numbers: Sequence[int]) -> list[int]:
    """Those of these memories that may be statements, so far as their rows tell."""
    found: list[int] = []
    for start in range(0, len(numbers), CHUNK):
        among = memories.c.number.in_(numbers[start : start + CHUNK])
        held = select(memories.c.number).where(_plausible(agent_key), among)
        found += tx.execute(held).scalars()
    return found


def may_state(tx: Tx, agent_key: int) -> Iterator[list[MemoryRow]]:
    """Memories that may be statements, so far as their rows tell, in chunks."""
    plausible = (
        select(memories).where(_plausible(agent_key)).order_by(memories.c.number).limit(CHUNK)
    )
    after = -1
    while rows := list(tx.execute(plausible.where(memories.c.number > after))):
        yield rows
        after = rows[-1].number


def decide(tx: Tx, agent_key: int, decided: Iterable[Decided]) -> None:
    """Note what was decided of pairs of memories; an earlier decision is replaced."""
    for one in decided:
        pair = [(one.number, one.other), (one.other, one.number)]
        for number, other in pair:
            tx.execute(
                verdicts.delete().where(
                    verdicts.c.agent_key == agent_key,
                    verdicts.c.number == number,
                    verdicts.c.other == other,
                )
            )
        tx.execute(verdicts.insert().values(agent_key=agent_key, **one._asdict()))


def undecide(tx: Tx, agent_key: int, number: int) -> list[int]:
    """Drop what was decided of a memory, which says something else by now; of it and which."""
    either = or_(verdicts.c.number == number, verdicts.c.other == number)
    dropped = verdicts.delete().where(verdicts.c.agent_key == agent_key, either)
    rows = tx.execute(dropped.returning(verdicts.c.number, verdicts.c.other)).all()
    return sorted({one for row in rows for one in row} - {number})


def decided_of(tx: Tx, agent_key: int, numbers: Sequence[int]) -> dict[tuple[int, int], Verdict]:
    """What was decided of pairs of which one, or both, are among these."""
    found: dict[tuple[int, int], Verdict] = {}
    for start in range(0, len(numbers), CHUNK):
        chunk = numbers[start : start + CHUNK]
        # Two statements, each with an index of its own: for an OR SQLite goes through all.
        for end in (verdicts.c.number, verdicts.c.other):
            rows = tx.execute(
                select(verdicts.c.number, verdicts.c.other, verdicts.c.verdict).where(
                    verdicts.c.agent_key == agent_key, end.in_(chunk)
                )
            )
            found.update({(row.number, row.other): Verdict(row.verdict) for row in rows})
    return found
