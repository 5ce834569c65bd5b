"""SQLite for SQLAlchemy through apsw, whose file system can be listened to.

Python's own `sqlite3` offers no such place. Errors are those of `sqlite3`, as the service knows
them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import apsw


class Cursor:
    """A cursor as DB-API has it."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        # The description is gone once the last row was stepped over: a trace sees it before.
        self._cursor.exec_trace = self._note
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        with _as_sqlite3():
            self.description = None
            before = self._connection.total_changes()
            self._rows = list(self._cursor.execute(sql, tuple(values)))
            self._count(before)
        return self

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> Cursor:
        with _as_sqlite3():
            before = self._connection.total_changes()
            self._rows = list(self._cursor.executemany(sql, [tuple(row) for row in rows]))
            self._count(before)
        return self

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        self._cursor.close(True)

    def _note(self, cursor: apsw.Cursor, _sql: str, _values: Any) -> bool:
        names = cursor.get_description()
        self.description = tuple((one[0], *[None] * 6) for one in names) or None
        return True

    def _count(self, before: int) -> None:
        self.rowcount = self._connection.total_changes() - before
        self.lastrowid = self._connection.last_insert_rowid()


class Connection:
    """A connection as DB-API has it; transactions are begun by hand."""

    isolation_level: str | None = None

    def __init__(self, path: str, vfs: str) -> None:
        with _as_sqlite3():
            self._connection = apsw.Connection(path, vfs=vfs)

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(sql, values)

    def create_function(self, name: str, count: int, work: Any, **_more: Any) -> None:
        self._connection.create_scalar_function(name, work, count)

    def commit(self) -> None:
        if self._connection.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        with _as_sqlite3():
            self._connection.close(True)


def driver(vfs: str) -> Any:
    """What SQLAlchemy takes for the module `sqlite3`; its connections use the file system `vfs`."""
    names = [name for name in dir(sqlite3) if name.endswith(("Error", "Warning"))]
    connect: Callable[..., Connection] = lambda path, **_more: Connection(path, vfs)  # noqa: E731
    return SimpleNamespace(
        **{name: getattr(sqlite3, name) for name in names},
        connect=connect,
        paramstyle="qmark",
        sqlite_version_info=tuple(int(part) for part in apsw.sqlite_lib_version().split(".")),
        sqlite_version=apsw.sqlite_lib_version(),
        PARSE_DECLTYPES=0,
        PARSE_COLNAMES=0,
        Binary=bytes,
    )


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        kind = (
            sqlite3.IntegrityError
            if isinstance(error, apsw.ConstraintError)
            else sqlite3.OperationalError
        )
        told = kind(str(error))
        code = getattr(error, "extendedresult", 0)
        told.sqlite_errorcode = code
        told.sqlite_errorname = str(apsw.mapping_extended_result_codes.get(code, ""))
        raise told from error
