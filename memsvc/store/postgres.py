"""PostgreSQL through psycopg 3. Several processes on several machines may share one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from memsvc.store.database import READERS, Database
from memsvc.store.failures import translated
from memsvc.store.kinds import driver_url
from memsvc.store.tables import metadata

CONNECT_S = 5

_SESSION = (
    "SET timezone = 'UTC'",
    # An acknowledged write is on disk, whatever the server's default says.
    "SET synchronous_commit = on",
    # Longer than any honest wait; a client that died must not hold others up for ever.
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    # Of a machine that is gone without a word the server would know after hours, and keep what it
    # claimed (`claim`) from the others that long. Means nothing on a local socket.
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 4",
)

# The other way round: a server that is gone without a word answers nobody for no longer than this.
_ALIVE = {
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 40_000,
}


class PostgresDatabase(Database):
    """One database of a server."""

    kind = "postgresql"

    def __init__(self, url: str) -> None:
        sizes = {"pool_size": READERS, "max_overflow": 2 * READERS}
        readers = _engine(url, "REPEATABLE READ", pool_use_lifo=True, **sizes)
        event.listen(readers, "connect", _read_only)
        # What one agent's writers must agree on they lock; see `agents.find`.
        writer = _engine(url, "READ COMMITTED", pool_size=1, max_overflow=0)
        super().__init__(readers, writer)
        self._upkeep = _engine(url, "AUTOCOMMIT", poolclass=NullPool)

    def files(self) -> list[Path]:
        """None: they are the server's."""
        return []

    @contextmanager
    def claim(self, name: str) -> Iterator[bool]:
        """By an advisory lock of a session, which the server lets go with the connection."""
        asked = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
        given_back = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")
        of = {"name": f"memsvc {name}"}
        try:
            with self._upkeep.connect() as connection:
                claimed = bool(connection.execute(asked, of).scalar())
                if not claimed:
                    yield False
                    return
                try:
                    yield True
                finally:
                    # The server takes its time to notice that a connection is gone.
                    with suppress(DBAPIError):
                        connection.execute(given_back, of)
        except DBAPIError as error:
            raise translated(error) from None

    def size_bytes(self) -> int:
        with self.snapshot() as tx:
            size = tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        return int(size)

    def purge(self, *, vacuum: bool) -> bool:
        """Give dead rows' space back, and with a checkpoint let old log segments go.

        Plain vacuuming rewrites nothing here and holds nobody up, so it is always done; on a
        connection of its own, so that our own writer need not wait for it either. With `vacuum`
        tables are rewritten, each locked meanwhile, and the server's statistics taken anew, for
        they keep samples of values; their own table is rewritten last, or the former samples would
        stay in its dead rows. Only the owner of the tables may do that.

        Segments are reused in time, not overwritten at once; sealed rows in them are unreadable
        once their agent's key was rotated. Without the right to run CHECKPOINT that is left to the
        server.
        """

        try:
            with self._upkeep.connect() as connection:
                for table in metadata.sorted_tables:
                    how = "VACUUM (FULL, ANALYZE)" if vacuum else "VACUUM"
                    connection.exec_driver_sql(f'{how} "{table.name}"')
                # Only the owner may do the one, superusers and members of pg_checkpoint the other.
                with suppress(ProgrammingError):
                    if vacuum:
                        _drop_samples(connection)
                with suppress(ProgrammingError):
                    connection.exec_driver_sql("CHECKPOINT")
        except DBAPIError as error:
            raise translated(error) from None
        return True


def _drop_samples(connection: Connection) -> None:
    """Drop what the server's statistics still keep of erased values.

    ANALYZE leaves the samples of a table that became empty as they were; setting a column's type
    anew, which costs nothing where there are no rows, is what removes them in every version.
    """
    for table in metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is None:
            kinds = ", ".join(
                f'ALTER COLUMN "{column.name}" TYPE {column.type.compile(connection.dialect)}'
                for column in table.columns
            )
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" {kinds}')
    connection.exec_driver_sql("VACUUM (FULL) pg_catalog.pg_statistic")


def _engine(url: str, isolation: Any, **pool: Any) -> Engine:
    engine = create_engine(
        driver_url(url),
        # Error messages must not repeat values.
        hide_parameters=True,
        isolation_level=isolation,
        connect_args={"connect_timeout": CONNECT_S, **_ALIVE},
        # Positional, as prepared statements give them.
        paramstyle="format",
        # A server that was restarted costs a ping, not a failed request.
        pool_pre_ping=True,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        for statement in _SESSION:
            connection.execute(statement)
        connection.commit()

    return engine


def _read_only(connection: Any, _record: Any) -> None:
    connection.read_only = True
