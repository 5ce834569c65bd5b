"""An examination finds what is broken, says what to do, and changes nothing."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from memsvc.clock import FixedClock
from memsvc.config import IndexSettings, Pgvector, Settings
from memsvc.core.access import Scope
from memsvc.core.evidence import Evidence
from memsvc.core.filters import Condition
from memsvc.core.finding import Finding, Level
from memsvc.core.memory import Draft
from memsvc.index import holdings
from memsvc.index.agent_index import AgentIndex
from memsvc.index.protocol import Entry, Probe
from memsvc.operations.examine import CHECKS, Installation, examine
from memsvc.operations.forget import delete_memory
from memsvc.operations.ledger import mirror
from memsvc.operations.recount import recount
from memsvc.operations.sealed import keys_of, sealed_vectors
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents, memories
from memsvc.store.database import READERS
from memsvc.store.kinds import driver_url, is_postgres
from memsvc.store.schema import file_of, migrations_folder
from memsvc.store.transaction import Tx
from memsvc.wiring import build_runtime, installation

SCOPE = Scope("default", "a1")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


class House:
    """An installation on real files and a real database, and what an examination says of it."""

    def __init__(self, folder: Path, url: str, **settings: Any) -> None:
        self.folder, self.url = folder, url
        self.clock = FixedClock(NOW)
        self.settings = Settings(
            data_dir=folder, database_url=url, embedding={"backend": "hashing"}, **settings
        )

    @contextmanager
    def running(self) -> Iterator[Runtime]:
        runtime = build_runtime(self.settings, lambda _line: None, clock=self.clock)
        try:
            yield runtime
        finally:
            runtime.close()

    @property
    def place(self) -> Installation:
        return installation(self.settings, self.clock)

    def look(self, *, full: bool = False, place: Installation | None = None) -> list[Finding]:
        return list(examine(place or self.place, full=full))

    def sql(self, statement: str, **values: Any) -> int:
        engine = create_engine(driver_url(self.url))
        with engine.begin() as connection:
            count = connection.execute(text(statement), values).rowcount
        engine.dispose()
        return count

    def set(self, **settings: Any) -> None:
        self.settings = self.settings.model_copy(update=settings)


def fill(runtime: Runtime) -> None:
    drafts = [
        Draft(content=f"canary-content {n}", id=f"m{n}", user_id=f"canary-user-{n % 3}")
        for n in range(40)
    ]
    write(runtime, SCOPE, drafts)
    write(runtime, SCOPE, [Draft(content="word " * 200, id="long", session_id="canary-session")])
    write(runtime, Scope("default", "a2"), [Draft(content="elsewhere", source_ids=())])
    delete_memory(runtime, SCOPE, "m3")


@pytest.fixture
def house(tmp_path: Path, any_url: str) -> House:
    """A service that was filled and stopped."""
    folder = tmp_path / "data"
    url = any_url if is_postgres(any_url) else f"sqlite:///{folder / 'memsvc.db'}"
    made = House(folder, url)
    with made.running() as runtime:
        fill(runtime)
    return made


@pytest.fixture
def sqlite_house(tmp_path: Path) -> House:
    folder = tmp_path / "data"
    made = House(folder, f"sqlite:///{folder / 'memsvc.db'}")
    with made.running() as runtime:
        fill(runtime)
    return made


def levels(findings: Sequence[Finding]) -> dict[str, Level]:
    """The worst level of each check; what kind of disk the tests run on is not theirs to say."""
    order = [Level.OK, Level.SKIPPED, Level.WARN, Level.FAIL]
    worst: dict[str, Level] = {}
    for one in findings:
        if one.check != "disk":
            worst[one.check] = max(one.level, worst.get(one.check, Level.OK), key=order.index)
    return worst


def unwell(findings: Sequence[Finding]) -> dict[str, Level]:
    return {check: level for check, level in levels(findings).items() if level is not Level.OK}


def remedy(findings: Sequence[Finding], check: str) -> str:
    [found] = [one for one in findings if one.check == check]
    return f"{found.found}. {found.remedy}"


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("tier", ["shred", "store"])
def test_a_stopped_service_is_well_and_stays_as_it_is(
    tmp_path: Path, any_url: str, tier: str, full: bool
) -> None:
    house = House(tmp_path, any_url, tier=tier)
    with house.running() as runtime:
        fill(runtime)
    before = files(tmp_path)
    found = house.look(full=full)
    assert files(tmp_path) == before
    assert unwell(found) == {}, found
    expected = [check for check in CHECKS if check != "integrity" or not is_postgres(house.url)]
    assert list(dict.fromkeys(one.check for one in found)) == expected
    assert "canary" not in str(found)
    assert "all 41 memories open" in str(found)
    with house.running() as runtime:
        write(runtime, SCOPE, [Draft(content="and it goes on")])


def test_a_running_service_is_well_while_others_write_and_delete(house: House) -> None:
    with house.running() as runtime:
        stop = threading.Event()

        def load() -> None:
            number = 0
            while not stop.is_set():
                write(runtime, SCOPE, [Draft(content=f"number {number}", id=f"n{number}")])
                if number > 10:
                    delete_memory(runtime, SCOPE, f"n{number - 10}")
                number += 1

        thread = threading.Thread(target=load)
        thread.start()
        try:
            for full in (False, True, False):
                found = house.look(full=full)
                assert [one for one in found if one.level not in (Level.OK, Level.SKIPPED)] == []
        finally:
            stop.set()
            thread.join()


def test_a_new_installation_needs_nothing_but_a_start(tmp_path: Path, any_url: str) -> None:
    found = House(tmp_path, any_url).look()
    assert unwell(found) == dict.fromkeys(
        [check for check in CHECKS if levels(found).get(check) is Level.SKIPPED], Level.SKIPPED
    )
    assert {"memories", "vectors", "index", "work"} <= unwell(found).keys()
    assert "first start" in remedy(found, "keys")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    found = House(folder, "").look()
    assert levels(found)["data directory"] is Level.FAIL
    assert "--data-dir" in remedy(found, "data directory")
    assert levels(found)["database"] is Level.SKIPPED
    assert not folder.exists()


def test_keys_without_a_database_are_pointed_out(sqlite_house: House) -> None:
    for path in sqlite_house.folder.glob("memsvc.db*"):
        path.unlink()
    found = sqlite_house.look()
    assert unwell(found)["keys"] is Level.WARN
    assert "root.key and keys.bin" in remedy(found, "keys")
    left = ["erasures.ledger", "keys.bin", "root.key"]
    assert sorted(path.name for path in sqlite_house.folder.iterdir()) == left


def missing(house: House, name: str, _other: Path) -> None:
    (house.folder / name).unlink()


def foreign(house: House, name: str, other: Path) -> None:
    shutil.copy(other / name, house.folder / name)


def cut_off(house: House, name: str, _other: Path) -> None:
    os.truncate(house.folder / name, 90 if name == "keys.bin" else 9)


@pytest.mark.parametrize("harm", [missing, foreign, cut_off])
@pytest.mark.parametrize("name", ["root.key", "keys.bin"])
def test_key_files_that_are_not_the_databases_own(
    house: House, tmp_path: Path, name: str, harm: Any
) -> None:
    if is_postgres(house.url) and name == "keys.bin":
        pytest.skip("keys are in rows there")
    with House(tmp_path / "other", "").running() as other:
        fill(other)
    harm(house, name, tmp_path / "other")
    before = files(house.folder)
    found = house.look()
    assert files(house.folder) == before
    assert unwell(found) == {
        "keys": Level.FAIL,
        **dict.fromkeys(("ledger", "memories", "vectors", "index", "work"), Level.SKIPPED),
    }
    assert any(word in remedy(found, "keys") for word in ("restore", "root key"))


def test_an_older_key_file(sqlite_house: House, tmp_path: Path) -> None:
    shutil.copy(sqlite_house.folder / "keys.bin", tmp_path / "older")
    with sqlite_house.running() as runtime:
        write(runtime, SCOPE, [Draft(content="later")])
    shutil.copy(tmp_path / "older", sqlite_house.folder / "keys.bin")
    assert "older than the database" in remedy(sqlite_house.look(), "keys")


def test_a_key_file_ahead_of_its_header_is_left_so(sqlite_house: House) -> None:
    """As power loss leaves it: a slot was kept, the header written before it was not."""
    path = sqlite_house.folder / "keys.bin"
    with path.open("r+b") as file:
        file.seek(64 + 64 * 200)
        file.write(b"x" * 64)
    before = files(sqlite_house.folder)
    assert unwell(sqlite_house.look()) == {}
    assert files(sqlite_house.folder) == before


@pytest.mark.parametrize("full", [False, True])
def test_one_damaged_key(house: House, full: bool) -> None:
    if is_postgres(house.url):
        harmed = "UPDATE key_slots SET wrapped = :bytes WHERE slot = "
        one = "(SELECT key_slot FROM memories WHERE id = 'm7')"
        assert house.sql(harmed + one, bytes=b"x" * 60) == 1
    else:
        engine = create_engine(house.url)
        with engine.connect() as connection:
            slot = connection.execute(
                text("SELECT key_slot FROM memories WHERE id = 'm7'")
            ).scalar_one()
        engine.dispose()
        with (house.folder / "keys.bin").open("r+b") as file:
            file.seek(64 + 64 * slot + 20)
            file.write(b"damage")
    found = house.look(full=full)
    assert unwell(found) == {
        "memories": Level.FAIL, "vectors": Level.SKIPPED, "index": Level.SKIPPED
    }  # fmt: skip
    said = remedy(found, "memories")
    assert "of 41 memories 1 whose key is damaged, or another's (such as m7)" in said
    assert "restore data and keys from one backup" in said


def test_one_destroyed_key(house: House) -> None:
    with house.running() as runtime:
        with runtime.database.snapshot() as tx:
            agent = agents.find(tx, "default", "a1")
            assert agent is not None
            row = memories.by_id(tx, agent.agent_key, "m7")
            assert row is not None
        runtime.keyring.shred([row.key_slot])
    found = house.look()
    assert "1 whose key is destroyed (such as m7)" in remedy(found, "memories")
    # Once that is ordered it is nothing to be restored, but work to be done.
    house.sql(
        "INSERT INTO shreddings (agent_key, key_slot, ordered_at) VALUES (:agent, :slot, 0)",
        agent=agent.agent_key,
        slot=row.key_slot,
    )
    found = house.look()
    assert levels(found)["memories"] is Level.OK
    assert "keys ordered destroyed" in str([one for one in found if one.check == "work"])


def test_a_persons_lost_key(house: House) -> None:
    engine = create_engine(driver_url(house.url))
    with engine.connect() as connection:
        slot = connection.execute(text("SELECT key_slot FROM people LIMIT 1")).scalar_one()
    engine.dispose()
    with house.running() as runtime:
        runtime.keyring.shred([slot])
    said = remedy(house.look(), "memories")
    assert "the keys of 1 people, sessions or days are lost" in said


@pytest.mark.parametrize("table", ["memories", "vectors"])
def test_an_altered_row(house: House, table: str) -> None:
    number = "(SELECT number FROM memories WHERE id = 'm7')"
    house.sql(f"UPDATE {table} SET sealed = :bytes WHERE number = {number}", bytes=b"x" * 300)
    found = house.look()
    assert "whose row or vector does not open with its key" in remedy(found, "memories")


def test_an_altered_vector_in_tier_store(tmp_path: Path, any_url: str) -> None:
    house = House(tmp_path, any_url, tier="store")
    with house.running() as runtime:
        fill(runtime)
    altered = bytes([0, 0, 128, 63]) + bytes(4 * 63)
    assert house.sql("UPDATE vectors SET sealed = :bytes", bytes=altered) > 40
    assert unwell(house.look()) == {"vectors": Level.FAIL, "index": Level.SKIPPED}


def test_a_memory_without_a_vector(house: House) -> None:
    house.sql("DELETE FROM vectors WHERE number = (SELECT number FROM memories WHERE id = 'm7')")
    assert "1 memories have none" in remedy(house.look(), "vectors")


def test_another_model(house: House) -> None:
    house.set(embedding=house.settings.embedding.model_copy(update={"dimension": 48}))
    found = house.look()
    assert unwell(found) == {"vectors": Level.FAIL, "index": Level.SKIPPED}
    assert "41 of hashing" in remedy(found, "vectors")
    assert "memsvc reindex" in remedy(found, "vectors")


def test_another_model_under_the_same_name(house: House) -> None:
    with house.running() as runtime:

        def work(tx: Tx) -> None:
            agent = agents.find(tx, "default", "a2")
            assert agent is not None
            [row] = memories.by_numbers(tx, agent.agent_key, [1])
            key = keys_of(runtime.keyring, agent, [row])[row.key_slot]
            vectors = runtime.embedder.embed(["something else"])[0]
            sealed = sealed_vectors(runtime.keyring, key, agent, row.id, runtime.model_no, vectors)
            memories.replace_vector(tx, agent.agent_key, 1, runtime.model_no, sealed)

        runtime.database.write(work)
    found = house.look(full=True)
    assert unwell(found) == {"vectors": Level.FAIL, "index": Level.SKIPPED}
    assert "Another model bears the name" in remedy(found, "vectors")


def test_what_would_leave_the_machine_is_embedded_in_a_full_look_alone(house: House) -> None:
    remote = replace(house.place, remote=True)
    assert "embedded anew" not in remedy(house.look(place=remote), "vectors")
    assert "embedded anew" in remedy(house.look(place=remote, full=True), "vectors")


class Forgetful(AgentIndex):
    """Loses a memory."""

    def apply(
        self,
        sequence: int,
        entries: Sequence[Entry],
        removed: Sequence[int],
        *,
        after: int | None = None,
    ) -> bool:
        kept = [entry for entry in entries if entry.memory.id != "m7"]
        return super().apply(sequence, kept, removed, after=after)


class Swapped(AgentIndex):
    """Holds one memory twice, under two numbers, and another not at all."""

    def apply(
        self,
        sequence: int,
        entries: Sequence[Entry],
        removed: Sequence[int],
        *,
        after: int | None = None,
    ) -> bool:
        kept = [
            entry
            if entry.memory.id != "m7"
            else Entry(entry.memory._replace(number=1000), entry.vectors)
            for entry in entries
        ]
        return super().apply(sequence, kept, removed, after=after)


class Vain(AgentIndex):
    """Scores a little too high."""

    def search(self, probes: Sequence[Probe]) -> list[Evidence]:
        return [
            replace(found, frequencies=found.frequencies * 1.01) for found in super().search(probes)
        ]


class Blind(AgentIndex):
    """Finds nothing."""

    def search(self, probes: Sequence[Probe]) -> list[Evidence]:
        nobody = Condition("status", "in", ())
        return super().search([replace(probe, filter=nobody) for probe in probes])


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (Forgetful, "holds 39 memories, the rows 40"),
        (Swapped, "does not know 1 memories"),
        (Vain, "other scores than an exact search"),
        (Blind, "does not find a memory"),
    ],
)
def test_an_index_that_is_not_what_the_rows_say(
    house: House, broken: type[AgentIndex], said: str
) -> None:
    place = house.place
    found = house.look(place=replace(place, indexes=replace(place.indexes, new=broken)))
    assert unwell(found) == {"index": Level.FAIL}
    assert said in remedy(found, "index")


@pytest.mark.parametrize(("writes", "level"), [(1, Level.OK), (1000, Level.SKIPPED)])
def test_an_index_is_held_against_rows_of_its_own_moment(
    house: House, writes: int, level: Level
) -> None:
    with house.running() as runtime:
        left = iter(range(writes))

        class Overtaken(AgentIndex):
            """Somebody writes while it is loaded."""

            def apply(
                self,
                sequence: int,
                entries: Sequence[Entry],
                removed: Sequence[int],
                *,
                after: int | None = None,
            ) -> bool:
                number = None if entries else next(left, None)
                if number is not None:
                    for agent in ("a1", "a2"):
                        write(runtime, Scope("default", agent), [Draft(content=f"late {number}")])
                return super().apply(sequence, entries, removed, after=after)

        place = house.place
        found = house.look(place=replace(place, indexes=replace(place.indexes, new=Overtaken)))
    assert levels(found)["index"] is level


def test_beyond_the_exact_size_an_index_is_asked_all_the_same(house: House) -> None:
    place = house.place
    large = replace(place.indexes, exact_up_to=3)
    assert unwell(house.look(place=replace(place, indexes=large))) == {}
    blind = replace(large, new=Blind)
    assert unwell(house.look(place=replace(place, indexes=blind))) == {"index": Level.FAIL}


def test_an_index_that_looks_at_a_sample_is_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holdings, "SAMPLE", 4)
    assert unwell(house.look()) == {}


def migrated_to(house: House, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["url"] = driver_url(house.url)
    command.upgrade(config, revision)


def test_an_older_schema_is_not_migrated(tmp_path: Path, any_url: str) -> None:
    house = House(tmp_path, any_url)
    migrated_to(house, "0001")
    before = files(tmp_path)
    found = house.look()
    assert unwell(found) == {
        "schema": Level.WARN,
        **dict.fromkeys(
            ("keys", "ledger", "memories", "vectors", "index", "work", "tallies"), Level.SKIPPED
        ),
    }
    assert "memsvc migrate" in remedy(found, "schema")
    assert files(tmp_path) == before
    assert house.sql("UPDATE alembic_version SET version_num = version_num") == 1


def test_a_later_schema(house: House) -> None:
    house.sql("UPDATE alembic_version SET version_num = '9999'")
    found = house.look()
    assert levels(found)["schema"] is Level.FAIL
    assert "9999" in remedy(found, "schema")
    assert "or a later one" in remedy(found, "schema")


def test_a_table_that_is_gone(house: House) -> None:
    house.sql("DROP TABLE lineage")
    assert remedy(house.look(), "schema").startswith("missing: lineage. ")


def test_a_file_that_is_no_database(sqlite_house: House) -> None:
    path = file_of(sqlite_house.url)
    assert path is not None
    path.write_bytes(os.urandom(8192))
    found = sqlite_house.look()
    assert levels(found)["database"] is Level.FAIL
    assert "restore a backup" in remedy(found, "database")
    skipped = ("integrity", "schema", "keys", "memories", "vectors", "index", "work")
    assert {levels(found)[check] for check in skipped} == {Level.SKIPPED}
    assert levels(found)["model"] is Level.OK


@pytest.mark.parametrize("table", ["memories", "vectors", "people", "agents", "service_state"])
def test_a_damaged_page(sqlite_house: House, table: str) -> None:
    path = file_of(sqlite_house.url)
    assert path is not None
    engine = create_engine(sqlite_house.url)
    with engine.connect() as connection:
        page = connection.execute(
            text("SELECT rootpage FROM sqlite_master WHERE name = :table"), {"table": table}
        ).scalar_one()
        size = connection.execute(text("PRAGMA page_size")).scalar_one()
    engine.dispose()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    found = sqlite_house.look()
    assert levels(found)["integrity"] is Level.FAIL
    assert "restore a backup" in remedy(found, "integrity")


def test_a_row_that_names_a_missing_one(sqlite_house: House) -> None:
    sqlite_house.sql("UPDATE lineage SET agent_key = 77")
    sqlite_house.sql("UPDATE people SET agent_key = 77 WHERE person_no > 0")
    assert "name a row that is not there" in remedy(sqlite_house.look(), "integrity")


def test_work_that_is_overdue(house: House) -> None:
    with house.running() as runtime:
        write(runtime, SCOPE, [Draft(content="soon over", expires_at=NOW + timedelta(minutes=1))])
        delete_memory(runtime, SCOPE, "m4")
    assert unwell(house.look()) == {}
    house.clock.advance(timedelta(hours=1))
    found = house.look()
    assert unwell(found) == {"work": Level.WARN, "ledger": Level.WARN}
    assert "1 erasures are not in it yet" in str(found)
    said = str([one.found for one in found if one.check == "work"])
    for what in ("keys ordered destroyed", "expired memories not erased: 1", "a purge was due"):
        assert what in said
    assert ("agents whose key is to be replaced: 1" in said) == is_postgres(house.url)
    assert all("service running" in one.remedy for one in found if one.check == "work")


def test_a_ledger_that_tells_what_the_database_has_not_seen(house: House) -> None:
    with house.running() as runtime:
        mirror(runtime)
    house.sql("DELETE FROM erasures")
    before = files(house.folder)
    found = house.look()
    assert unwell(found) == {"ledger": Level.WARN}
    assert "1 erasures that the database has not seen" in str(found)
    assert "Start the service" in remedy(found, "ledger")
    assert files(house.folder) == before
    with house.running():
        pass
    assert unwell(house.look()) == {}


def test_a_ledger_that_is_gone(house: House) -> None:
    with house.running() as runtime:
        mirror(runtime)
    (house.folder / "erasures.ledger").unlink()
    found = house.look()
    assert unwell(found) == {"ledger": Level.WARN}
    assert "Put a copy of it back" in remedy(found, "ledger")
    assert not (house.folder / "erasures.ledger").exists()


@pytest.mark.parametrize("harm", [(b'"agent"', b'"tnega"'), (b'"database":"', b'"database":"0')])
def test_a_damaged_ledger(house: House, harm: tuple[bytes, bytes]) -> None:
    with house.running() as runtime:
        mirror(runtime)
    path = house.folder / "erasures.ledger"
    path.write_bytes(path.read_bytes().replace(*harm))
    before = files(house.folder)
    assert unwell(house.look()) == {"ledger": Level.FAIL}
    assert files(house.folder) == before


def test_a_ledger_that_others_may_read(house: House) -> None:
    path = house.folder / "erasures.ledger"
    path.chmod(0o644)
    assert f"chmod 600 {path}" in remedy(house.look(), "data directory")


def test_a_purge_that_died_with_its_process(house: House) -> None:
    house.sql("DELETE FROM service_state WHERE name = 'purge_due'")
    house.sql(
        "INSERT INTO service_state (name, value) VALUES ('purge_begun', :moment)",
        moment=NOW.isoformat(),
    )
    assert unwell(house.look()) == {}
    house.clock.advance(timedelta(minutes=20))
    assert "a purge was begun and not ended" in str(house.look())


def test_a_root_key_that_others_may_read(house: House) -> None:
    (house.folder / "root.key").chmod(0o644)
    found = house.look()
    assert levels(found)["keys"] is Level.FAIL
    assert "chmod 600" in remedy(found, "keys")


def test_a_database_server_that_does_not_answer(tmp_path: Path) -> None:
    url = "postgresql://memsvc:hunter2@127.0.0.1:1/memsvc"
    found = House(tmp_path, url).look()
    assert levels(found)["database"] is Level.FAIL
    assert "MEMSVC_DATABASE_URL" in remedy(found, "database")
    assert "hunter2" not in str(found)


def test_more_workers_than_connections(postgres_url: str, tmp_path: Path) -> None:
    found = House(tmp_path, postgres_url, workers=500).look()
    assert "max_connections" in remedy(found, "database")


def test_connections_of_indexes_in_the_database_count(postgres_url: str, tmp_path: Path) -> None:
    engine = create_engine(driver_url(postgres_url))
    with engine.connect() as connection:
        there = int(connection.execute(text("SHOW max_connections")).scalar_one())
    engine.dispose()
    house = House(tmp_path, postgres_url, workers=(there - 10) // (READERS + 1))
    assert "max_connections" not in str(house.look())
    house.set(index=IndexSettings(pgvector=Pgvector.VECTORS))
    assert "max_connections" in remedy(house.look(), "database")


def test_a_service_that_starts_meanwhile_is_told_of(sqlite_house: House) -> None:
    looking = examine(sqlite_house.place, full=False)
    seen = [next(looking) for _ in range(4)]
    with sqlite_house.running() as runtime:
        write(runtime, SCOPE, [Draft(content="meanwhile")])
        seen += looking
    assert "memsvc doctor" in seen[-1].remedy
    assert seen[-1].level is Level.WARN


@pytest.mark.parametrize("table", ["tallies", "tenant_tallies"])
def test_counters_that_are_wrong_are_counted_anew(house: House, table: str) -> None:
    house.sql(f"UPDATE {table} SET count = count + 1")
    found = house.look()
    assert unwell(found) == {"tallies": Level.WARN}
    assert "memsvc recount" in remedy(found, "tallies")

    with house.running() as runtime:
        recount(runtime.database)

    assert unwell(house.look()) == {}
