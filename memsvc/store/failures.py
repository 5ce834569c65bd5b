"""What a failing database means to a caller."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from memsvc.errors import StorageFull, Unavailable

_BUSY = "The database is busy with another writer; try again."
_DAMAGED = "The database is damaged: stop the service and restore a backup."
_GONE = (
    "The database does not answer. A write that was under way may have been stored: repeat it with "
    "the same Idempotency-Key, or look."
)
_READ_ONLY = "The database cannot be written: check its permissions, or whether it is a standby."
_DISK = (
    "The disk reports an error: check it. A write that was under way may have been stored: repeat "
    "it with the same Idempotency-Key, or look."
)
_NO_ROOM = (
    "The disk takes no more: it is full, over a quota, or fails. Nothing was changed; free some "
    "space and try again."
)

_MEANING = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": "The database cannot be opened: let this user own its file and folder.",
    "SQLITE_IOERR": _DISK,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    # SQLSTATE classes and codes of PostgreSQL.
    "08": _GONE,
    "25006": _READ_ONLY,
    "28": "The database refuses our user or password: check MEMSVC_DATABASE_URL.",
    "3D000": "The database named in MEMSVC_DATABASE_URL does not exist: create it.",
    "40": _BUSY,
    "53300": "The database takes no more connections: raise max_connections or run fewer workers.",
    "55P03": _BUSY,
    "57P": _GONE,
    "58": _DISK,
    "XX": _DAMAGED,
}
# SQLite knows only a full disk by name. A quota or a limit of file sizes looks to it like any other
# write that failed; but buffered writes hardly fail for another reason than want of room.
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "53100")
_CONFLICTS = ("40001", "40P01")


def translated(error: BaseException) -> BaseException:
    """The error a caller gets; one that is not the database's stays itself.

    Driver messages may hold values, so none of their text is passed on.
    """
    if isinstance(error, PoolTimeout):
        return Unavailable("All database connections are in use; try again.", retry_after=1)
    if not isinstance(error, DBAPIError):
        return error
    code = _code(error)
    if code.startswith(_FULL):
        return StorageFull(_NO_ROOM)
    for prefix, meaning in _MEANING.items():
        if code.startswith(prefix):
            return Unavailable(meaning, retry_after=1)
    if _code(error) or type(error.orig).__name__ != "OperationalError":
        return error
    # Without a code: psycopg lost its server or never found it, sqlite3 read what is no text.
    without_code = _DAMAGED if isinstance(error.orig, sqlite3.Error) else _GONE
    return Unavailable(without_code, retry_after=1)


def is_gone(error: BaseException) -> bool:
    """Whether the database's server was lost or never found."""
    meaning = translated(error)
    return isinstance(meaning, Unavailable) and meaning.detail == _GONE


def is_conflict(error: BaseException) -> bool:
    """Whether another transaction crossed this one, which may simply be tried again."""
    return isinstance(error, DBAPIError) and _code(error) in _CONFLICTS


def _code(error: DBAPIError) -> str:
    """SQLite's name of the error, or the SQLSTATE; empty without either."""
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return str(name or "")
