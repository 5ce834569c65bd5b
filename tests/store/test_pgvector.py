"""Tables of indexes in a real database: made, rewritten, built anew, dropped; and all is told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from sqlalchemy import make_url

from memsvc.core.data_map.entry import Where
from memsvc.core.data_map.whole import kept_in
from memsvc.core.index_row import Standing
from memsvc.core.memory import Status
from memsvc.errors import StorageFull, Unavailable
from memsvc.index.pgvector.index import PgvectorIndex
from memsvc.index.protocol import Entry, Vector
from memsvc.sealing.index_seal import IndexSeal
from memsvc.store.pgvector import vacuuming
from memsvc.store.pgvector.connections import IndexGone
from memsvc.store.pgvector.indexes import PgVector, drop_indexes
from tests.index.made import DIMENSION, ask, entry, memory, units
from tests.index.pgvector import KEYRING, drop, index_in

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def tables(postgres_url: str) -> Iterator[PgVector]:
    made = PgVector(postgres_url, "tests", DIMENSION)
    made.prepare()
    yield made
    made.close()


def answered(url: str, query: LiteralString) -> set[str]:
    with psycopg.connect(url) as connection:
        return {one for (one,) in connection.execute(query).fetchall()}


def named(url: str) -> set[str]:
    """Columns of the tables there are, by the first part of the tables' names."""
    return answered(
        url,
        "SELECT split_part(table_name, '_', 1) || '.' || column_name "
        "FROM information_schema.columns WHERE table_schema = 'memsvc_index'",
    )


def generations(url: str) -> set[str]:
    """Of the agents' tables there are."""
    return answered(
        url,
        "SELECT split_part(tablename, '_', 3) FROM pg_tables "
        "WHERE schemaname = 'memsvc_index' AND tablename <> 'agents'",
    )


def test_the_data_map_names_every_column(tables: PgVector, postgres_url: str) -> None:
    index_in(tables, DIMENSION)
    assert {entry.name for entry in kept_in(Where.INDEX)} == named(postgres_url)


def test_what_is_removed_leaves_no_row_and_no_byte(tables: PgVector, postgres_url: str) -> None:
    index = index_in(tables, DIMENSION)
    index.apply(1, [entry(n, f"tea {n}", speaker="Ann") for n in range(20)], [])
    index.apply(2, [], list(range(20)))
    agent = tables.heads()[0].agent_key
    with psycopg.connect(postgres_url) as connection:
        for name in ("memories", "pieces", "words", "names"):
            table = f"memsvc_index.{name}_{agent}_1"
            assert connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,)
    tables.vacuum(agent, NOW)
    with psycopg.connect(postgres_url) as connection:
        for name in ("memories", "pieces", "words", "names"):
            size = f"SELECT pg_relation_size('memsvc_index.{name}_{agent}_1')"
            assert connection.execute(size.encode()).fetchone() == (0,)
    # Small tables were rewritten: nothing is left that would have to be built anew.
    assert tables.heads()[0].erased_since is None


def test_no_file_of_the_server_holds_a_vector_that_was_erased(
    tables: PgVector, postgres_url: str
) -> None:
    folder = Path(str(make_url(postgres_url).query.get("host", "")))
    if not (folder / "base").is_dir():
        pytest.skip("the server's files lie elsewhere")
    index = index_in(tables, DIMENSION)
    vectors = units(2, DIMENSION, seed=77)
    index.apply(1, [Entry(memory(n), vectors[n, None]) for n in (0, 1)], [])
    agent = tables.heads()[0].agent_key

    def lies(vector: Vector) -> bool:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        files = [one for one in (folder / "base").rglob("*") if one.is_file()]
        return any(vector.astype("<f4").tobytes() in one.read_bytes() for one in files)

    assert lies(vectors[0])
    index.apply(2, [], [0])
    tables.vacuum(agent, NOW)
    assert (lies(vectors[0]), lies(vectors[1])) == (False, True)


def is_due(url: str) -> bool:
    """Whether a vacuum of the first index is owed."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT erasure > vacuumed FROM memsvc_index.agents").fetchone()
    assert found is not None
    return bool(found[0])


def test_a_row_that_is_put_right_leaves_the_files(tables: PgVector, postgres_url: str) -> None:
    index = index_in(tables, DIMENSION)
    index.apply(1, [entry(1, tags=("lisbon",))], [])
    agent = tables.heads()[0].agent_key
    wrong, right = (IndexSeal(KEYRING, agent).token("tags", one) for one in ("lisbon", "porto"))

    def lies(token: int) -> bool:
        file = (
            f"SELECT pg_read_binary_file(pg_relation_filepath('memsvc_index.memories_{agent}_1'))"
        )
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute(file.encode()).fetchone()
        assert row is not None
        return token.to_bytes(8, "little", signed=True) in row[0]

    assert (lies(wrong), is_due(postgres_url)) == (True, False)
    index.apply(2, [entry(1, tags=("porto",))], [])
    assert is_due(postgres_url)
    tables.vacuum(agent, NOW)
    assert (lies(wrong), lies(right), is_due(postgres_url)) == (False, True, False)


@pytest.mark.parametrize("words_shown", [True, False])
def test_what_leaves_the_files_and_what_is_upkeep(
    tables: PgVector, postgres_url: str, *, words_shown: bool
) -> None:
    index = index_in(tables, DIMENSION, words_shown=words_shown)
    agent = tables.heads()[0].agent_key
    told: dict[str, Any] = {"metadata": {"city": "lisbon"}, "user_id": "u1", "speaker": "Ann"}
    index.apply(1, [entry(1, **told)], [])
    upkeep: dict[str, Any] = {
        "use_count": 3.0,
        "last_used_at": NOW,
        "updated_at": NOW,
        "status": Status.SUPERSEDED,
        "superseded_at": NOW,
        "pinned": True,
    }
    index.apply(2, [entry(1, **told, **upkeep)], [])
    assert not is_due(postgres_url)
    others: list[dict[str, Any]] = [
        {"metadata": {"city": "porto"}},
        {"metadata": {"city": ["deep", {"in": "it"}]}},
        {"user_id": "u2"},
        {"speaker": None},
        {"event_time": NOW},
        {"content": "other words of the same vector"},
    ]
    for step, other in enumerate(others, start=3):
        told |= other
        index.apply(step, [entry(1, **told)], [])
        assert is_due(postgres_url), other
        tables.vacuum(agent, NOW)
        assert not is_due(postgres_url)


@pytest.mark.parametrize("looks", [True, False])
def test_a_vacuum_that_others_hold_up_gives_way_and_stays_due(
    tables: PgVector, postgres_url: str, monkeypatch: pytest.MonkeyPatch, *, looks: bool
) -> None:
    """Whether it sees them, as a rule, or they come just after it looked."""
    index = index_in(tables, DIMENSION)
    index.apply(1, [entry(1), entry(2)], [])
    index.apply(2, [], [1])
    agent = tables.heads()[0].agent_key
    if not looks:
        monkeypatch.setattr(vacuuming, "_outwait", lambda *_: None)
    with psycopg.connect(postgres_url) as dump:
        dump.execute(f"LOCK TABLE memsvc_index.names_{agent}_1 IN ACCESS SHARE MODE".encode())
        with pytest.raises(Unavailable):
            tables.vacuum(agent, NOW)
        assert is_due(postgres_url)
        # Nobody waits behind it any more.
        assert ask(index).numbers.tolist() == [2]
    tables.vacuum(agent, NOW)
    assert not is_due(postgres_url)


@pytest.mark.parametrize("small", [True, False])
def test_a_vacuum_waits_for_who_still_sees_what_was_erased(
    tables: PgVector, postgres_url: str, monkeypatch: pytest.MonkeyPatch, *, small: bool
) -> None:
    if not small:
        monkeypatch.setattr(vacuuming, "REWRITE_UP_TO_BYTES", 0)
    index = index_in(tables, DIMENSION)
    index.apply(1, [entry(1), entry(2)], [])
    agent = tables.heads()[0].agent_key
    count = f"SELECT count(*) FROM memsvc_index.memories_{agent}_1".encode()
    with psycopg.connect(postgres_url) as dump:
        dump.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        dump.execute("SELECT count(*) FROM pg_class")
        index.apply(2, [], [1])
        with pytest.raises(Unavailable):
            tables.vacuum(agent, NOW)
        assert is_due(postgres_url)
        assert dump.execute(count).fetchone() == (2,)
    with psycopg.connect(postgres_url) as later:
        # One who began after the erasure does not hold it up.
        later.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        later.execute("SELECT count(*) FROM pg_class")
        tables.vacuum(agent, NOW)
    assert not is_due(postgres_url)
    assert (tables.heads()[0].erased_since is None) == small


def test_tables_of_another_version_go(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE SCHEMA memsvc_index")
        connection.execute("CREATE TABLE memsvc_index.agents (agent_key bigint, vacuum_due bool)")
        connection.execute("CREATE TABLE memsvc_index.memories_1_1 (number bigint)")
    made = PgVector(postgres_url, "tests", DIMENSION)
    made.prepare()
    assert made.heads() == []
    index = index_in(made, DIMENSION)
    index.apply(1, [entry(1)], [])
    made.prepare()
    assert ask(index).numbers.tolist() == [1]
    made.close()


def test_all_may_start_at_once_on_a_database_without_the_schema(postgres_url: str) -> None:
    made = [PgVector(postgres_url, "tests", DIMENSION) for _ in range(6)]
    for _ in range(3):
        with ThreadPoolExecutor(len(made)) as pool:
            list(pool.map(PgVector.prepare, made))
        assert made[0].heads() == []
        with psycopg.connect(postgres_url) as connection:
            connection.execute("DROP SCHEMA memsvc_index CASCADE")
            connection.execute("DROP EXTENSION vector")
    for one in made:
        one.close()


def test_one_that_is_built_anew_takes_the_place_of_the_other(tables: PgVector) -> None:
    index = index_in(tables, DIMENSION)
    index.apply(1, [entry(1, "tea")], [])
    index.begin()
    index.fill([entry(2, "coffee"), entry(3, "milk")])
    assert (ask(index).numbers.tolist(), index.sequence) == ([1], 1)
    index.filled(7)
    assert (ask(index).numbers.tolist(), index.sequence, len(index)) == ([2, 3], 7, 2)
    # A builder that dies leaves tables that are swept away.
    agent = tables.heads()[0].agent_key
    index.begin()
    index.fill([entry(4)])
    tables.sweep(agent)
    assert ask(index).numbers.tolist() == [2, 3]


def test_who_reads_the_former_tables_does_not_hold_up_the_new_ones(
    tables: PgVector, postgres_url: str
) -> None:
    index = index_in(tables, DIMENSION)
    agent = tables.heads()[0].agent_key
    with psycopg.connect(postgres_url) as dump:
        dump.execute(f"SELECT count(*) FROM memsvc_index.memories_{agent}_1".encode())
        for number in (1, 2):
            index.begin()
            index.fill([entry(number)])
            index.filled(number)
            assert ask(index).numbers.tolist() == [number]
        with pytest.raises(Unavailable):
            tables.sweep(agent)
        assert generations(postgres_url) == {"1", "2", "3"}
    tables.sweep(agent)
    assert generations(postgres_url) == {"3"}


def test_a_dropped_one_is_told(tables: PgVector) -> None:
    index = index_in(tables, DIMENSION)
    drop(tables, index)
    assert (index.sequence, len(index)) == (-1, 0)
    assert index.apply(1, [entry(1)], []) is False
    with pytest.raises(Unavailable):
        ask(index)


def test_one_that_moved_on_or_is_being_built_is_not_the_one_that_was_to_go(
    tables: PgVector,
) -> None:
    index = index_in(tables, DIMENSION)
    agent = tables.heads()[0].agent_key
    index.apply(1, [entry(1)], [])
    tables.drop(agent, at=0)
    assert index.sequence == 1
    tables.drop(agent, at=1)
    assert index.sequence == -1
    index.begin()
    tables.drop(agent, at=0)
    index.fill([entry(2)])
    index.filled(2)
    assert ask(index).numbers.tolist() == [2]


def test_tables_that_go_while_they_are_filled_are_told_as_gone(tables: PgVector) -> None:
    index = index_in(tables, DIMENSION)
    index.begin()
    tables.drop(tables.heads()[0].agent_key)
    with pytest.raises(IndexGone):
        index.fill([entry(1)])


def test_a_disk_that_fills_amid_a_copy_is_told_as_full(tables: PgVector, postgres_url: str) -> None:
    index = index_in(tables, DIMENSION)
    agent = tables.heads()[0].agent_key
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"
        )
        connection.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON memsvc_index.pieces_{agent}_1 "
            "EXECUTE FUNCTION full_disk()".encode()
        )
    with pytest.raises(StorageFull):
        index.apply(1, [entry(1)], [])
    assert (index.sequence, len(index)) == (0, 0)


def test_another_shape_is_not_used(tables: PgVector, postgres_url: str) -> None:
    index = index_in(tables, DIMENSION)
    agent = tables.heads()[0].agent_key
    other = PgVector(postgres_url, "another model", DIMENSION)
    assert other.standing(agent) is None
    assert [one.ready for one in other.heads()] == [False]
    assert isinstance(tables.standing(agent), Standing)
    assert isinstance(index, PgvectorIndex)
    other.close()


def test_all_of_it_goes_with_its_schema(tables: PgVector, postgres_url: str) -> None:
    index_in(tables, DIMENSION)
    drop_indexes(postgres_url)
    drop_indexes(postgres_url)
    assert named(postgres_url) == set()
