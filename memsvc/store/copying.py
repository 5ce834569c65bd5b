"""All rows of one moment copied between databases, by table; the keys apart from the rest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from sqlalchemy import Connection, Table, create_engine, func, insert, select, text

from memsvc.store.kinds import driver_url
from memsvc.store.schema import revision, upgrade
from memsvc.store.tables import HEAD, agents, key_slots, metadata
from memsvc.store.transaction import Tx

CHUNK = 1000

DATA = tuple(table for table in metadata.sorted_tables if table is not key_slots)

Progress = Callable[[str, int], None]


def copy_out(tx: Tx, file: Path, progress: Progress) -> dict[str, int]:
    """Write every row that a snapshot sees, but no key, to a new SQLite file; rows by table."""
    url = f"sqlite:///{file}"
    upgrade(url)
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as target:
            return _copy(tx.connection, target, progress)
    finally:
        engine.dispose()


def copy_in(file: Path, url: str, keys: bytes, progress: Progress) -> dict[str, int]:
    """Fill an empty database, in one transaction, from such a file and from `keys_out`.

    Raises SchemaOutdated for a file of a later version.
    """
    with _of_this_version(file) as current:
        upgrade(url)
        return _copy_in(current, url, keys, progress)


@contextmanager
def _of_this_version(file: Path) -> Iterator[Path]:
    """The file; where an earlier version wrote it, a copy that is brought up to date."""
    if revision(f"sqlite:///{file}") == HEAD:
        yield file
        return
    with TemporaryDirectory(prefix="memsvc-") as folder:
        copy = Path(folder, file.name)
        shutil.copyfile(file, copy)
        upgrade(f"sqlite:///{copy}")
        yield copy


def _copy_in(file: Path, url: str, keys: bytes, progress: Progress) -> dict[str, int]:
    source = create_engine(f"sqlite:///{file}", hide_parameters=True)
    engine = create_engine(driver_url(url), hide_parameters=True)
    try:
        with source.connect() as reading, engine.begin() as target:
            counts = _copy(reading, target, progress)
            rows = [
                {"agent_key": agent, "slot": slot, "wrapped": bytes.fromhex(wrapped)}
                for agent, slot, wrapped in orjson.loads(keys or b"[]")
            ]
            if rows:
                target.execute(insert(key_slots), rows)
            _go_on_counting(target)
            return counts
    finally:
        source.dispose()
        engine.dispose()


def keys_out(tx: Tx) -> bytes:
    """All key rows that a snapshot sees, as JSON."""
    rows = tx.execute(select(key_slots.c.agent_key, key_slots.c.slot, key_slots.c.wrapped))
    return orjson.dumps([(row.agent_key, row.slot, bytes(row.wrapped).hex()) for row in rows])


def pin(tx: Tx) -> None:
    """Have the snapshot begin now: a transaction's first read decides what it sees."""
    tx.execute(text("SELECT count(*) FROM service_state"))


def is_empty(url: str) -> bool:
    """Whether the database holds no agent, or does not exist yet."""
    if revision(url) is None:
        return True
    engine = create_engine(driver_url(url), hide_parameters=True)
    try:
        with engine.connect() as connection:
            return connection.execute(select(agents.c.agent_key).limit(1)).first() is None
    finally:
        engine.dispose()


def _copy(source: Connection, target: Connection, progress: Progress) -> dict[str, int]:
    counts = {}
    for table in DATA:
        done = 0
        for rows in _chunks(source, table):
            target.execute(insert(table), rows)
            done += len(rows)
            progress(table.name, done)
        counts[table.name] = done
    return counts


def _chunks(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    rows = source.execution_options(yield_per=CHUNK).execute(select(table))
    for part in rows.mappings().partitions():
        yield [dict(row) for row in part]


def _go_on_counting(target: Connection) -> None:
    """Let PostgreSQL's own counters go on behind the numbers that came with the rows."""
    if target.dialect.name != "postgresql":
        return
    for table in DATA:
        column = table.autoincrement_column
        if column is not None:
            highest = select(func.max(column)).scalar_subquery()
            name = func.pg_get_serial_sequence(table.name, column.name)
            target.execute(select(func.setval(name, func.coalesce(highest, 1))))
