"""Real databases, made by the migrations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memsvc.store.database import Database
from memsvc.store.opening import open_database
from memsvc.store.schema import upgrade


@pytest.fixture
def url(any_url: str) -> str:
    """A database of each kind in turn, as the migrations make it."""
    upgrade(any_url)
    return any_url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'memsvc.db'}"
    upgrade(url)
    return url


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    upgrade(postgres_url)
    database = open_database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = open_database(url)
    yield database
    database.close()
