"""Prepared statements give what SQLAlchemy gives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, column, select
from sqlalchemy.exc import DBAPIError

from memsvc.store import agents
from memsvc.store.database import Database
from memsvc.store.prepared import PreparedSelect
from memsvc.store.tables import agents as table
from memsvc.store.tables import api_keys

MADE = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def test_rows_have_the_names_and_the_values_of_the_table(database: Database) -> None:
    database.write(lambda tx: agents.reserve(tx, "acme", "one", MADE))
    statement = select(table).where(
        table.c.tenant == bindparam("tenant"), table.c.agent_id == bindparam("agent_id")
    )
    prepared = PreparedSelect(statement)
    with database.snapshot() as tx:
        for _ in range(2):
            [row] = prepared.rows(tx, "acme", "one")
            expected = tx.execute(statement, {"tenant": "acme", "agent_id": "one"}).one()
            assert row._asdict() == expected._asdict()
            assert row.created_at == MADE
        assert prepared.rows(tx, "acme", "two") == []


def test_nothing_stays_nothing(database: Database) -> None:
    values = {"key_id": "k", "tenant": "t", "name": "n", "role": "agent", "agent_pattern": "*"}
    row = {**values, "digest": b"d", "created_at": MADE}
    database.write(lambda tx: tx.execute(api_keys.insert(), row))
    with database.snapshot() as tx:
        [found] = PreparedSelect(select(api_keys)).rows(tx)
    assert (found.expires_at, found.digest) == (None, b"d")


def test_a_failure_of_the_driver_is_one_of_the_database(database: Database) -> None:
    broken = PreparedSelect(select(column("no_such_column")).select_from(table))
    with pytest.raises(DBAPIError) as caught, database.snapshot() as tx:
        broken.rows(tx)
    assert "no_such_column" in str(caught.value)
