"""The statements that a running service really executes on PostgreSQL, and what leads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from memsvc.store.distribution import by_agent
from memsvc.store.tables import metadata

DISTRIBUTED = [table.name for table in metadata.sorted_tables if by_agent(table)]
CONSTANT = re.compile(r"\bagent_key (?:= %s|IN \((?:%s|NULL))")
"""A value, or several; none at all where there are none."""


@contextmanager
def recorded() -> Iterator[set[str]]:
    """What every connection that is opened meanwhile executes, each statement once."""
    seen: set[str] = set()

    class Recording(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            seen.add(" ".join(str(query).split()))
            return super().execute(query, *args, **kwargs)

        def executemany(self, query: Any, *args: Any, **kwargs: Any) -> None:
            seen.add(" ".join(str(query).split()))
            super().executemany(query, *args, **kwargs)

    def listen(connection: Any, _record: Any) -> None:
        if isinstance(connection, psycopg.Connection):
            connection.cursor_factory = Recording

    event.listen(Engine, "connect", listen)
    try:
        yield seen
    finally:
        event.remove(Engine, "connect", listen)


def unled(sql: str) -> set[str]:
    """The distributed tables that a statement touches without saying whose rows it means.

    Each has its `agent_key` compared with a value, or with that of another table that has; what is
    inserted names it.
    """
    inserted = re.match(r"INSERT INTO (\w+) \(([^)]*)\)", sql)
    names: dict[str, str] = {}
    for table in DISTRIBUTED:
        place = rf"(?:\bFROM|\bJOIN|\bUPDATE|\bUSING|,)\s+{table}\b(?!\.)(?:\s+AS\s+(\w+))?"
        for alias in re.findall(place, sql):
            names[alias or table] = table
    compared = r"\s*(?:=|IN\b)"
    open_ = {
        table
        for name, table in names.items()
        if not re.search(rf"\b{name}\.agent_key{compared}|=\s*{name}\.agent_key\b", sql)
    }
    if names and not CONSTANT.search(sql):
        open_ |= set(names.values())
    if inserted and inserted[1] in DISTRIBUTED:
        columns = [one.strip() for one in inserted[2].split(",")]
        open_ |= set() if "agent_key" in columns else {inserted[1]}
    return open_
