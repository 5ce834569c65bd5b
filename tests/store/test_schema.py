"""The migrations are equal to the tables, and know where a database stands."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from memsvc.core.agent_settings import AgentSettings
from memsvc.core.weights import STANDARD, Weights
from memsvc.errors import SchemaOutdated
from memsvc.operations.recount import differing
from memsvc.store import agents, figures, journals, recounting
from memsvc.store.figures import Figure
from memsvc.store.kinds import driver_url
from memsvc.store.opening import open_database
from memsvc.store.reach import Reach
from memsvc.store.schema import migrations_folder, revision, upgrade
from memsvc.store.sums import Cell
from memsvc.store.tables import HEAD, metadata


def schema_of(url: str) -> dict[str, str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql <> ''")
        )
        # A table that was made anew stands there with its name in quotes.
        plain = {name: sql.replace('"', "").replace(",", " ") for name, sql in rows}
        found = {name: " ".join(sorted(sql.split())) for name, sql in plain.items()}
    engine.dispose()
    return found


def test_migrations_make_what_the_tables_say(sqlite_url: str, tmp_path: Path) -> None:
    by_tables = f"sqlite:///{tmp_path / 'tables.db'}"
    engine = create_engine(by_tables)
    metadata.create_all(engine)
    engine.dispose()
    assert schema_of(sqlite_url) == schema_of(by_tables)


def test_autogenerate_finds_no_difference(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_head_is_the_last_migration() -> None:
    assert ScriptDirectory(migrations_folder()).get_heads() == [HEAD]


def test_upgrade_says_whether_there_was_anything_to_do(any_url: str) -> None:
    url = any_url
    assert revision(url) is None
    assert upgrade(url)
    assert revision(url) == HEAD
    assert not upgrade(url)


def upgraded_to(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["url"] = driver_url(url)
    command.upgrade(config, revision)


def test_agents_from_before_there_were_settings_have_none(any_url: str) -> None:
    upgraded_to(any_url, "0003")
    engine = create_engine(driver_url(any_url))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO agents (tenant, agent_id, sequence, erasure_epoch, wrapped_key, "
                "created_at) VALUES ('acme', 'one', 7, 2, :key, 1700000000000000)"
            ),
            {"key": b"k"},
        )
    engine.dispose()

    assert upgrade(any_url)

    database = open_database(any_url)
    with database.snapshot() as tx:
        agent = agents.find(tx, "acme", "one")
    assert agent is not None
    assert (agent.sequence, agent.erasure_epoch, bytes(agent.wrapped_key)) == (7, 2, b"k")
    assert agent.created_at.isoformat() == "2023-11-14T22:13:20+00:00"
    assert agent.settings.weights == STANDARD
    given = Weights(0.0, 0.2, 0.3)
    database.write(lambda tx: agents.set_settings(tx, agent.agent_key, AgentSettings(given)))
    database.write(
        lambda tx: agents.set_settings(tx, agent.agent_key, AgentSettings(STANDARD), keep=True)
    )
    with database.snapshot() as tx:
        assert agents.by_key(tx, agent.agent_key).settings.weights == given
    database.close()


def test_memories_from_before_they_were_counted_are_counted(any_url: str) -> None:
    upgraded_to(any_url, "0008")
    engine = create_engine(driver_url(any_url))
    with engine.begin() as connection:
        for key, tenant in ((11, "acme"), (12, "acme"), (13, "other")):
            connection.execute(
                text(
                    "INSERT INTO agents (agent_key, tenant, agent_id, sequence, erasure_epoch, "
                    "wrapped_key, created_at) VALUES (:key, :tenant, :id, 1, 0, :wrapped, 1)"
                ),
                {"key": key, "tenant": tenant, "id": str(key), "wrapped": b"k"},
            )
            for number in range(1, 6):
                connection.execute(
                    text(
                        "INSERT INTO memories (agent_key, number, id, version, kind, status, "
                        "trust, channel, created_at, updated_at, use_count, importance, "
                        "confidence, stability_days, difficulty, pinned, derived, sealed, "
                        "restricted) VALUES (:key, :number, :id, 1, :kind, 'active', 'user', "
                        "'user', 1, 1, :uses, 0.5, 1, 7, 5, :no, :no, :sealed, :restricted)"
                    ),
                    {
                        "key": key, "number": number, "id": str(number), "no": False,
                        "kind": "semantic" if number == 1 else "episodic", "sealed": b"s",
                        "uses": 5000 if number == 2 else number % 2, "restricted": number == 5,
                    },
                )  # fmt: skip
    engine.dispose()

    assert upgrade(any_url)

    database = open_database(any_url)
    with database.snapshot() as tx:
        counted = recounting.kept(tx)
        assert counted == recounting.counted(tx)
        assert differing(tx) == 0
        acme, other = (figures.tallied(tx, Reach(tenant)) for tenant in ("acme", "other"))
    database.close()
    assert counted[Cell(11, "episodic", "active", "user", 1000)] == 1
    assert (sum(acme.values()), sum(other.values())) == (8, 4)
    assert acme[Figure("semantic", "active", "user", 1)] == 2


def test_a_later_database_is_refused_with_the_remedy(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaOutdated, match=r"9999.*later"):
        upgrade(url)


def test_replicas_that_start_at_once_migrate_once(postgres_url: str) -> None:
    code = "import sys; from memsvc.store.schema import upgrade; upgrade(sys.argv[1])"
    replicas = [
        subprocess.Popen([sys.executable, "-c", code, postgres_url], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for replica in replicas:
        _, complaint = replica.communicate(timeout=60)
        assert replica.returncode == 0, complaint.decode()
    assert revision(postgres_url) == HEAD


def test_agents_from_before_names_stood_apart_are_found_and_counted_on(any_url: str) -> None:
    upgraded_to(any_url, "0008")
    engine = create_engine(driver_url(any_url))
    with engine.begin() as connection:
        for name in ("one", "two", "gone"):
            connection.execute(
                text(
                    "INSERT INTO agents (tenant, agent_id, sequence, erasure_epoch, wrapped_key, "
                    "created_at) VALUES ('acme', :name, 7, 2, :key, 1700000000000000)"
                ),
                {"name": name, "key": b"k" * 60},
            )
        connection.execute(text("INSERT INTO changes VALUES (1, 7, 3)"))
        connection.execute(text("DELETE FROM agents WHERE agent_id = 'gone'"))
    engine.dispose()
    upgrade(any_url)
    database = open_database(any_url)
    try:
        with database.snapshot() as tx:
            one, two = agents.find(tx, "acme", "one"), agents.find(tx, "acme", "two")
            assert one is not None
            assert two is not None
            assert (one.agent_key, two.agent_key, one.sequence) == (1, 2, 7)
            assert journals.changed_since(tx, 1, 6) == [3]
            assert agents.find(tx, "acme", "gone") is None
        # No surrogate is given twice, nor is the last one.
        made = database.write(lambda tx: agents.reserve(tx, "acme", "gone", one.created_at))
        assert made == 4
    finally:
        database.close()


def test_a_remembered_number_is_no_answer_for_another_agent(any_url: str) -> None:
    upgrade(any_url)
    database = open_database(any_url)
    try:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        first = database.write(lambda tx: agents.reserve(tx, "acme", "one", now))
        with database.snapshot() as tx:
            assert agents.find(tx, "acme", "one") == agents.by_key(tx, first)
        database.write(lambda tx: agents.reserve(tx, *agents.SERVICE, now))
        database.write(lambda tx: agents.erase(tx, first))
        with database.snapshot() as tx:
            assert agents.find(tx, "acme", "one") is None
        again = database.write(lambda tx: agents.reserve(tx, "acme", "one", now))
        assert again != first
        with database.snapshot() as tx:
            found = agents.find(tx, "acme", "one")
            assert found is not None
            assert found.agent_key == again
    finally:
        database.close()
