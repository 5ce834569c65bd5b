"""Alembic's entry: runs the migrations against the service's database."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from memsvc.config import Settings
from memsvc.store.kinds import driver_url
from memsvc.store.tables import metadata

# `memsvc migrate` and `memsvc serve` pass the URL; the bare `alembic` command has settings only.
url = context.config.attributes.get("url") or driver_url(Settings().url)
engine = create_engine(url, hide_parameters=True, poolclass=NullPool)

with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        # Several replicas may start at once: one migrates, the others wait and find it done. The
        # lock is the session's and goes with it.
        connection.execute(text("SELECT pg_advisory_lock(hashtext('memsvc migrations'))"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
