"""Databases that were migrated once, copied wherever a service starts on a new one.

The migrations take longer than most tests. Tests of them, and processes of their own, carry them
out.
"""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from memsvc.store.kinds import is_postgres
from memsvc.store.schema import file_of, upgrade

_THEIRS = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


class Migrated:
    """A file in the folder, and a database on each server; `upgrade` is for `memsvc.wiring`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "memsvc.db"
        self._on: dict[str, str] = {}
        """By server, the name of the database to copy."""

    def upgrade(self, url: str) -> bool:
        """As `memsvc.store.schema.upgrade`, which does it wherever there is something already."""
        file = file_of(url)
        if file is not None and not file.exists():
            return self._copied(file) or upgrade(url)
        if is_postgres(url) and self._copied_on_server(make_url(url)):
            return True
        return upgrade(url)

    def _copied(self, file: Path) -> bool:
        if not self._file.exists():
            upgrade(f"sqlite:///{self._file}")
        try:
            shutil.copy(self._file, file)
        except OSError:
            # What the service says of a folder like this is its own affair.
            file.unlink(missing_ok=True)
            return False
        return True

    def _copied_on_server(self, url: URL) -> bool:
        """False where somebody is in the database, or something."""
        name = url.database or ""
        server = url.set(database="postgres", drivername="postgresql").render_as_string(False)
        try:
            with psycopg.connect(_named(url, name)) as connection:
                [count] = connection.execute(_THEIRS).fetchone() or (1,)
            if count:
                return False
            with psycopg.connect(server, autocommit=True) as connection:
                template = self._on.get(server) or self._made(connection, url)
                self._on[server] = template
                connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
                copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
        except psycopg.Error:
            return False
        return True

    def _made(self, connection: psycopg.Connection, url: URL) -> str:
        name = f"memsvc_migrated_{secrets.token_hex(6)}"
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        upgrade(_named(url, name))
        return name

    def close(self) -> None:
        """Drop the databases."""
        for server, name in self._on.items():
            try:
                with psycopg.connect(server, autocommit=True) as connection:
                    connection.execute(
                        sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
                    )
            except psycopg.Error:
                # The server went first.
                continue


def _named(url: URL, name: str) -> str:
    return url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
