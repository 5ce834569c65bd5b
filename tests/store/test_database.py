"""The database's promises: how it is set up, and what its failures mean."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from memsvc.errors import StorageFull, Unavailable
from memsvc.store import state
from memsvc.store.database import Database
from memsvc.store.failures import translated


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 5000),
        ("temp_store", 2),
    ],
)
def test_readers_and_writer_are_set_up(sqlite: Database, pragma: str, value: object) -> None:
    with sqlite.snapshot() as tx:
        assert tx.execute(text(f"PRAGMA {pragma}")).scalar() == value
    assert sqlite.write(lambda tx: tx.execute(text(f"PRAGMA {pragma}")).scalar()) == value


def test_a_snapshot_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable), database.snapshot() as tx:
        state.put(tx, "a", "1")


def test_a_snapshot_is_of_one_moment(database: Database) -> None:
    with database.snapshot() as tx:
        assert state.get(tx, "a") is None
        database.write(lambda writing: state.put(writing, "a", "1"))
        assert state.get(tx, "a") is None


def test_purge_waits_for_readers_and_empties_the_log(sqlite: Database, tmp_path: Path) -> None:
    database = sqlite
    database.write(lambda tx: state.put(tx, "a", "x" * 10_000))
    log = tmp_path / "memsvc.db-wal"
    with database.snapshot() as tx:
        state.get(tx, "a")
        database.write(lambda writing: state.put(writing, "b", "1"))
        assert not database.purge(vacuum=False)
        assert log.stat().st_size > 0
    assert database.purge(vacuum=True)
    assert log.stat().st_size == 0
    driver = database.write(lambda tx: tx.connection.connection.driver_connection)
    assert driver is not None
    assert driver.isolation_level is None, "the driver begins no transaction of its own"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("SQLITE_FULL", StorageFull),
        ("SQLITE_BUSY", Unavailable),
        ("SQLITE_BUSY_SNAPSHOT", Unavailable),
        ("SQLITE_READONLY_DBMOVED", Unavailable),
        ("SQLITE_IOERR_FSYNC", Unavailable),
        ("SQLITE_CORRUPT", Unavailable),
    ],
)
def test_a_failure_says_what_to_do_and_repeats_no_value(name: str, meaning: type) -> None:
    original = sqlite3.OperationalError("near canary-value")
    original.sqlite_errorname = name
    assert_told(original, meaning)


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("DiskFull", StorageFull),
        ("AdminShutdown", Unavailable),
        ("CannotConnectNow", Unavailable),
        ("TooManyConnections", Unavailable),
        ("InvalidPassword", Unavailable),
        ("InvalidCatalogName", Unavailable),
        ("DeadlockDetected", Unavailable),
        ("LockNotAvailable", Unavailable),
        ("ReadOnlySqlTransaction", Unavailable),
        ("IoError", Unavailable),
        ("DataCorrupted", Unavailable),
        # What the driver raises itself when the server is gone.
        ("OperationalError", Unavailable),
    ],
)
def test_a_failure_of_postgresql_says_what_to_do(name: str, meaning: type) -> None:
    kind = getattr(psycopg.errors, name, None) or getattr(psycopg, name)
    assert_told(kind("near canary-value"), meaning)


def assert_told(original: Exception, meaning: type) -> None:
    found = translated(DBAPIError("INSERT canary-value", {}, original))
    assert type(found) is meaning
    assert "canary" not in str(found)


def test_other_errors_stay_themselves() -> None:
    error = KeyError("x")
    assert translated(error) is error
