"""What a write, a change or a deletion does to the database takes no longer as an agent grows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft
from memsvc.operations.forget import delete_memory
from memsvc.operations.revise import Revision, revise
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime

SCOPE = Scope("default", "a1")
GROWING = r"(agents|memor\w+|vectors|lineage|changes|people|sessions)"
SCAN = re.compile(rf"SCAN {GROWING}\b|SEARCH {GROWING} .*\(agent_key=\?\)")
"""All rows, or all of the agent's."""


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Runtime]:
    settings = Settings(data_dir=tmp_path, embedding={"backend": "hashing"})
    runtime = build_runtime(settings, lambda _line: None)
    first = Draft(content="It rains.", id="m1", user_id="u1", subject_ids=("u2",), session_id="s1")
    write(runtime, SCOPE, [first])
    write(runtime, SCOPE, [Draft(content="Wet.", id="m2", source_ids=("m1",), user_id="u1")])
    yield runtime
    runtime.close()


def of_write(runtime: Runtime) -> None:
    write(runtime, SCOPE, [Draft(content="It pours.", id="m3", user_id="u1", session_id="s2")])


def of_change(runtime: Runtime) -> None:
    revise(runtime, SCOPE, "m1", Revision({"content": "It snows."}))


def of_deletion(runtime: Runtime) -> None:
    delete_memory(runtime, SCOPE, "m1")


@pytest.mark.parametrize("work", [of_write, of_change, of_deletion])
def test_no_table_that_grows_is_gone_through(
    on_sqlite: Runtime, tmp_path: Path, work: Callable[[Runtime], None]
) -> None:
    ran: list[str] = []

    def listen(tx: Any) -> None:
        tx.connection.connection.driver_connection.set_trace_callback(ran.append)

    on_sqlite.database.write(listen)
    work(on_sqlite)
    statements = [one for one in ran if one.startswith(("SELECT", "UPDATE", "DELETE", "INSERT"))]
    assert len(statements) > 3
    with sqlite3.connect(tmp_path / "memsvc.db") as database:
        for statement in statements:
            plan = database.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            assert not any(SCAN.search(step[-1]) for step in plan), (statement, plan)
    database.close()
