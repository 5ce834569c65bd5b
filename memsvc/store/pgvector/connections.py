"""Connections to indexes that lie in the database.

They are apart from those of everything else: who asks an index holds one of the others already.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from memsvc.errors import Unavailable
from memsvc.store.failures import translated
from memsvc.store.kinds import driver_url
from memsvc.store.pgvector.ranking import SCANNED_TUPLES

CONNECTIONS = 16
_SESSION = (
    "SET timezone = 'UTC'",
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET hnsw.iterative_scan = 'relaxed_order'",
    f"SET hnsw.max_scan_tuples = {SCANNED_TUPLES}",
    # A plan takes a tenth of a millisecond, what it would save less.
    "SET jit = off",
)


class IndexGone(Unavailable):
    """Tables, or all of the schema, were dropped by another process, or there are none to use."""

    def __init__(self) -> None:
        super().__init__("The agent's index is being built anew; try again.", retry_after=1)


def pooled(url: str) -> Engine:
    """Connections that stay, for searches and changes."""
    engine = create_engine(
        driver_url(url),
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        # Plans are made for the values at hand: a filter may let half of all through, or nothing.
        connect_args={"connect_timeout": 5, "prepare_threshold": None},
        pool_size=CONNECTIONS,
        max_overflow=2 * CONNECTIONS,
        pool_use_lifo=True,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        for statement in _SESSION:
            connection.execute(statement)
        connection.commit()

    return engine


def alone(url: str) -> Engine:
    """A connection for each use, outside of transactions: for what vacuums and what installs."""
    return create_engine(
        driver_url(url), hide_parameters=True, poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )


@contextmanager
def connected(engine: Engine, *, begin: bool = True) -> Iterator[Connection]:
    """A connection, in a transaction unless `begin` is off; Unavailable as for any database."""
    try:
        with engine.connect() as connection:
            if begin:
                with connection.begin():
                    yield connection
            else:
                yield connection
    except (DBAPIError, PoolTimeout) as error:
        if isinstance(error, DBAPIError) and _is_gone(error):
            raise IndexGone() from None
        raise translated(error) from None


def _is_gone(error: DBAPIError) -> bool:
    """Whether a table was dropped: none of ours is missing otherwise."""
    return getattr(error.orig, "sqlstate", None) in ("42P01", "3F000")
