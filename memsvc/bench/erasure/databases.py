"""Databases to measure on: a file of the service's own, or fresh ones of a PostgreSQL server."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from memsvc.bench.client import LoadFailed


@dataclass(frozen=True, slots=True)
class Databases:
    """`fresh` gives an empty database's URL, `""` for a file in the data directory.

    `cluster` is the folder of the database server, where this machine can read it.
    """

    kind: str
    fresh: Callable[[], str]
    cluster: Path | None = None


@contextmanager
def sqlite() -> Iterator[Databases]:
    """SQLite: the file makes itself."""
    yield Databases("sqlite", lambda: "")


@contextmanager
def postgresql(url: str) -> Iterator[Databases]:
    """Databases of their own on a server, dropped at the end; the role must be able to make them.

    Raises LoadFailed when it is not.
    """
    made: list[str] = []
    try:
        connection = psycopg.connect(url, autocommit=True)
    except psycopg.Error as error:
        raise LoadFailed(f"the PostgreSQL server does not answer: {error}") from error

    def fresh() -> str:
        name = f"memsvc_bench_{secrets.token_hex(6)}"
        connection.execute(f"CREATE DATABASE {name}".encode())
        made.append(name)
        parts = urlsplit(url)
        return urlunsplit(parts._replace(path=f"/{name}"))

    with connection:
        try:
            yield Databases("postgresql", fresh, _cluster(connection))
        except psycopg.Error as error:
            raise LoadFailed(f"the PostgreSQL server refuses: {error}") from error
        finally:
            for name in made:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _cluster(connection: psycopg.Connection[tuple[str]]) -> Path | None:
    try:
        [told] = connection.execute("SHOW data_directory").fetchone() or ("",)
        folder = Path(told)
        return folder if told and (folder / "PG_VERSION").is_file() else None
    except (psycopg.Error, OSError):
        return None
