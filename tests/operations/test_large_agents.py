"""Indexes in the database as a whole service has them: built, followed, tidied, discarded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import psycopg
import pytest

from memsvc.clock import FixedClock
from memsvc.config import IndexSettings, Pgvector, Settings
from memsvc.core.memory import Draft
from memsvc.errors import StartupError
from memsvc.index.agent_index import AgentIndex
from memsvc.index.cache import IndexCache
from memsvc.index.pgvector import index as index_module
from memsvc.index.pgvector.index import PgvectorIndex
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import verify
from memsvc.operations.forgetting.read import get_receipt
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.indexing import current, known_agent
from memsvc.operations.large_agents import REBUILD_AFTER, LargeAgents, Tidying
from memsvc.operations.purge import purge, purge_now
from memsvc.operations.question import Question
from memsvc.operations.scan import residue
from memsvc.operations.search import search
from memsvc.operations.subjects.rectify import Correction, rectify
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.store.agents import Agent
from memsvc.store.pgvector import indexes, vacuuming
from memsvc.wiring import build_runtime
from tests.operations.forgetting import TENANT, order, people, standing_of
from tests.operations.remembering import NOW, SCOPE, hits_of, remember

DRAFTS = [
    Draft(content="Ana moved to Lisbon.", id="m1", user_id="ana"),
    Draft(content="The tram is yellow.", id="m2", session_id="s1"),
    Draft(content="Bob paints trams.", id="m3", session_id="s1"),
]


def settings(folder: Path, url: str, above: int = 0) -> Settings:
    index = IndexSettings(pgvector=Pgvector.VECTORS_AND_WORDS, pgvector_above=above)
    return Settings(
        data_dir=folder, database_url=url, embedding={"backend": "hashing"}, index=index
    )


@pytest.fixture
def large(tmp_path: Path, postgres_url: str) -> Iterator[Runtime]:
    """A service whose indexes all lie in the database, with three memories, asked once."""
    chosen = settings(tmp_path, postgres_url)
    with closing(build_runtime(chosen, lambda _line: None, clock=FixedClock(NOW))) as runtime:
        remember(runtime, *DRAFTS)
        assert found(runtime) == ["m1", "m2", "m3"]
        yield runtime


def found(runtime: Runtime) -> list[str]:
    answer = hits_of(search(runtime, SCOPE, Question("Who paints a tram?")))
    return sorted(one.memory.id for one in answer.found)


def agent_of(runtime: Runtime) -> Agent:
    with runtime.database.snapshot() as tx:
        return known_agent(tx, SCOPE)


def indexes_of(runtime: Runtime) -> LargeAgents:
    assert isinstance(runtime.large, LargeAgents)
    return runtime.large


def held(runtime: Runtime) -> int:
    """Memories in the agent's tables."""
    standing = indexes_of(runtime).tables.standing(agent_of(runtime).agent_key)
    return standing.memories if standing else 0


def unfollowed(runtime: Runtime) -> Runtime:
    """The service as one that dies between an erasure and its following: no index hears of it."""
    return replace(runtime, indexes=IndexCache(2**20, lambda _agent: AgentIndex(8)), large=None)


def test_what_nobody_followed_is_gone_with_the_purge(large: Runtime) -> None:
    delete_memory(unfollowed(large), SCOPE, "m1")
    assert held(large) == 3

    assert purge_now(large)

    assert held(large) == 2
    assert found(large) == ["m2", "m3"]


def is_due(url: str) -> bool:
    """Whether a vacuum of the agent's tables is owed."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT erasure > vacuumed FROM memsvc_index.agents").fetchone()
    assert found is not None
    return bool(found[0])


def test_what_was_put_right_leaves_the_tables_too(large: Runtime, postgres_url: str) -> None:
    values = {"metadata": {"city": "porto"}}
    assert rectify(large, TENANT, "k1", [Correction(SCOPE.agent_id, "m1", values)]) == [True]
    assert is_due(postgres_url)
    assert purge(large, timedelta(0))
    assert not is_due(postgres_url)


def test_a_purge_stays_owed_while_others_hold_the_tables(large: Runtime, postgres_url: str) -> None:
    delete_memory(large, SCOPE, "m1")
    key = agent_of(large).agent_key
    with psycopg.connect(postgres_url) as dump:
        dump.execute(f"LOCK TABLE memsvc_index.pieces_{key}_1 IN ACCESS SHARE MODE".encode())
        assert not purge_now(large)
        assert is_due(postgres_url)
        assert found(large) == ["m2", "m3"]
    assert purge(large, timedelta(0)), "it is owed still"
    assert not is_due(postgres_url)
    assert not purge(large, timedelta(0))


def test_a_purge_stays_owed_while_somebody_builds_the_index(
    large: Runtime, postgres_url: str
) -> None:
    delete_memory(large, SCOPE, "m1")
    with large.database.claim(f"index {agent_of(large).agent_key}") as claimed:
        assert claimed
        assert not purge_now(large)
    assert is_due(postgres_url)
    assert purge_now(large)
    assert not is_due(postgres_url)


def test_a_forget_request_waits_for_the_tables_and_its_receipt_tells_of_them(
    large: Runtime, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "residue_apart", residue)
    key = agent_of(large).agent_key
    order(large, people("ana"), "q1")
    with psycopg.connect(postgres_url) as dump:
        dump.execute(f"LOCK TABLE memsvc_index.pieces_{key}_1 IN ACCESS SHARE MODE".encode())
        resume(large)
        assert standing_of(large, "q1").progress["waits_for"]["code"] == "log_in_use"
    resume(large)
    unreadable = orjson.loads(get_receipt(large, TENANT, "q1"))["receipt"]["unreadable"]
    assert unreadable["index"] == {"at": None, "once": "large tables were built anew"}
    assert unreadable["backups"]["at"] is None
    assert "memsvc_index" in unreadable["backups"]["once"]


def test_an_agent_that_is_gone_takes_its_tables_along(large: Runtime) -> None:
    agent = agent_of(large)
    large.database.write(lambda tx: agents.erase(tx, agent.agent_key))

    assert purge_now(large)

    assert indexes_of(large).tables.heads() == []


def test_dropping_an_index_discards_it_and_the_next_question_builds_it(large: Runtime) -> None:
    agent = agent_of(large)
    large.indexes.drop(agent.agent_key)
    assert held(large) == 0
    assert found(large) == ["m1", "m2", "m3"]
    # Letting one go for room does not.
    large.indexes.clear()
    assert held(large) == 3
    assert isinstance(large.indexes.peek(agent.agent_key), PgvectorIndex)


def test_a_process_without_the_setting_drops_all_and_it_is_built_again(
    large: Runtime, postgres_url: str
) -> None:
    indexes.drop_indexes(postgres_url)
    assert (held(large), indexes_of(large).tables.heads()) == (0, [])
    delete_memory(large, SCOPE, "m1")
    assert found(large) == ["m2", "m3"]
    assert held(large) == 2


def test_large_tables_are_built_anew_a_day_after_an_erasure(
    large: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vacuuming, "REWRITE_UP_TO_BYTES", 0)
    tidying = Tidying()
    delete_memory(large, SCOPE, "m1")
    tidying(large)
    [head] = indexes_of(large).tables.heads()
    assert head.erased_since == NOW
    before = indexes_of(large).tables.sizes(head.agent_key)

    later = replace(large, clock=FixedClock(NOW + REBUILD_AFTER))
    tidying(later)

    [head] = indexes_of(large).tables.heads()
    assert (head.erased_since, held(large)) == (None, 2)
    assert before.keys() == indexes_of(large).tables.sizes(head.agent_key).keys()
    assert found(large) == ["m2", "m3"]


def test_an_agent_that_grew_gets_its_graph_from_upkeep_not_from_who_writes(
    large: Runtime, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms, agent_key = indexes_of(large), agent_of(large).agent_key
    monkeypatch.setattr(index_module, "GRAPH_FROM", 3)
    assert rooms.tidy(large)
    remember(large, Draft(content="The tram is late.", id="m4"))
    assert (held(large), rooms.tables.sizes(agent_key)["graph"]) == (4, 0)
    assert found(large) == ["m1", "m2", "m3", "m4"]
    for _ in range(2):
        assert rooms.tidy(large)
        assert rooms.tables.sizes(agent_key)["graph"] > 0
    with psycopg.connect(postgres_url) as connection:
        built = connection.execute("SELECT generation FROM memsvc_index.agents").fetchone()
    assert built == (2,), "made once"
    remember(large, Draft(content="The tram is early.", id="m5"))
    assert found(large) == ["m1", "m2", "m3", "m4", "m5"]


def test_former_tables_that_others_read_are_owed_and_hold_nothing_else_up(
    large: Runtime, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vacuuming, "REWRITE_UP_TO_BYTES", 0)
    delete_memory(large, SCOPE, "m1")
    rooms = indexes_of(large)
    assert rooms.tidy(large)
    later = replace(large, clock=FixedClock(NOW + REBUILD_AFTER))
    with psycopg.connect(postgres_url) as dump:
        dump.execute(f"SELECT FROM memsvc_index.memories_{agent_of(large).agent_key}_1".encode())
        assert not rooms.tidy(later)
        [head] = rooms.tables.heads()
        assert (head.erased_since, held(large)) == (None, 2), "built anew all the same"
        delete_memory(unfollowed(large), SCOPE, "m2")
        assert not rooms.tidy(later)
        assert held(large) == 1, "followed all the same"
    assert rooms.tidy(later)


def test_the_size_of_an_agent_decides(tmp_path: Path, postgres_url: str) -> None:
    def kind(above: int) -> type[object]:
        chosen = settings(tmp_path, postgres_url, above)
        with closing(build_runtime(chosen, lambda _line: None)) as runtime:
            if not heads:
                remember(runtime, *DRAFTS)
            index = current(runtime, agent_of(runtime))
            assert len(index) == len(DRAFTS)
            heads.append(len(indexes_of(runtime).tables.heads()))
            return type(index)

    heads: list[int] = []
    assert [kind(4), kind(3), kind(4), kind(7)] == [
        AgentIndex,
        PgvectorIndex,
        # It would come and go.
        PgvectorIndex,
        AgentIndex,
    ]
    assert heads == [0, 1, 1, 0]


def test_without_postgresql_it_is_refused(tmp_path: Path) -> None:
    chosen = settings(tmp_path, f"sqlite:///{tmp_path / 'memsvc.db'}")
    with pytest.raises(StartupError, match="MEMSVC_INDEX__PGVECTOR needs PostgreSQL"):
        build_runtime(chosen, lambda _line: None)
