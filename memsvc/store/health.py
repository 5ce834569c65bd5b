"""What a database says about its own health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, inspect, select, text

from memsvc.store.memories import UNRESTRICTED
from memsvc.store.tables import agents, memories, metadata, shreddings
from memsvc.store.transaction import Tx

MOST_FAULTS = 100

_SERVER = text(
    "SELECT current_setting('server_version') AS version, "
    "current_setting('server_encoding') AS encoding, "
    "current_setting('fsync') = 'on' AS fsync, "
    "current_setting('full_page_writes') = 'on' AS full_page_writes, "
    "pg_is_in_recovery() OR (SELECT reset_val = 'on' FROM pg_settings "
    "WHERE name = 'default_transaction_read_only') AS read_only, "
    # As the service's own sessions have it, which ask for it whatever the server's default is.
    "current_setting('synchronous_commit') = 'on' AS synchronous_commit, "
    "current_setting('max_connections')::int "
    "- current_setting('superuser_reserved_connections')::int AS connections, "
    "pg_database_size(current_database()) AS size_bytes"
)


DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
"""What a server must do for an acknowledged write to survive a power cut."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server's settings; `connections` are those for anybody but superusers."""

    version: str
    encoding: str
    fsync: bool
    full_page_writes: bool
    read_only: bool
    synchronous_commit: bool
    connections: int
    size_bytes: int


def server(tx: Tx) -> Server:
    """The server behind a PostgreSQL database."""
    return Server(*tx.execute(_SERVER).one())


def answers(tx: Tx) -> None:
    """Read a little of an SQLite file: raises DBAPIError when it is none."""
    tx.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one()


def faults(tx: Tx, *, thorough: bool) -> list[str]:
    """What SQLite finds wrong with its pages; `thorough` holds indexes against tables as well."""
    check = "integrity_check" if thorough else "quick_check"
    rows = tx.execute(text(f"PRAGMA {check}({MOST_FAULTS})")).scalars()
    return [row for row in rows if row != "ok"]


def orphans(tx: Tx) -> int:
    """How many rows of an SQLite database name a row that is not there."""
    return len(tx.execute(text("PRAGMA foreign_key_check")).all())


def missing(tx: Tx) -> list[str]:
    """Tables and columns that should be there and are not."""
    found = inspect(tx.connection)
    tables = set(found.get_table_names())
    absent = [name for name in metadata.tables if name not in tables]
    for name in metadata.tables.keys() & tables:
        columns = {column["name"] for column in found.get_columns(name)}
        absent += [
            f"{name}.{column.name}"
            for column in metadata.tables[name].columns
            if column.name not in columns
        ]
    return sorted(absent)


def shreddings_since(tx: Tx, moment: datetime) -> int:
    """How many keys were to be destroyed by then and stand as not destroyed."""
    return _count(tx, shreddings.c.ordered_at <= moment)


def rotations_since(tx: Tx, moment: datetime) -> int:
    """How many agents' keys were to be replaced by then and are not."""
    return _count(tx, agents.c.rotation_due <= moment)


def expired_since(tx: Tx, moment: datetime) -> int:
    """How many memories expired by then and are neither erased nor held back."""
    return _count(tx, and_(memories.c.expires_at <= moment, UNRESTRICTED))


def _count(tx: Tx, condition: ColumnElement[bool]) -> int:
    return int(tx.execute(select(func.count()).where(condition)).scalar_one())
