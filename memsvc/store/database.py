"""The database: snapshots to read from, one writer to write through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from memsvc.store.failures import translated
from memsvc.store.group_commit import GroupCommitter
from memsvc.store.transaction import Tx

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
READERS = 16

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL, not NORMAL: with NORMAL 97 of 600 power cuts brought a deleted row back.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    # Sorting must not spill rows into files outside the data directory.
    "PRAGMA temp_store=MEMORY",
)


class Database:
    """One SQLite database in WAL mode: many readers, one writer, group commit."""

    def __init__(self, url: str) -> None:
        self.path = make_url(url).database or ""
        self._readers = _engine(url, begin="BEGIN", pool_size=READERS, max_overflow=2 * READERS)
        event.listen(self._readers, "connect", _read_only)
        self._writer_engine = _engine(url, begin="BEGIN IMMEDIATE", pool_size=1, max_overflow=0)
        self._writer = GroupCommitter(self._writer_engine)

    @contextmanager
    def snapshot(self) -> Iterator[Tx]:
        """A read-only transaction: everything read in it is of one moment."""
        try:
            with self._readers.connect() as connection, connection.begin():
                yield Tx(connection)
        except DBAPIError as error:
            raise translated(error) from None

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction; returns its result once that is durable.

        `work` may run in a transaction together with others, so it must do nothing but read and
        write through `tx`. Raises what it raised, StorageFull or Unavailable.
        """
        return self._writer.write(work)

    def write_all(self, works: Sequence[Callable[[Tx], T]]) -> list[T | Exception]:
        """As `write` for each, side by side; what one would raise is its result."""
        return self._writer.write_all(works)

    def purge(self, *, vacuum: bool) -> bool:
        """Give free pages and the log back to the file system; False while a reader holds the log.

        A deleted row's bytes can survive in split pages and in the log in spite of secure_delete:
        VACUUM rewrites the pages, a truncating checkpoint empties the log. An open reader makes
        the checkpoint return busy without raising.
        """

        def work(connection: Connection) -> bool:
            if vacuum:
                connection.exec_driver_sql("VACUUM")
            row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return tuple(row) == (0, 0, 0)

        return self._writer.alone(work)

    def make_durable_first(self, sync: Callable[[], None]) -> None:
        """Have `sync` called before every COMMIT: keys are durable before what they seal."""
        self._writer.before_commit = sync

    def close(self) -> None:
        """Finish submitted writes, then let go of the file."""
        self._writer.close()
        self._readers.dispose()
        self._writer_engine.dispose()


def _engine(url: str, *, begin: str, **pool: Any) -> Engine:
    engine = create_engine(
        url,
        # Error messages must not repeat values.
        hide_parameters=True,
        connect_args={"check_same_thread": False},
        # The connection used last has the warmest page cache.
        pool_use_lifo=True,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN would come too late and too weak; see `_begin`.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("outside"):
            # On the driver itself: SQLAlchemy's own way costs more than the statement.
            driver: Any = connection.connection.dbapi_connection
            driver.execute(begin)

    return engine


def _read_only(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON").close()
