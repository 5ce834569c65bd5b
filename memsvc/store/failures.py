"""What a failing database means to a caller."""

from __future__ import annotations

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

_MEANING = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_CANTOPEN": "The database cannot be opened: check the data directory.",
    "SQLITE_IOERR": "The disk reports an error; nothing was stored. Check the disk.",
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
    "58": "The database's disk reports an error; nothing was stored. Check the disk.",
    "XX": _DAMAGED,
}
_FULL = ("SQLITE_FULL", "53100")
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
        return StorageFull("The disk is full; nothing was stored. Free some space and try again.")
    for prefix, meaning in _MEANING.items():
        if code.startswith(prefix):
            return Unavailable(meaning, retry_after=1)
    # A driver that lost its server, or never found it, has no code to give.
    return Unavailable(_GONE, retry_after=1) if _lost_server(error) else error


def is_conflict(error: BaseException) -> bool:
    """Whether another transaction crossed this one, which may simply be tried again."""
    return isinstance(error, DBAPIError) and _code(error) in _CONFLICTS


def _code(error: DBAPIError) -> str:
    """SQLite's name of the error, or the SQLSTATE; empty without either."""
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return str(name or "")


def _lost_server(error: DBAPIError) -> bool:
    return not _code(error) and type(error.orig).__name__ == "OperationalError"
