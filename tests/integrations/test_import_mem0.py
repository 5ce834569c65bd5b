"""What mem0 holds, in its own databases or in an export, becomes memories, nothing lost unsaid."""

from __future__ import annotations

import base64
import json
import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from memsvc.core.access import Scope
from memsvc.core.memory import Kind, Memory, Trust
from memsvc.core.order import Order, Selector
from memsvc.errors import SourceUnusable
from memsvc.operations.foreign.mem0 import histories_in
from memsvc.operations.foreign.origin import Origin
from memsvc.operations.foreign.sources import Source
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.history import history
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.revise import Revision, revise
from memsvc.operations.take_in_foreign import TakenOver, take_in_foreign
from memsvc.runtime import Runtime
from memsvc.store.foreign import Unreadable
from tests.integrations.mem0_package import exceptions, mem0
from tests.integrations.mem0_store import filled, listed, store_in
from tests.operations.transferring import opened
from tests.serving.server import KEY, Server

AGENT = "mem0"
HERE = Scope("default", AGENT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]], str]:
    """A folder of mem0, what mem0 lists of it, and the id of what was reworded."""
    folder = tmp_path_factory.mktemp("mem0")
    with store_in(folder) as memory:
        reworded = filled(memory)
        return folder, listed(memory), reworded


@pytest.fixture
def runtime(tmp_path: Path, any_url: str) -> Iterator[Runtime]:
    with opened(tmp_path / "ours", any_url) as runtime:
        yield runtime


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Runtime]:
    with opened(tmp_path / "ours", f"sqlite:///{tmp_path / 'memsvc.db'}") as runtime:
        yield runtime


def taken(runtime: Runtime, at: Path | str, *, dry: bool = False, **more: Any) -> TakenOver:
    source = Source(Origin.MEM0, str(at), **more)
    return take_in_foreign(runtime, source, "default", AGENT, lambda *_: None, dry=dry)


def held(runtime: Runtime) -> dict[str, Memory]:
    """All memories by id, of both agents."""
    found: dict[str, Memory] = {}
    for agent_id in (AGENT, "a1"):
        page = list_memories(runtime, Scope("default", agent_id), Listing(limit=500))
        found |= {one.id: one for one in page.memories}
    return found


def as_listed(memory: Memory) -> dict[str, Any]:
    """A memory as mem0 lists it."""
    assert memory.kind is Kind.SEMANTIC
    said = {
        "id": memory.id,
        "memory": memory.content,
        "user_id": memory.user_id,
        "agent_id": None if memory.agent_id == AGENT else memory.agent_id,
        "run_id": memory.session_id,
        "role": memory.role,
        "actor_id": memory.speaker,
        "metadata": dict(memory.metadata) or None,
        "created_at": memory.created_at,
        "updated_at": memory.updated_at,
    }
    return {name: value for name, value in said.items() if value is not None}


def without_ours(record: dict[str, Any]) -> dict[str, Any]:
    """What mem0 lists, its times read, without what follows from the text."""
    times = ("created_at", "updated_at")
    left = {k: v for k, v in record.items() if k not in {"hash", "expiration_date"} and v}
    return left | {one: datetime.fromisoformat(record[one]) for one in times}


def test_its_own_database_comes_as_it_is(
    store: tuple[Path, list[dict[str, Any]], str], runtime: Runtime
) -> None:
    folder, records, reworded = store

    first, second = taken(runtime, folder), taken(runtime, folder / "qdrant")

    assert (first.taken.imported, first.refused, first.agents) == (3, {}, {AGENT: 2, "a1": 1})
    assert (second.taken.imported, second.taken.there, second.taken.conflicts) == (0, 3, 0)
    memories = held(runtime)
    assert {one["id"]: as_listed(memories[one["id"]]) for one in records} == {
        one["id"]: without_ours(one) for one in records
    }
    versions = history(runtime, HERE, reworded).versions
    cats = ["I have a cat.", "I have two cats.", "I have three cats."]
    assert [one.content for one in versions] == cats
    assert [one.until for one in versions[:-1]] == [one.since for one in versions[1:]]
    assert versions[0].since == memories[reworded].created_at
    [kept] = [one for one in memories.values() if one.user_id == "u2"]
    assert kept.expires_at == datetime(2100, 1, 1, tzinfo=UTC)
    assert {one.role: one.trust for one in memories.values()} == {
        "user": Trust.USER,
        "assistant": Trust.AGENT,
    }


@pytest.mark.parametrize(
    "written",
    [
        json.dumps,
        lambda records: json.dumps({"results": records}),
        lambda records: json.dumps({"memories": records}, indent=1),
        lambda records: "\n".join(map(json.dumps, records)),
    ],
)
def test_an_export_is_the_same(
    store: tuple[Path, list[dict[str, Any]], str],
    sqlite: Runtime,
    tmp_path: Path,
    written: Callable[[Any], str],
) -> None:
    folder, records, _ = store
    file = tmp_path / "export.json"
    file.write_text(written(records))

    over = taken(sqlite, file)

    assert (over.taken.imported, over.refused) == (3, {})
    assert taken(sqlite, folder).taken.there == 3


def test_what_our_own_routes_list_can_be_imported(sqlite: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    record = {
        "id": "0123456789abcdef0123456789abcdef",
        "memory": "I like tea.",
        "user_id": "u1",
        "agent_id": None,
        "app_id": "shop",
        "run_id": "r1",
        "metadata": {"topic": "drinks"},
        "categories": ["drinks"],
        "role": "user",
        "actor_id": "Ana",
        "created_at": "2026-01-31T12:00:01Z",
        "updated_at": "2026-02-01T12:00:01Z",
        "timestamp": "2026-01-30T12:00:00Z",
        "expiration_date": None,
        "status": "active",
        "score": 0.5,
    }
    file.write_text(json.dumps({"count": 1, "results": [record]}))

    assert taken(sqlite, file).taken.imported == 1
    [memory] = held_of(sqlite)
    assert memory.id == record["id"]
    assert memory.metadata == {"topic": "drinks", "app_id": "shop"}
    assert (memory.tags, memory.speaker) == (("drinks",), "Ana")
    assert memory.event_time == datetime(2026, 1, 30, 12, tzinfo=UTC)


def held_of(runtime: Runtime) -> list[Memory]:
    return list(list_memories(runtime, HERE, Listing()).memories)


def test_a_table_of_pgvector_is_the_same(
    store: tuple[Path, list[dict[str, Any]], str], sqlite: Runtime, postgres_url: str
) -> None:
    folder, records, _ = store
    with psycopg.connect(postgres_url, autocommit=True) as database:
        # As mem0 makes it, but for the vectors, which nobody reads.
        database.execute("CREATE TABLE mem0 (id UUID PRIMARY KEY, payload JSONB)")
        for one in records:
            rest = {k: v for k, v in one.items() if k not in {"id", "memory", "metadata"}}
            payload = {"data": one["memory"], **rest, **(one["metadata"] or {})}
            database.execute("INSERT INTO mem0 VALUES (%s, %s)", (one["id"], json.dumps(payload)))

    assert taken(sqlite, postgres_url).taken.imported == 3
    assert taken(sqlite, folder).taken.there == 3
    with pytest.raises(SourceUnusable, match="does not exist"):
        taken(sqlite, postgres_url, collection="nothing")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("text", "it is no object"),
        ({"id": "1"}, "it has no text"),
        ({"memory": " "}, "it says nothing"),
        ({"memory": "x" * 32_769}, "its text is longer"),
        ({"memory": "x", "user_id": 1}, "its user is no text"),
        ({"memory": "x", "user_id": "x" * 257}, "a name in it is empty or longer"),
        ({"memory": "x", "agent_id": "a/b"}, "its agent has an id"),
        ({"memory": "x", "metadata": [1]}, "its metadata are no object"),
        ({"memory": "x", "metadata": {"n": "x" * 20_000}}, "its metadata are larger"),
        ({"memory": "x", "categories": "pets"}, "its categories are no list"),
        ({"memory": "x", "categories": [str(n) for n in range(65)]}, "it has more than 64"),
        ({"memory": "x", "created_at": "yesterday"}, "a time in it cannot be read"),
        ({"memory": "x", "timestamp": True}, "a time in it cannot be read"),
        ({"memory": "x", "timestamp": 1e300}, "a time in it cannot be read"),
        ({"memory": "x", "timestamp": -(10**30)}, "a time in it cannot be read"),
        ({"memory": "x", "expiration_date": "soon"}, "its expiration date cannot be read"),
        ({"memory": "x\x00"}, "it holds NUL characters"),
    ],
)
def test_what_cannot_be_taken_is_counted_with_its_reason(
    sqlite: Runtime, tmp_path: Path, record: Any, reason: str
) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([record, record, {"memory": "I like tea."}]))

    over = taken(sqlite, file)

    assert over.taken.imported == 1
    [(told, count)] = over.refused.items()
    assert told.startswith(reason)
    assert count == 2
    assert [one.content for one in held_of(sqlite)] == ["I like tea."]


def test_depth_is_bounded_as_it_is_at_a_write(sqlite: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    deep: Any = 1
    for _ in range(16):
        deep = {"n": deep}
    file.write_text(json.dumps([{"memory": "x", "metadata": {"n": deep}}]))

    assert list(taken(sqlite, file).refused) == ["its metadata are nested deeper than 16"]
    file.write_text(json.dumps([{"memory": "x", "metadata": deep}]))
    assert taken(sqlite, file).taken.imported == 1


def test_metadata_beside_the_text_of_a_payload_stay_what_mem0_shows(
    sqlite: Runtime, tmp_path: Path
) -> None:
    given = {
        "memory": "note to self",
        "text": "of the note",
        "status": "draft",
        "score": 3,
        "score_details": {"by": "me"},
        "metadata": {"deep": True},
        "app_id": "shop",
        "timestamp": 1767225600,
        "categories": ["drinks"],
        "nothing": None,
    }
    with store_in(tmp_path / "theirs") as memory:
        memory.add("Ana likes tea", user_id="u1", metadata=given, infer=False)
        [record] = listed(memory)
    assert record["metadata"] == given

    assert taken(sqlite, tmp_path / "theirs").taken.imported == 1
    [ours] = held_of(sqlite)
    assert (ours.content, ours.metadata) == ("Ana likes tea", given)
    assert ours.event_time == datetime(2026, 1, 1, tzinfo=UTC)
    assert ours.tags == ("drinks",)


def test_an_answer_s_text_is_its_memory_and_another_text_is_kept(
    sqlite: Runtime, tmp_path: Path
) -> None:
    file = tmp_path / "export.json"
    one = {"id": "0" * 32, "memory": "I like tea.", "text": "I like tea.", "data": {"n": 1}}
    other = {"text": "Yes, I do.", "title": "I like mate."}
    two = {"id": "1" * 32, "memory": "I like mate.", "score": 0.5, **other}
    file.write_text(json.dumps([one, two]))

    assert taken(sqlite, file).taken.imported == 2
    found = {one.content: one.metadata for one in held_of(sqlite)}
    assert found == {"I like tea.": {"data": {"n": 1}}, "I like mate.": other}


FOREIGN: dict[str, Any] = {
    "timestamp": 1767225600000,
    "categories": "food",
    "role": {"name": "cook"},
    "actor_id": 7,
    "expiration_date": "soon",
    "updated_at": True,
}


@pytest.mark.parametrize("name", [*FOREIGN, "created_at"])
def test_what_a_payload_means_otherwise_stays_in_its_metadata(
    sqlite: Runtime, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "payloads.json"
    other = {name: FOREIGN.get(name, "yesterday")}
    file.write_text(json.dumps([{"data": "I like tea.", "user_id": "u1", **other}]))

    assert (taken(sqlite, file).taken.imported, taken(sqlite, file).refused) == (1, {})
    assert [one.metadata for one in held_of(sqlite)] == [other]


@pytest.mark.parametrize("name", ["user_id", "agent_id", "run_id"])
def test_a_payload_that_does_not_say_whose_it_is_is_refused(
    sqlite: Runtime, tmp_path: Path, name: str
) -> None:
    """In metadata a forget request would not find the name."""
    file = tmp_path / "payloads.json"
    file.write_text(json.dumps([{"data": "I like tea.", name: 7}]))

    assert sum(taken(sqlite, file).refused.values()) == 1


@pytest.mark.parametrize("written", [1767225600, 1767225600.0, "2026-01-01T00:00:00Z"])
def test_times_may_be_seconds(sqlite: Runtime, tmp_path: Path, written: Any) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([{"memory": "I like tea.", "timestamp": written}]))

    assert taken(sqlite, file).taken.imported == 1
    assert [one.event_time for one in held_of(sqlite)] == [datetime(2026, 1, 1, tzinfo=UTC)]


def test_edges_of_a_graph_and_repeated_ids_are_counted(sqlite: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    one = {"id": "0" * 32, "memory": "I like tea."}
    file.write_text(json.dumps({"results": [one, one], "relations": [{"source": "x"}]}))

    assert taken(sqlite, file).refused == {"it is an edge of a graph": 1, "its id came before": 1}


def test_an_id_that_may_tell_something_is_not_kept(sqlite: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([{"id": "likes-tea", "memory": "I like tea."}]))

    assert taken(sqlite, file).taken.imported == 1
    assert taken(sqlite, file).taken.there == 1
    assert [len(one.id) for one in held_of(sqlite)] == [32]


def test_a_dry_run_counts_and_stores_nothing(
    store: tuple[Path, list[dict[str, Any]], str], sqlite: Runtime
) -> None:
    before = taken(sqlite, store[0], dry=True)
    assert (before.taken.imported, before.taken.there) == (3, 0)
    with pytest.raises(Exception, match="No such agent"):
        held_of(sqlite)
    taken(sqlite, store[0])
    after = taken(sqlite, store[0], dry=True)
    assert (after.taken.imported, after.taken.there) == (0, 3)


def test_what_was_changed_here_is_not_overwritten(
    store: tuple[Path, list[dict[str, Any]], str], sqlite: Runtime
) -> None:
    folder, _, reworded = store
    taken(sqlite, folder)
    revise(sqlite, HERE, reworded, Revision({"content": "I have four cats."}))

    over = taken(sqlite, folder)

    assert (over.taken.there, over.taken.conflicts) == (2, 1)
    assert held(sqlite)[reworded].content == "I have four cats."


def test_who_was_forgotten_stays_out(
    store: tuple[Path, list[dict[str, Any]], str], sqlite: Runtime
) -> None:
    taken(sqlite, store[0])
    receive(sqlite, "default", "key", Order(Selector(subject_ids=("u1",))))
    resume(sqlite)

    over = taken(sqlite, store[0])

    assert (over.taken.imported, over.taken.there, over.taken.suppressed) == (0, 1, 2)
    assert [one.user_id for one in held_of(sqlite)] == ["u2"]


class Harmful:
    """What runs a command when it is unpickled as usual."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self._file}",)


def test_a_point_runs_nothing(
    store: tuple[Path, list[dict[str, Any]], str], sqlite: Runtime, tmp_path: Path
) -> None:
    folder, trap = tmp_path / "theirs", tmp_path / "sprung"
    target = folder / "collection" / "mem0"
    target.mkdir(parents=True)
    source = store[0] / "qdrant" / "collection" / "mem0" / "storage.sqlite"
    (target / "storage.sqlite").write_bytes(source.read_bytes())
    with closing(sqlite3.connect(target / "storage.sqlite")) as database, database:
        for key, point in (("x", pickle.dumps(Harmful(trap))), ("y", b"\x80\x04broken")):
            name = base64.b64encode(key.encode()).decode()
            database.execute("INSERT INTO points VALUES (?, ?)", (name, point))

    over = taken(sqlite, folder)

    assert over.taken.imported == 3
    assert over.refused == {"it is no point with a payload": 1, "it is damaged": 1}
    assert not trap.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x00\x01", "neither JSON nor a database"),
        (b"{}", "has no list"),
        (b'"text"', "holds no list"),
        (None, "is not there"),
    ],
)
def test_what_is_no_source_says_so(
    sqlite: Runtime, tmp_path: Path, content: bytes | None, why: str
) -> None:
    if content is not None:
        (tmp_path / "export").write_bytes(content)

    with pytest.raises(SourceUnusable, match=why):
        taken(sqlite, tmp_path / "export")


@pytest.mark.parametrize("record", [{"memory": "I have a cat."}, {"data": "I have a cat."}])
def test_a_file_of_one_line_is_one_record(
    sqlite: Runtime, tmp_path: Path, record: dict[str, Any]
) -> None:
    line = json.dumps({"id": "0b9d2c52-0d3a-4f0e-9f7e-5f7f5b3f7f10", "user_id": "u1", **record})
    (tmp_path / "export.jsonl").write_text(line + "\n")

    found = taken(sqlite, tmp_path / "export.jsonl")

    assert (found.taken.imported, found.refused) == (1, {})


def history_of(file: Path, columns: str, *rows: tuple[Any, ...]) -> Path:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"CREATE TABLE history ({columns})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO history VALUES ({marks})", row)
    return file


def test_a_history_of_something_else_says_so(tmp_path: Path) -> None:
    file = history_of(tmp_path / "history.db", "id, memory_id, old_memory", ("h1", "m1", "A."))

    with pytest.raises(Unreadable, match="no column event"):
        histories_in(file)


def test_a_wording_of_no_time_takes_no_others_along(tmp_path: Path) -> None:
    columns = "memory_id, old_memory, event, created_at, updated_at"
    day = "2026-01-0{}T00:00:00+00:00"
    file = history_of(
        tmp_path / "history.db",
        columns,
        ("m1", "I have a cat.", "UPDATE", "some day", None),
        ("m1", "I have two cats.", "UPDATE", day.format(1), day.format(2)),
        ("m1", "I have three cats.", "UPDATE", None, day.format(4)),
    )

    [steps] = histories_in(file).values()

    assert [one.content for one in steps] == ["I have two cats.", "I have three cats."]


def test_a_folder_without_memories_says_so(sqlite: Runtime, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(SourceUnusable, match="no folder of Qdrant"):
        taken(sqlite, tmp_path / "empty")
    with pytest.raises(SourceUnusable, match="no such collection"):
        taken(sqlite, tmp_path / "empty", collection="mem0")


def test_a_client_goes_on_where_its_memories_went(
    store: tuple[Path, list[dict[str, Any]], str], tmp_path: Path
) -> None:
    """The command line imports, the package's client reads, under the same ids."""
    folder, records, reworded = store
    data = tmp_path / "data"
    command = [sys.executable, "-m", "memsvc", "import", "--from", "mem0", str(folder)]
    environment = {**os.environ, "MEMSVC_EMBEDDING__BACKEND": "hashing"}
    done = subprocess.run(
        [*command, "--data-dir", str(data)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "3 imported, 0 there already, 0 in conflict." in done.stderr
    assert "1 for agent a1." in done.stderr
    server = Server(data, tmp_path)
    try:
        client = mem0.MemoryClient(api_key=KEY, host=str(server.client.base_url))
        page = client.get_all(filters={"OR": [{"user_id": "*"}, {"agent_id": "a1"}]})
        assert {one["id"].split("~")[-1] for one in page["results"]} == {
            one["id"] for one in records
        }
        assert client.get(reworded)["memory"] == "I have three cats."
        [of_another] = [one["id"] for one in records if one.get("agent_id") == "a1"]
        assert client.get(f"a1~{of_another}")["agent_id"] == "a1"
        with pytest.raises(exceptions.MemoryNotFoundError):
            client.get(of_another)
        assert len(client.history(reworded)) == 3
        client.client.close()
    finally:
        server.kill()
