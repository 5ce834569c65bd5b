"""A database that another process holds for longer than a write waits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.faults.asking import add, assert_calm, held, problem
from tests.serving.server import Server


def test_a_write_is_told_to_come_again(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path)
    try:
        add(server, "one").raise_for_status()
        path = tmp_path / "data" / "memsvc.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            refused = add(server, "two")
            assert "busy with another writer" in problem(refused, 503, "unavailable")
            assert refused.headers["retry-after"] == "1"
            assert held(server) == {"one"}
        add(server, "two").raise_for_status()
        assert held(server) == {"one", "two"}
        assert_calm(server)
    finally:
        server.kill()
