"""SQLite: a file in WAL mode."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from memsvc.store.database import READERS, Database

BUSY_TIMEOUT_MS = 5_000

READERS_AWAITED_MS = 200
"""How long a checkpoint waits for those who are reading; until then nobody can write."""

PATIENT_ONCE_IN = 10
"""After one that waited in vain so many in a row do not wait: a reader who stays is no reason to
hold writers up, and those who come and go are waited for now and then."""

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


class SqliteDatabase(Database):
    """One file. Other processes may have it open too: a write waits for theirs."""

    kind = "sqlite"

    def __init__(self, url: str) -> None:
        self._path = Path(make_url(url).database or "")
        readers = _engine(url, begin="BEGIN", pool_size=READERS, max_overflow=2 * READERS)
        event.listen(readers, "connect", _read_only)
        writer = _engine(url, begin="BEGIN IMMEDIATE", pool_size=1, max_overflow=0)
        self._refused = 0
        super().__init__(readers, writer)

    def files(self) -> list[Path]:
        """The database with its log and the log's index."""
        beside = [self._path.with_name(self._path.name + end) for end in ("", "-wal", "-shm")]
        return [path for path in beside if path.exists()]

    @contextmanager
    def claim(self, name: str) -> Iterator[bool]:
        """By the lock of a file beside the database, which the system lets go with the process."""
        path = self._path.with_name(f"{self._path.name}.{name}.lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def size_bytes(self) -> int:
        return self._path.stat().st_size

    def purge(self, *, vacuum: bool) -> bool:
        """Give free pages and the log back to the file system; False while a reader holds the log.

        A deleted row's bytes can survive in split pages and in the log in spite of secure_delete:
        VACUUM rewrites the pages, through the log: while a reader holds that, each would let it
        grow by the whole database. So it is emptied before, too.
        """

        def work(connection: Connection) -> bool:
            if vacuum:
                if not self._emptied(connection):
                    return False
                connection.exec_driver_sql("VACUUM")
            return self._emptied(connection)

        return self._writer.alone(work)

    def let_log_go(self) -> bool:
        """See Database."""
        return self._writer.alone(self._emptied)

    def _emptied(self, connection: Connection) -> bool:
        """A truncating checkpoint empties the log; an open reader makes it return busy."""
        awaited = 0 if self._refused % PATIENT_ONCE_IN else READERS_AWAITED_MS
        connection.exec_driver_sql(f"PRAGMA busy_timeout={awaited}")
        try:
            row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        emptied = tuple(row) == (0, 0, 0)
        self._refused = 0 if emptied else self._refused + 1
        return emptied


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
            try:
                driver.execute(begin)
            except sqlite3.Error as error:
                # Raised as it is, it would pass by all who know SQLAlchemy's errors.
                raise DBAPIError.instance(
                    begin, None, error, sqlite3.Error, hide_parameters=True
                ) from error

    return engine


def _read_only(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON").close()
