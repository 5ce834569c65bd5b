"""A database that is only looked at: nothing is written to it, and no file is made beside it.

SQLite's own read-only mode makes files beside a database in WAL mode, and leaves them. A file that
nobody has open is therefore read as one that cannot change; one that others use, or that a crash
left with its log, is read with the log and with the log's index as it is (`readonly_shm`), or with
an index in RAM where that is out of date.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from memsvc.errors import Unavailable
from memsvc.store.database import Database
from memsvc.store.postgres import PostgresDatabase
from memsvc.store.schema import file_of
from memsvc.store.sqlite import BUSY_TIMEOUT_MS

LOG, LOG_INDEX, JOURNAL = "-wal", "-shm", "-journal"

_PRAGMAS = (
    "PRAGMA query_only=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA temp_store=MEMORY",
)


class LookedAtSqlite(Database):
    """An SQLite file, read. Writing to it fails."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        engine = _engine(path, "immutable=1" if lies_still(path) else "readonly_shm=1")
        super().__init__(engine, engine)

    def files(self) -> list[Path]:
        """The database alone."""
        return [self._path]

    @contextmanager
    def claim(self, name: str) -> Iterator[bool]:
        """Nothing is done by looking."""
        yield False

    def size_bytes(self) -> int:
        return self._path.stat().st_size

    def purge(self, *, vacuum: bool) -> bool:
        """Nothing is given back by looking."""
        raise Unavailable("The database is only looked at.")


def open_to_look(url: str) -> Database:
    """The database of a URL, for `snapshot` alone; an SQLite file must be there.

    Raises Unavailable for an SQLite file that cannot be read as it is.
    """
    file = file_of(url)
    if file is None:
        # Its snapshots are read-only, and its writer connects at the first write.
        return PostgresDatabase(url)
    if _size(file, JOURNAL):
        raise Unavailable(
            "A change of the database was cut off: start the service, which undoes it, and look "
            "again."
        )
    if _size(file, LOG) and not beside(file, LOG_INDEX).exists():
        raise Unavailable(
            f"The database has a log but not the log's index ({beside(file, LOG_INDEX).name}), "
            "which a look would have to make: start the service, and look again."
        )
    return LookedAtSqlite(file)


def lies_still(file: Path) -> bool:
    """Whether nobody has the SQLite file open, and nobody died with it open."""
    return not beside(file, LOG).exists()


def beside(file: Path, ending: str) -> Path:
    """One of the files that SQLite keeps beside a database."""
    return file.with_name(file.name + ending)


def _size(file: Path, ending: str) -> int:
    try:
        return beside(file, ending).stat().st_size
    except FileNotFoundError:
        return 0


def _engine(path: Path, how: str) -> Engine:
    def connect() -> sqlite3.Connection:
        name = f"file:{quote(str(path.absolute()))}?mode=ro&{how}"
        connection = sqlite3.connect(name, uri=True, check_same_thread=False, isolation_level=None)
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute("BEGIN")
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                "BEGIN", None, error, sqlite3.Error, hide_parameters=True
            ) from error

    return engine
