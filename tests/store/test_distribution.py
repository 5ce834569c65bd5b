"""The schema as a Citus cluster would take it; there is none here, so nothing is run on one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    create_engine,
    make_url,
    text,
)

from memsvc.errors import DistributionRefused
from memsvc.store.distribution import (
    by_agent,
    check_distributable,
    distribute,
    obstacles,
    statements,
)
from memsvc.store.kinds import driver_url
from memsvc.store.schema import revision, upgrade
from memsvc.store.tables import HEAD, metadata

TABLES = metadata.sorted_tables


def test_every_table_lies_somewhere_and_once() -> None:
    assert sorted(name for name, _ in statements()) == sorted(metadata.tables)


def test_each_is_distributed_by_its_leading_key_or_whole() -> None:
    for name, statement in statements():
        table = metadata.tables[name]
        assert ("create_distributed_table" in statement) == ("agent_key" in table.primary_key)
        if by_agent(table):
            assert f"'{name}', 'agent_key'" in statement
            assert ("colocate_with => 'agents'" in statement) == (name != "agents")


def test_what_others_refer_to_comes_first() -> None:
    order = [name for name, _ in statements()]
    for table in TABLES:
        for key in table.foreign_key_constraints:
            assert order.index(key.referred_table.name) < order.index(table.name)
    whole = [name for name in order if not by_agent(metadata.tables[name])]
    assert order[: len(whole)] == whole
    assert order[len(whole)] == "agents"


def test_no_constraint_needs_two_nodes() -> None:
    assert obstacles() == []


def test_neither_does_any_of_the_migrated_database(postgres_url: str) -> None:
    """As the server's own catalogue has them."""
    upgrade(postgres_url)
    engine = create_engine(driver_url(postgres_url))
    unique = text(
        "SELECT t.relname, array_agg(a.attname::text) FROM pg_index i "
        "JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey) "
        "WHERE i.indisunique AND n.nspname = 'public' GROUP BY t.relname, i.indexrelid"
    )
    with engine.connect() as connection:
        found = connection.execute(unique).all()
    engine.dispose()
    spread = {table.name for table in TABLES if by_agent(table)}
    assert spread <= {name for name, _ in found}
    assert [name for name, columns in found if name in spread and "agent_key" not in columns] == []


def test_obstacles_are_found() -> None:
    made = MetaData()
    key = Column("agent_key", BigInteger, primary_key=True)
    agents = Table("agents", made, key, Column("name", BigInteger), UniqueConstraint("name"))
    Table(
        "notes",
        made,
        Column("agent_key", BigInteger, ForeignKey("agents.agent_key"), primary_key=True),
        Column("other", BigInteger, ForeignKey("agents.agent_key")),
        Index("ix", "other", unique=True),
    )
    Table("whole", made, Column("agent", BigInteger, ForeignKey(agents.c.agent_key)))
    found = obstacles(made.sorted_tables)
    assert sorted(found) == [
        "a foreign key of notes to agents lacks agent_key",
        "the unique constraint over name of agents lacks agent_key",
        "the unique index over other of notes lacks agent_key",
        "whole is whole and refers to agents, which is not",
    ]
    with pytest.raises(DistributionRefused) as refused:
        distribute("postgresql://nobody@127.0.0.1:1/none", made.sorted_tables)
    assert all(one in refused.value.detail for one in found)


def test_without_citus_it_says_so_and_changes_nothing(postgres_url: str) -> None:
    upgrade(postgres_url)
    with pytest.raises(DistributionRefused, match="CREATE EXTENSION citus") as refused:
        distribute(postgres_url)
    assert "nothing was changed" in refused.value.detail
    assert revision(postgres_url) == HEAD


def test_whether_there_is_citus_is_found_out_without_changing_anything(postgres_url: str) -> None:
    with pytest.raises(DistributionRefused, match="CREATE EXTENSION citus"):
        check_distributable(postgres_url)
    assert revision(postgres_url) is None


def test_a_database_that_is_not_there_may_be_what_is_wrong(postgres_url: str) -> None:
    elsewhere = make_url(postgres_url).set(database="no_such").render_as_string(hide_password=False)
    with pytest.raises(DistributionRefused, match="no such database"):
        check_distributable(elsewhere)


def test_sqlite_is_not_distributed(tmp_path: Path) -> None:
    with pytest.raises(DistributionRefused, match="Only a PostgreSQL database"):
        distribute(f"sqlite:///{tmp_path / 'memsvc.db'}")


def test_no_server_is_no_riddle() -> None:
    with pytest.raises(DistributionRefused, match="does not answer"):
        distribute("postgresql://nobody@127.0.0.1:1/none")
