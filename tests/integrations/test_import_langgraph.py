"""Items of a store of LangGraph become memories, found by namespace and key."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest

from memsvc.core.access import Scope
from memsvc.core.filters import parse
from memsvc.core.memory import Kind, Memory
from memsvc.errors import SourceUnusable
from memsvc.operations.foreign.origin import Origin
from memsvc.operations.foreign.sources import Source
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.search import search
from memsvc.operations.take_in_foreign import TakenOver, take_in_foreign
from memsvc.runtime import Runtime
from tests.operations.transferring import opened
from tests.serving.server import KEY, Server

HERE = Scope("default", "helper")
ITEMS: dict[tuple[tuple[str, ...], str], dict[str, Any]] = {
    (("memories", "u1"), "tea"): {"text": "Likes tea.", "strength": 3},
    (("memories", "u2"), "tea"): {"content": "Hates tea."},
    (("rules",), "first"): {"steps": ["Look.", "Leap."]},
}


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with opened(tmp_path / "ours", f"sqlite:///{tmp_path / 'memsvc.db'}") as runtime:
        yield runtime


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """LangGraph's own SQLite database, with items that it put there."""
    path = tmp_path / "store.db"
    kind: Any = import_module("langgraph.store.sqlite").SqliteStore
    with kind.from_conn_string(str(path)) as store:
        store.setup()
        for (namespace, key), value in ITEMS.items():
            store.put(namespace, key, value)
    return path


def taken(
    runtime: Runtime, at: Path | str, *, user_from: int | None = None, **more: Any
) -> TakenOver:
    source = Source(Origin.LANGGRAPH, str(at), user_from=user_from, **more)
    return take_in_foreign(runtime, source, "default", "helper", lambda *_: None)


def held(runtime: Runtime) -> dict[tuple[tuple[str, ...], str], Memory]:
    named: dict[tuple[tuple[str, ...], str], Memory] = {}
    for one in list_memories(runtime, HERE, Listing(limit=500)).memories:
        namespace: Any = one.metadata["namespace"]
        named[tuple(namespace), str(one.metadata["key"])] = one
    return named


def test_its_own_database_comes_as_it_is(runtime: Runtime, store: Path) -> None:
    first, second = taken(runtime, store), taken(runtime, store)

    assert (first.taken.imported, first.refused, first.agents) == (3, {}, {"helper": 3})
    assert (second.taken.imported, second.taken.there) == (0, 3)
    memories = held(runtime)
    assert {name: one.metadata["value"] for name, one in memories.items()} == ITEMS
    with closing(sqlite3.connect(store)) as database:
        rows = database.execute("SELECT key, prefix, created_at FROM store").fetchall()
    assert {(prefix, key): created for key, prefix, created in rows} == {
        (".".join(namespace), key): f"{one.created_at:%Y-%m-%d %H:%M:%S}"
        for (namespace, key), one in memories.items()
    }
    for (namespace, _), one in memories.items():
        assert json.loads(one.content) == one.metadata["value"]
        assert one.session_id == ".".join(namespace)
        assert one.tags == tuple(dict.fromkeys((namespace[0], ".".join(namespace))))
        assert (one.kind, one.pinned) == (Kind.EPISODIC, True)


def test_a_part_of_the_namespace_is_the_person(runtime: Runtime, store: Path) -> None:
    over = taken(runtime, store, user_from=1)

    assert over.taken.imported == 2
    assert over.refused == {"its namespace has no part for the person": 1}
    assert {one.user_id for one in held(runtime).values()} == {"u1", "u2"}


def test_items_are_found_by_namespace_and_key(runtime: Runtime, store: Path) -> None:
    taken(runtime, store)
    wanted: dict[str, Any] = {
        "AND": [{"metadata.key": "tea"}, {"metadata.namespace": {"contains": "u2"}}]
    }

    found = search(runtime, HERE, Question("tea", filters=(parse(wanted),))).found

    assert [one.memory.metadata["value"] for one in found] == [{"content": "Hates tea."}]


def test_our_store_for_langgraph_finds_what_was_imported(store: Path, tmp_path: Path) -> None:
    ours = pytest.importorskip("memsvc.integrations.langgraph")
    memsvc = import_module("memsvc.client").Memsvc
    with opened(tmp_path / "data", f"sqlite:///{tmp_path / 'data' / 'memsvc.db'}") as runtime:
        taken(runtime, store, user_from=-1)
    server = Server(tmp_path / "data", tmp_path)
    try:
        with memsvc(str(server.client.base_url), api_key=KEY) as client:
            found = ours.MemsvcStore(client.agent("helper"))
            for (namespace, key), value in ITEMS.items():
                assert found.get(namespace, key).value == value
            assert found.list_namespaces(prefix=("memories",)) == [
                ("memories", "u1"),
                ("memories", "u2"),
            ]
            hits = found.search(("memories",), query="tea", filter={"strength": 3})
            assert [one.key for one in hits] == ["tea"]
            found.put(("memories", "u1"), "tea", {"text": "Likes coffee."})
            assert found.get(("memories", "u1"), "tea").value == {"text": "Likes coffee."}
            found.delete(("memories", "u1"), "tea")
            assert found.get(("memories", "u1"), "tea") is None
    finally:
        server.kill()


def test_a_table_of_postgresql_is_the_same(
    runtime: Runtime, store: Path, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as database:
        # As its migrations make it.
        database.execute(
            """CREATE TABLE store (prefix text NOT NULL, key text NOT NULL, value jsonb NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
            updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
            expires_at TIMESTAMP WITH TIME ZONE, ttl_minutes INT, PRIMARY KEY (prefix, key))"""
        )
        for (namespace, key), value in ITEMS.items():
            database.execute(
                "INSERT INTO store (prefix, key, value) VALUES (%s, %s, %s)",
                (".".join(namespace), key, json.dumps(value)),
            )

    assert taken(runtime, postgres_url).taken.imported == 3
    assert taken(runtime, store).taken.there == 3


def test_a_dump_is_the_same(runtime: Runtime, store: Path, tmp_path: Path) -> None:
    kind: Any = import_module("langgraph.store.sqlite").SqliteStore
    with kind.from_conn_string(str(store)) as theirs:
        dump = [one.dict() for one in theirs.search(())]
    file = tmp_path / "dump.json"
    file.write_text(json.dumps(dump, default=str))

    assert taken(runtime, file).taken.imported == 3
    assert taken(runtime, store).taken.there == 3


def test_times_and_expiry_are_kept(runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    moments = {
        "created_at": "2026-01-01T12:00:00+02:00",
        "updated_at": "2026-01-02T12:00:00",
        "expires_at": "2099-01-01 00:00:00",
    }
    file.write_text(json.dumps([{"namespace": ["n"], "key": "k", "value": {}, **moments}]))

    taken(runtime, file)

    [memory] = held(runtime).values()
    assert memory.created_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert memory.updated_at == datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert memory.expires_at == datetime(2099, 1, 1, tzinfo=UTC)


def test_an_item_whose_time_runs_knows_when_it_was_put(runtime: Runtime, tmp_path: Path) -> None:
    """Else the first reading, which puts its end off, would seem to have changed it."""
    file = tmp_path / "dump.json"
    times = {"updated_at": "2026-01-02T12:00:00", "ttl_minutes": 5}
    file.write_text(json.dumps([{"namespace": ["n"], "key": "k", "value": {}, **times}]))

    taken(runtime, file)

    [memory] = held(runtime).values()
    assert memory.metadata["put_at"] == "2026-01-02T12:00:00+00:00"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (1, "it is no object"),
        ({"namespace": ["n"], "value": {}}, "it has no key"),
        ({"namespace": [1], "key": "k", "value": {}}, "its namespace is no list of texts"),
        ({"key": "k", "value": {}}, "its namespace is no list of texts"),
        ({"namespace": [], "key": "k", "value": {}}, "its namespace is no list of texts"),
        ({"namespace": ["n"], "key": "k", "value": "{"}, "its value is no JSON"),
        ({"namespace": ["n"], "key": "k", "value": "1"}, "its value is no object"),
        ({"namespace": ["n" * 257], "key": "k", "value": {}}, "a name in it is empty or longer"),
        ({"namespace": ["n"], "key": "k", "value": {"n": "x" * 20_000}}, "its metadata are larger"),
    ],
)
def test_what_cannot_be_taken_is_counted_with_its_reason(
    runtime: Runtime, tmp_path: Path, record: Any, reason: str
) -> None:
    file = tmp_path / "dump.json"
    file.write_text(json.dumps([record, {"namespace": ["n"], "key": "ok", "value": {}}]))

    over = taken(runtime, file)

    assert over.taken.imported == 1
    [(told, count)] = over.refused.items()
    assert told.startswith(reason)
    assert count == 1


def test_a_database_of_something_else_says_so(runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE t (n)")

    for table in (None, 'st"ore'):
        with pytest.raises(SourceUnusable, match="no such table"):
            taken(runtime, path, collection=table)
