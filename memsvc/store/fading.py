"""Which memories are faded, in SQL, as `core.fading` says of single memories.

Moments are whole microseconds, and staleness is one division of double precision: the same figures
as in Python and numpy, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)

from memsvc.core.fading import Bound, Cutoff, Fading
from memsvc.core.memory import SEARCHED, Kind, Status
from memsvc.store.columns import EPOCH, MICROSECOND
from memsvc.store.tables import memories
from memsvc.store.transaction import Tx

_LAST_USED = type_coerce(func.coalesce(memories.c.last_used_at, memories.c.created_at), BigInteger)
_SINCE = func.coalesce(memories.c.valid_from, memories.c.event_time, memories.c.created_at)
"""As `core.statements.since`."""


class Fades(NamedTuple):
    """A memory that fades at a moment: in microseconds since 1970, rounded as SQL computes it."""

    id: str
    number: int
    kind: Kind
    last_used_at: datetime
    stability_days: float
    moment: float


class After(NamedTuple):
    """Where a page of what fades ended."""

    moment: float
    number: int


def shown_as(status: Status, fading: Fading, now: datetime) -> ColumnElement[bool]:
    """What readers see with this status."""
    stands = memories.c.status == status
    if status is Status.ACTIVE:
        stands = or_(stands, _in_force(now))
    elif status is Status.SUPERSEDED:
        stands = and_(stands, not_(_in_force(now)))
    if not fading.bounds or status not in (*SEARCHED, Status.ARCHIVED):
        return stands
    faded = and_(_ready(now), _beyond(fading, now))
    return or_(stands, faded) if status is Status.ARCHIVED else and_(stands, not_(faded))


def cutoffs(
    tx: Tx, agent_key: int, budgets: Mapping[Kind, int], now: datetime
) -> dict[Kind, Cutoff]:
    """The first memory beyond each budget that is exceeded, as `MemoryIndex.cutoffs` has it."""
    found = {}
    stale = _staleness(now)
    for kind, most in budgets.items():
        beyond = (
            select(stale, memories.c.number)
            .where(*_living(agent_key, now), _ready(now), memories.c.kind == kind)
            .order_by(stale, memories.c.number.desc())
            .offset(most)
            .limit(1)
        )
        row = tx.execute(beyond).first()
        if row is not None:
            found[kind] = Cutoff(*row)
    return found


def forecast(
    tx: Tx,
    agent_key: int,
    fading: Fading,
    now: datetime,
    until: datetime,
    after: After | None,
    limit: int,
) -> list[Fades]:
    """What is held ready and falls below its threshold up to then, soonest first."""
    moment = _fades(fading)
    statement = select(
        memories.c.id,
        memories.c.number,
        memories.c.kind,
        func.coalesce(memories.c.last_used_at, memories.c.created_at),
        memories.c.stability_days,
        moment,
    ).where(*_soon(agent_key, fading, now, until))
    if after is not None:
        later = and_(moment == after.moment, memories.c.number > after.number)
        statement = statement.where(or_(moment > after.moment, later))
    rows = tx.execute(statement.order_by(moment, memories.c.number).limit(limit))
    return [Fades(row[0], row[1], Kind(row[2]), *row[3:]) for row in rows]


def forecast_counts(
    tx: Tx, agent_key: int, fading: Fading, now: datetime, until: datetime
) -> dict[Kind, int]:
    """How many memories of each kind `forecast` tells of in all."""
    soon = _soon(agent_key, fading, now, until)
    counted = select(memories.c.kind, func.count()).where(*soon).group_by(memories.c.kind)
    found = {row[0]: row[1] for row in tx.execute(counted)}
    return {kind: found.get(kind, 0) for kind in Kind}


def _in_force(now: datetime) -> ColumnElement[bool]:
    """As `core.in_force.is_in_force`; never NULL."""
    until = memories.c.valid_to
    superseded = memories.c.status == Status.SUPERSEDED
    return and_(superseded, until.is_not(None), until > now, until > _SINCE)


def _ready(now: datetime) -> ColumnElement[bool]:
    """What is held ready unless it has faded."""
    searched = or_(memories.c.status.in_(SEARCHED), _in_force(now))
    return and_(searched, memories.c.pinned.is_(False))


def _living(agent_key: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        memories.c.agent_key == agent_key,
        memories.c.restricted.is_(False),
        or_(memories.c.expires_at.is_(None), memories.c.expires_at > now),
    )


def _staleness(now: datetime) -> ColumnElement[float]:
    """As `core.decay.staleness`."""
    elapsed = literal((now - EPOCH) // MICROSECOND, BigInteger) - _LAST_USED
    spent = case((elapsed > 0, elapsed), else_=0)
    return type_coerce(cast(spent, Double) / memories.c.stability_days, Double)


def _beyond(fading: Fading, now: datetime) -> ColumnElement[bool]:
    stale = _staleness(now)
    return or_(
        false(),
        *(
            and_(memories.c.kind == kind, _past(bound, stale))
            for kind, bound in fading.bounds.items()
        ),
    )


def _past(bound: Bound, stale: ColumnElement[float]) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if bound.has_limit:
        parts.append(stale > bound.staleness)
    if bound.cutoff is not None:
        at, number = bound.cutoff
        parts += [stale > at, and_(stale == at, memories.c.number <= number)]
    return or_(false(), *parts)


def _fades(fading: Fading) -> ColumnElement[float]:
    """When a memory falls below its threshold, in microseconds since 1970; NULL where it never."""
    limits = [
        (memories.c.kind == kind, literal(bound.staleness, Double))
        for kind, bound in fading.bounds.items()
        if bound.has_limit
    ]
    limit: Any = case(*limits) if limits else literal(None, Double)
    return type_coerce(cast(_LAST_USED, Double) + limit * memories.c.stability_days, Double)


def _soon(
    agent_key: int, fading: Fading, now: datetime, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    moment = _fades(fading)
    outlives = cast(type_coerce(memories.c.expires_at, BigInteger), Double) <= moment
    is_over = cast(type_coerce(memories.c.valid_to, BigInteger), Double) <= moment
    return (
        *_living(agent_key, now),
        _ready(now),
        not_(_beyond(fading, now)) if fading.bounds else true(),
        moment <= (until - EPOCH) // MICROSECOND,
        # What is over before is erased then.
        or_(memories.c.expires_at.is_(None), not_(outlives)),
        # What is superseded before fades no more.
        or_(memories.c.status != Status.SUPERSEDED, not_(is_over)),
    )
