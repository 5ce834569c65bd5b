"""What all tables are made of: the metadata, the type of times, the columns they share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    TypeDecorator,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time as integer microseconds: exact and ordered alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


@lru_cache(maxsize=1024)  # most memories were last changed when they were written
def moment(microseconds: int) -> datetime:
    """The time so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=microseconds)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives integer primary keys only to the type INTEGER.
Surrogate = BigInteger().with_variant(Integer, "sqlite")


def agent_column() -> Column[int]:
    """The surrogate of (tenant, agent_id), with which a primary key starts."""
    return Column(
        "agent_key", Surrogate, ForeignKey("agents.agent_key"), primary_key=True, nullable=False
    )


def of_memory() -> ForeignKeyConstraint:
    """A row that goes with its memory."""
    return ForeignKeyConstraint(
        ["agent_key", "number"], ["memories.agent_key", "memories.number"], ondelete="CASCADE"
    )
