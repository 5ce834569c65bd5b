"""Statements of every search, compiled once and run on the driver.

SQLAlchemy writes them and knows the types; but what it does around each execution costs three times
what the database takes for it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

from memsvc.store.transaction import Tx

Convert = Callable[[Any], Any]


class Prepared:
    """A select whose bound parameters are given by position, in the order they appear in it."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        names = [column.name for column in statement.selected_columns]
        # Its attributes are read six times as fast as those of SQLAlchemy's rows.
        self._row: Any = namedtuple("PreparedRow", names)  # type: ignore[misc]
        self._compiled: dict[str, tuple[str, list[tuple[int, Convert]]]] = {}

    def rows(self, tx: Tx, *values: str | int) -> list[Any]:
        """The rows as named tuples, with values as SQLAlchemy gives them; raises DBAPIError."""
        dialect = tx.connection.dialect
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        sql, converts = known
        found = []
        for raw in _fetched(tx.connection, sql, values):
            row = list(raw)
            for place, convert in converts:
                if row[place] is not None:
                    row[place] = convert(row[place])
            found.append(self._row._make(row))
        return found

    def _compile(self, dialect: Dialect) -> tuple[str, list[tuple[int, Convert]]]:
        sql = str(self._statement.compile(dialect=dialect))
        converts: list[tuple[int, Convert]] = []
        for place, column in enumerate(self._statement.selected_columns):
            convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if convert is not None:
                converts.append((place, convert))
        return sql, converts


def _fetched(connection: Connection, sql: str, values: Sequence[str | int]) -> list[Any]:
    driver: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi.Error
    cursor = driver.cursor()
    try:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    except errors as error:
        raise DBAPIError.instance(sql, None, error, errors, hide_parameters=True) from error
    finally:
        cursor.close()
    return rows
