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
        VACUUM rewrites the pages, a truncating checkpoint empties the log. An open reader makes
        the checkpoint return busy without raising.
        """

        def work(connection: Connection) -> bool:
            if vacuum:
                connection.exec_driver_sql("VACUUM")
            row = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return tuple(row) == (0, 0, 0)

        return self._writer.alone(work)


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
