"""What is erased is gone from RAM too when the answer comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft
from memsvc.operations.forget import delete_memory
from memsvc.operations.question import Question
from memsvc.operations.read import get_memory
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.sealed import SealedKeyring
from memsvc.sealing.slots import SlotFile
from memsvc.store import agents
from memsvc.wiring import build_runtime

SCOPE = Scope("default", "a1")


def remembered(runtime: Runtime, draft: Draft) -> bool:
    """Whether the agent's index in RAM, if there is one, still knows the statement."""
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
    assert agent is not None
    index = runtime.indexes.peek(agent.agent_key)
    return index is not None and bool(index.find(draft))


@pytest.mark.parametrize("shared", [False, True], ids=["alone", "with something demoted"])
def test_an_erased_memory_leaves_the_index_before_the_answer(
    runtime: Runtime, shared: bool
) -> None:
    doomed = Draft(content="The harbour freezes.", id="m1")
    write(runtime, SCOPE, [doomed, Draft(content="It rains.", id="m2")])
    if shared:
        write(runtime, SCOPE, [Draft(content="Winter.", id="m3", source_ids=("m1", "m2"))])
    search(runtime, SCOPE, Question("harbour"))
    assert remembered(runtime, doomed)

    delete_memory(runtime, SCOPE, "m1")

    assert not remembered(runtime, doomed)
    assert [one.memory.id for one in search(runtime, SCOPE, Question("harbour")).found] == ["m2"]


def test_an_index_that_stands_elsewhere_does_not_keep_what_was_erased(runtime: Runtime) -> None:
    doomed = Draft(content="The harbour freezes.", id="m1")
    write(runtime, SCOPE, [doomed, Draft(content="It rains.", id="m2")])
    search(runtime, SCOPE, Question("harbour"))
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
    assert agent is not None
    # As if another process had written: counted in SQL, unknown to this index.
    runtime.database.write(lambda tx: agents.record(tx, agent.agent_key, [1]))

    delete_memory(runtime, SCOPE, "m1")

    assert not remembered(runtime, doomed)


def test_an_index_follows_an_erasure_and_is_not_loaded_again(
    runtime: Runtime, tmp_path: Path, any_url: str
) -> None:
    """Also behind the writes of another process, and where something is demoted."""
    doomed = Draft(content="The harbour freezes.", id="m1")
    write(runtime, SCOPE, [doomed, Draft(content="It rains.", id="m2")])
    assert search(runtime, SCOPE, Question("harbour")).found
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    other = build_runtime(settings, lambda _line: None)
    try:
        write(other, SCOPE, [Draft(content="Winter.", id="m3", source_ids=("m1", "m2"))])
    finally:
        other.close()
    loads = runtime.indexes.stats.misses
    delete_memory(runtime, SCOPE, "m1")
    assert not remembered(runtime, doomed)
    assert [one.memory.id for one in search(runtime, SCOPE, Question("rains")).found] == ["m2"]
    assert runtime.indexes.stats.misses == loads


def test_a_query_that_was_asked_is_forgotten_with_an_erasure(runtime: Runtime) -> None:
    write(runtime, SCOPE, [Draft(content="The harbour freezes.", id="m1")])
    search(runtime, SCOPE, Question("harbour"))
    before = runtime.embedder.counters.cache_misses  # type: ignore[attr-defined]
    delete_memory(runtime, SCOPE, "m1")
    search(runtime, SCOPE, Question("harbour"))
    assert runtime.embedder.counters.cache_misses == before + 1  # type: ignore[attr-defined]


def test_queries_are_forgotten_when_another_process_erased(
    runtime: Runtime, tmp_path: Path, any_url: str
) -> None:
    write(runtime, SCOPE, [Draft(content="The harbour freezes.", id="m1")])
    search(runtime, SCOPE, Question("harbour"))
    before = runtime.embedder.counters.cache_misses  # type: ignore[attr-defined]
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    other = build_runtime(settings, lambda _line: None)
    delete_memory(other, SCOPE, "m1")
    other.close()
    assert search(runtime, SCOPE, Question("harbour")).found == []
    search(runtime, SCOPE, Question("harbour"))
    assert runtime.embedder.counters.cache_misses == before + 1  # type: ignore[attr-defined]


def test_a_crash_between_the_commit_and_the_shredding_is_finished_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path, embedding={"backend": "hashing"})
    runtime = build_runtime(settings, lambda _line: None)
    write(runtime, SCOPE, [Draft(content="kept", id="m0"), Draft(content="doomed", id="m1")])
    with monkeypatch.context() as crashing:
        crashing.setattr(SealedKeyring, "shred", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            delete_memory(runtime, SCOPE, "m1")
    runtime.close()
    assert living_slots(tmp_path) == 2

    runtime = build_runtime(settings, lambda _line: None)
    assert living_slots(tmp_path) == 1
    assert get_memory(runtime, SCOPE, "m0").content == "kept"
    runtime.close()


def living_slots(data_dir: Path) -> int:
    file = SlotFile.open(data_dir / "keys.bin")
    try:
        return len(file.read(list(range(file.handed_out()))))
    finally:
        file.close()
