"""A database that is looked at stays as it is, to the byte, with all the files beside it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from memsvc.errors import MemsvcError, Unavailable
from memsvc.store.looking import lies_still, open_to_look
from memsvc.store.schema import upgrade
from memsvc.store.transaction import Tx

CRASH = (
    "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
    "c.execute('PRAGMA journal_mode=WAL'); c.execute('INSERT INTO t VALUES (2)'); os._exit(0)"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database in WAL mode with one row, closed; its name needs quoting."""
    path = tmp_path / "odd ?#%20 name" / "x.db"
    path.parent.mkdir()
    with closing(connected(path)) as connection:
        connection.execute("CREATE TABLE t (n)")
        connection.execute("INSERT INTO t VALUES (1)")
    return path


def connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    return connection


def crash(path: Path) -> None:
    """Write a second row and die."""
    subprocess.run([sys.executable, "-c", CRASH, str(path)], check=True)


def files(path: Path) -> dict[str, tuple[bytes, int]]:
    return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in path.parent.iterdir()}


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    before = files(path)
    yield
    assert files(path) == before


def rows(path: Path) -> list[int]:
    url = URL.create("sqlite", database=str(path)).render_as_string()
    with closing(open_to_look(url)) as database, database.snapshot() as tx:
        return list(tx.execute(text("SELECT n FROM t ORDER BY n")).scalars())


def test_at_rest(file: Path) -> None:
    with unchanged(file):
        assert rows(file) == [1]
    assert lies_still(file)


def test_beside_a_writer(file: Path) -> None:
    code = (
        "import sys; from tests.store.test_looking import rows; from pathlib import Path;"
        "print(rows(Path(sys.argv[1])))"
    )

    def others_see() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, str(file)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        return done.stdout.strip()

    with closing(connected(file)) as writer:
        writer.execute("INSERT INTO t VALUES (2)")
        assert not lies_still(file)
        assert others_see() == "[1, 2]"
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert others_see() == "[1, 2]"
        writer.execute("INSERT INTO t VALUES (3)")
        assert others_see() == "[1, 2, 3]"


def test_after_a_crash(file: Path) -> None:
    crash(file)
    with unchanged(file):
        assert rows(file) == [1, 2]
    os.truncate(f"{file}-shm", 0)
    with unchanged(file):
        assert rows(file) == [1, 2]


@pytest.mark.parametrize(
    "cut_off",
    [
        lambda path: Path(f"{path}-shm").unlink(),
        lambda path: Path(f"{path}-journal").write_bytes(b"half a change"),
    ],
)
def test_what_only_a_start_can_put_right_is_left_to_it(
    file: Path, cut_off: Callable[[Path], None]
) -> None:
    crash(file)
    cut_off(file)
    with unchanged(file), pytest.raises(Unavailable, match="start the service"):
        rows(file)


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        rows(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written(any_url: str) -> None:
    upgrade(any_url)

    def work(tx: Tx) -> None:
        tx.execute(text("DELETE FROM service_state"))

    with closing(open_to_look(any_url)) as database:
        with pytest.raises(MemsvcError, match="cannot be written"), database.snapshot() as tx:
            work(tx)
        if any_url.startswith("sqlite"):
            with pytest.raises(MemsvcError, match="cannot be written"):
                database.write(work)
            with pytest.raises(Unavailable):
                database.purge(vacuum=False)
