"""The schema's version: where a database stands, and bringing it up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

import memsvc
from memsvc.errors import SchemaOutdated
from memsvc.store.failures import translated
from memsvc.store.kinds import driver_url
from memsvc.store.tables import HEAD

_PACKAGE = Path(memsvc.__file__).parent


def migrations_folder() -> Path:
    """Inside an installed package, or beside the package in a checkout."""
    installed = _PACKAGE / "_migrations"
    return installed if installed.is_dir() else _PACKAGE.parent / "migrations"


def file_of(url: str) -> Path | None:
    """The file of a database that is one."""
    database = make_url(url).database
    return Path(database) if database and make_url(url).get_backend_name() == "sqlite" else None


def revision(url: str) -> str | None:
    """The migration a database stands at; None for an empty or missing one."""
    engine = create_engine(driver_url(url), hide_parameters=True)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        raise translated(error) from None
    finally:
        engine.dispose()


def upgrade(url: str) -> bool:
    """Apply the migrations that are missing; False when there were none.

    Raises SchemaOutdated when the database was made by a later version.
    """
    standing = revision(url)
    if standing == HEAD:
        return False
    # Alembic costs a third of a second to import, and most starts have nothing to migrate.
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["url"] = driver_url(url)
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise SchemaOutdated(
            f"The database stands at revision {standing}, which this version does not know. "
            "Start the memsvc version that made it, or a later one."
        ) from None
    return True
