"""Alembic's entry: runs the migrations against the service's database."""

from alembic import context
from sqlalchemy import create_engine

from memsvc.config import Settings
from memsvc.store.tables import metadata

# `memsvc migrate` and `memsvc serve` pass the URL; the bare `alembic` command has settings only.
url = context.config.attributes.get("url") or Settings().url
engine = create_engine(url, hide_parameters=True)

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()

engine.dispose()
