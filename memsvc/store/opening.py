"""Opening a database."""

from __future__ import annotations

from memsvc.store.database import Database
from memsvc.store.kinds import is_postgres
from memsvc.store.postgres import PostgresDatabase
from memsvc.store.sqlite import SqliteDatabase


def open_database(url: str) -> Database:
    """The database of a URL; nothing is connected yet."""
    if is_postgres(url):
        return PostgresDatabase(url)
    return SqliteDatabase(url)
