"""Databases of other stores, read and never written: rows as they lie there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

SQLITE_MAGIC = b"SQLite format 3\x00"
POSTGRES = ("postgresql://", "postgres://")
AT_ONCE = 500


class Unreadable(Exception):
    """A database, or a table of it, that cannot be read; the message says why."""


def is_sqlite(path: Path) -> bool:
    """Whether the file is a database of SQLite."""
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def with_columns(rows: Iterable[dict[str, Any]], *names: str) -> Iterator[dict[str, Any]]:
    """The rows; raises Unreadable where they lack one of these columns."""
    for row in rows:
        lacking = [name for name in names if name not in row]
        if lacking:
            raise Unreadable(f"the table has no column {lacking[0]}")
        yield row


def sqlite_rows(path: Path, table: str, order: str) -> Iterator[dict[str, Any]]:
    """All rows of a table in the order of a column; raises Unreadable."""
    quoted = [f'"{name}"' for name in (table, order)]
    if any(name.count('"') != 2 for name in quoted):
        raise Unreadable("there is no such table")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            # Names of our own, and quoted.
            for row in database.execute(f"SELECT * FROM {quoted[0]} ORDER BY {quoted[1]}"):  # noqa: S608
                yield dict(row)
    except sqlite3.Error as error:
        raise Unreadable(str(error)) from None


def postgres_rows(url: str, table: str) -> Iterator[dict[str, Any]]:
    """All rows of a table, in no order; a dot parts it from its schema. Raises Unreadable."""
    name = sql.SQL(".").join(map(sql.Identifier, table.split(".")))
    try:
        with psycopg.connect(url) as connection:
            connection.read_only = True
            with connection.cursor("memsvc_import", row_factory=dict_row) as cursor:
                cursor.itersize = AT_ONCE
                cursor.execute(sql.SQL("SELECT * FROM {}").format(name))
                yield from cursor
    except psycopg.Error as error:
        raise Unreadable(str(error).partition("\n")[0]) from None
