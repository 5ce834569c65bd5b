"""Alembic's entry: runs the migrations against the service's database."""

from alembic import context
from sqlalchemy import create_engine, text

from memsvc.config import Settings
from memsvc.store.kinds import driver_url
from memsvc.store.tables import metadata

# `memsvc migrate` and `memsvc serve` pass the URL; the bare `alembic` command has settings only.
url = context.config.attributes.get("url") or driver_url(Settings().url)
engine = create_engine(url, hide_parameters=True)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # Several replicas may start at once: one migrates, the others find it done.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('memsvc migrations'))"))
        context.run_migrations()

engine.dispose()
