"""Alembic's entry: runs the migrations against the service's database."""

import sqlite3
import time
from contextlib import nullcontext
from typing import Any

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine, event, text

from memsvc.config import Settings
from memsvc.store.kinds import driver_url
from memsvc.store.tables import metadata

# `memsvc migrate` and `memsvc serve` pass the URL; the bare `alembic` command has settings only.
url = context.config.attributes.get("url") or driver_url(Settings().url)
engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
sqlite = engine.dialect.name == "sqlite"

LONGEST_WAIT_S = 60.0


def use_log(connection: Any) -> None:
    """Switch a new SQLite file to WAL; for this SQLite does not wait by itself."""
    end = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


if sqlite:

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver would begin at the first row only and leave what makes tables outside.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={LONGEST_WAIT_S * 1e3:.0f}").close()
        use_log(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


# Several processes may start at once: one migrates, the others wait and find it done. On SQLite one
# transaction holds all: who dies in it leaves nothing half made. On PostgreSQL the lock is the
# session's, and goes with it.
with engine.connect() as connection, connection.begin() if sqlite else nullcontext():
    if not sqlite:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('memsvc migrations'))"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=sqlite,
        transaction_per_migration=not sqlite,
    )
    with context.begin_transaction():
        context.run_migrations()
