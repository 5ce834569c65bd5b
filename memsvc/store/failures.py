"""What a failing database means to a caller."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from memsvc.errors import StorageFull, Unavailable

_MEANING = {
    "SQLITE_BUSY": "The database is busy with another writer; try again.",
    "SQLITE_LOCKED": "The database is busy with another writer; try again.",
    "SQLITE_READONLY": "The database cannot be written: check the data directory's permissions.",
    "SQLITE_CANTOPEN": "The database cannot be opened: check the data directory.",
    "SQLITE_IOERR": "The disk reports an error; nothing was stored. Check the disk.",
    "SQLITE_CORRUPT": "The database file is damaged: stop the service and restore a backup.",
    "SQLITE_NOTADB": "The database file is damaged: stop the service and restore a backup.",
}


def translated(error: BaseException) -> BaseException:
    """The error a caller gets; one that is not the database's stays itself.

    Driver messages may hold values, so none of their text is passed on.
    """
    if isinstance(error, PoolTimeout):
        return Unavailable("All database connections are in use; try again.", retry_after=1)
    if not isinstance(error, DBAPIError):
        return error
    name = str(getattr(error.orig, "sqlite_errorname", "") or "")
    if name.startswith("SQLITE_FULL"):
        return StorageFull("The disk is full; nothing was stored. Free some space and try again.")
    for prefix, meaning in _MEANING.items():
        if name.startswith(prefix):
            return Unavailable(meaning, retry_after=1)
    return error
