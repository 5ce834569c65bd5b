"""The schema's version: where a database stands, and bringing it up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

import memsvc
from memsvc.errors import MemsvcError, SchemaOutdated, StartupError
from memsvc.store.failures import is_gone, translated
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
            return standing(connection)
    except DBAPIError as error:
        raise _told(error) from None
    finally:
        engine.dispose()


def standing(connection: Connection) -> str | None:
    """The migration an open database stands at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_older(revision: str) -> bool:
    """Whether this version's migrations lead on from there; the files begin with their numbers."""
    files = (migrations_folder() / "versions").glob("*.py")
    return revision != HEAD and revision in {file.name.partition("_")[0] for file in files}


def upgrade(url: str) -> bool:
    """Apply the migrations that are missing; False when there were none.

    Raises SchemaOutdated when the database was made by a later version, and StartupError when it
    cannot be had.
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
    except DBAPIError as error:
        raise _told(error) from None
    return True


def _told(error: DBAPIError) -> BaseException:
    """Why the database cannot be had, for the person who starts the service."""
    meaning = translated(error)
    if is_gone(error):
        return StartupError(
            "The database server does not answer: check that it runs, and MEMSVC_DATABASE_URL."
        )
    return StartupError(meaning.detail) if isinstance(meaning, MemsvcError) else meaning
