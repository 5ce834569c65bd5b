"""Several processes on the indexes of one database: none destroys what another is building."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from memsvc.clock import FixedClock
from memsvc.operations.forget import delete_memory
from memsvc.operations.indexing import current, each_part
from memsvc.operations.question import Question
from memsvc.operations.search import search
from memsvc.operations.statistics_process import index_figures
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime
from tests.operations.remembering import NOW, SCOPE, remember
from tests.operations.test_large_agents import (
    DRAFTS,
    agent_of,
    found,
    held,
    indexes_of,
    large,
    settings,
    unfollowed,
)

__all__ = ["large"]
SOON = 10.0


@pytest.fixture
def other(large: Runtime, tmp_path: Path, postgres_url: str) -> Iterator[Runtime]:
    """Another process on the database of `large`, which has asked the index, too."""
    chosen = settings(tmp_path, postgres_url)
    with closing(build_runtime(chosen, lambda _line: None, clock=FixedClock(NOW))) as runtime:
        assert found(runtime) == ["m1", "m2", "m3"]
        yield runtime


@contextmanager
def building(runtime: Runtime) -> Iterator[None]:
    """The agent's index dropped, and half built meanwhile; finished at the end."""
    agent, rooms = agent_of(runtime), indexes_of(runtime)
    runtime.indexes.drop(agent.agent_key)
    with runtime.database.claim(f"index {agent.agent_key}") as claimed:
        assert claimed
        index = rooms.new(agent.agent_key)
        index.begin()
        for part in each_part(runtime.database, runtime.keyring, rooms.dimension, agent.agent_key):
            index.fill(part.entries)
        yield
        index.filled(agent.sequence)


def test_who_finds_it_dropped_waits_for_who_builds_it(large: Runtime, other: Runtime) -> None:
    misses = other.indexes.stats.misses
    with ThreadPoolExecutor(1) as pool:
        with building(large):
            answer = pool.submit(found, other)
            until = time.monotonic() + SOON
            while other.indexes.stats.misses == misses and time.monotonic() < until:
                time.sleep(0.01)
            assert current(other, agent_of(other), wait=False) is None
        assert answer.result(SOON) == ["m1", "m2", "m3"]
    assert held(large) == 3


def test_who_erases_meanwhile_leaves_it_alone(large: Runtime, other: Runtime) -> None:
    with building(large):
        delete_memory(other, SCOPE, "m1")
    assert held(large) == 3, "as of before"
    assert found(other) == found(large) == ["m2", "m3"]
    assert held(large) == 2


def test_figures_ask_the_database_once_where_indexes_stand(large: Runtime) -> None:
    scopes = [SCOPE, *(replace(SCOPE, agent_id=f"agent-{number}") for number in range(3))]
    for scope in scopes[1:]:
        remember(large, *DRAFTS, scope=scope)
        search(large, scope, Question("tram"))
    asked: list[str] = []
    # One is dropped, and one is behind.
    keys = list(large.indexes.last_used(10))
    indexes_of(large).tables.drop(keys[0])
    delete_memory(unfollowed(large), SCOPE, "m1")
    event.listen(
        indexes_of(large).tables._engine,
        "before_cursor_execute",
        lambda *args: asked.append(args[2]),
    )
    with large.database.snapshot() as tx:
        figures = index_figures(large, tx)
    assert (figures.agents, figures.behind, len(asked)) == (4, 2, 1)


def test_what_was_finished_since_it_was_looked_at_is_not_tidied_away(
    large: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = indexes_of(large).tables
    with building(large):
        half = tables.heads()
    monkeypatch.setattr(tables, "heads", lambda: half)
    assert [one.ready for one in half] == [False]
    assert indexes_of(large).tidy(large)
    assert held(large) == 3
