"""The migrations are equal to the tables, and know where a database stands."""

from __future__ import annotations

import subprocess
import sys
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
from memsvc.store import agents
from memsvc.store.kinds import driver_url
from memsvc.store.opening import open_database
from memsvc.store.schema import migrations_folder, revision, upgrade
from memsvc.store.tables import HEAD, metadata


def schema_of(url: str) -> dict[str, str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql <> ''")
        )
        found = {name: " ".join(sorted(sql.replace(",", " ").split())) for name, sql in rows}
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
