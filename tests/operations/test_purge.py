"""Purges bound the journal, and an index that is further behind is built anew."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft
from memsvc.operations import purge as purging
from memsvc.operations.forget import delete_memory
from memsvc.operations.purge import purge
from memsvc.operations.question import Question
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.wiring import build_runtime

SCOPE = Scope("default", "a1")


def journal(runtime: Runtime) -> list[int]:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
        assert agent is not None
        rows = text("SELECT sequence FROM changes WHERE agent_key = :agent ORDER BY sequence")
        return list(tx.execute(rows, {"agent": agent.agent_key}).scalars())


def found(runtime: Runtime) -> set[str]:
    return {hit.memory.id for hit in search(runtime, SCOPE, Question("harbour", limit=50)).found}


def test_the_journal_is_trimmed_part_by_part(
    runtime: Runtime, any_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "JOURNAL_KEPT", 5)
    monkeypatch.setattr(purging, "TRIMMED_AT_ONCE", 3)
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    other = build_runtime(settings, lambda _line: None)
    try:
        write(runtime, SCOPE, [Draft(content=f"harbour {n}", id=f"m{n}") for n in range(3)])
        assert len(found(other)) == 3
        for n in range(3, 20):
            write(runtime, SCOPE, [Draft(content=f"harbour {n}", id=f"m{n}")])
        delete_memory(runtime, SCOPE, "m0")

        assert purge(runtime, timedelta(0))

        assert journal(runtime) == [17, 18, 19, 20, 21]
        assert found(other) == found(runtime) == {f"m{n}" for n in range(1, 20)}
    finally:
        other.close()
