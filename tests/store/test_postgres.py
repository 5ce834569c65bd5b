"""What is particular to PostgreSQL: settings, locks between processes, a server that goes away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from memsvc.errors import Unavailable
from memsvc.store import agents, state
from memsvc.store.database import Database
from memsvc.store.opening import open_database
from memsvc.store.schema import upgrade
from memsvc.store.transaction import Tx
from tests.databases import own_server

MADE = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def other(postgres_url: str, postgres_database: Database) -> Iterator[Database]:
    """The same database as another process has it."""
    other = open_database(postgres_url)
    yield other
    other.close()


def shown(tx: Tx, name: str) -> Any:
    return tx.execute(text(f"SHOW {name}")).scalar()


def test_a_write_is_on_disk_whatever_the_server_was_told(
    postgres_database: Database, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
    assert postgres_database.write(lambda tx: shown(tx, "synchronous_commit")) == "on"
    with postgres_database.snapshot() as tx:
        assert shown(tx, "transaction_read_only") == "on"
        assert shown(tx, "transaction_isolation") == "repeatable read"


def test_writers_of_one_agent_wait_for_each_other(
    postgres_database: Database, other: Database
) -> None:
    key = postgres_database.write(lambda tx: agents.reserve(tx, "acme", "one", MADE))
    holding, let_go = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(tx: Tx) -> None:
        agents.by_key(tx, key, lock=True)
        holding.set()
        assert let_go.wait(10)
        agents.advance(tx, key, 1)
        order.append("first")

    def quick(tx: Tx) -> int:
        agent = agents.find(tx, "acme", "one", lock=True)
        order.append("second")
        assert agent is not None
        return agent.sequence

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(postgres_database.write, slow)
        assert holding.wait(10)
        second = pool.submit(other.write, quick)
        assert not threading.Event().wait(0.1)
        assert order == []
        let_go.set()
        first.result(10)
        assert second.result(10) == 1, "it reads what the first committed"
    assert order == ["first", "second"]


def test_transactions_that_cross_are_tried_again(
    postgres_database: Database, other: Database
) -> None:
    one = postgres_database.write(lambda tx: agents.reserve(tx, "acme", "one", MADE))
    two = postgres_database.write(lambda tx: agents.reserve(tx, "acme", "two", MADE))
    both, untried = threading.Barrier(2), {one, two}

    def crossing(first: int, second: int, tx: Tx) -> None:
        agents.advance(tx, first, 1)
        if first in untried:
            untried.remove(first)
            both.wait(10)
        agents.advance(tx, second, 1)

    with ThreadPoolExecutor(2) as pool:
        writes = [
            pool.submit(postgres_database.write, lambda tx: crossing(one, two, tx)),
            pool.submit(other.write, lambda tx: crossing(two, one, tx)),
        ]
        for write in writes:
            write.result(20)
    with postgres_database.snapshot() as tx:
        assert [agents.by_key(tx, key).sequence for key in (one, two)] == [2, 2]


def test_a_group_takes_its_locks_in_one_order(postgres_database: Database) -> None:
    seen: list[str] = []
    busy, go = threading.Event(), threading.Event()

    def note(name: str, _tx: Tx) -> None:
        seen.append(name)

    def hold(_tx: Tx) -> None:
        busy.set()
        assert go.wait(10)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(postgres_database.write, hold)
        assert busy.wait(10)
        works = [(name, partial(note, name)) for name in "cab"]
        asked = threading.Thread(target=postgres_database.write_all, args=(works,))
        asked.start()
        while len(postgres_database._writer._jobs) < 3:
            busy.wait(0.001)
        go.set()
        held.result(10)
        asked.join(10)
    assert seen == ["a", "b", "c"]


def test_a_purge_holds_no_writer_up(postgres_url: str, postgres_database: Database) -> None:
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(postgres_url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("LOCK TABLE vectors IN SHARE UPDATE EXCLUSIVE MODE")
        purging = pool.submit(postgres_database.purge, vacuum=True)
        while other.execute(waits).fetchone() == (0,):
            time.sleep(0.01)
        postgres_database.write(lambda tx: state.put(tx, "meanwhile", "1"))
        assert not purging.done()
        other.rollback()
        assert purging.result(10)


def test_no_sample_of_what_was_erased_stays_in_the_statistics(
    postgres_url: str, postgres_database: Database
) -> None:
    file = "SELECT pg_read_binary_file(pg_relation_filepath('pg_statistic'))"
    word = "rutabaga-parsnip"
    with psycopg.connect(postgres_url, autocommit=True) as connection:

        def sampled() -> bool:
            connection.execute("CHECKPOINT")
            row = connection.execute(file).fetchone()
            assert row is not None
            return word.encode() in row[0]

        for at in range(20):
            value = f"{word} {at}"
            postgres_database.write(partial(state.put, name=f"fact {at}", value=value))
        connection.execute("ANALYZE")
        assert sampled()
        for at in range(20):
            postgres_database.write(partial(state.put, name=f"fact {at}", value=None))
        assert postgres_database.purge(vacuum=True)
        assert not sampled()


def test_purge_without_the_right_to_checkpoint(postgres_url: str) -> None:
    upgrade(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
        try:
            connection.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO plain")
            plain = open_database(postgres_url.replace("postgres:@", "plain:@"))
            try:
                assert plain.purge(vacuum=False)
                assert plain.purge(vacuum=True)
            finally:
                plain.close()
        finally:
            connection.execute("DROP OWNED BY plain")
            connection.execute("DROP ROLE plain")


@pytest.mark.timeout(120)
def test_a_server_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    server = own_server(tmp_path)
    try:
        url = server.get_uri()
        upgrade(url)
        database = open_database(url)
        database.write(lambda tx: state.put(tx, "before", "1"))
        with database.snapshot() as tx:
            state.get(tx, "before")

        server.stop()
        for _ in range(2):
            with pytest.raises(Unavailable) as caught, database.snapshot() as tx:
                state.get(tx, "before")
            assert caught.value.retry_after
            with pytest.raises(Unavailable):
                database.write(lambda tx: state.put(tx, "lost", "1"))

        server.start()
        database.write(lambda tx: state.put(tx, "after", "1"))
        with database.snapshot() as tx:
            found = [state.get(tx, name) for name in ("before", "lost", "after")]
        assert found == ["1", None, "1"]
        database.close()
    finally:
        server.cleanup()
