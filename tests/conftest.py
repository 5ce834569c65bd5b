"""What every test gets."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings

from memsvc import wiring
from tests.databases import fresh_database, postgres_server
from tests.migrated import Migrated

# The time of one example says more about the machine than about the code. On a CI server examples
# are the same from run to run: what is red there is red because of what was pushed.
settings.register_profile(
    "house", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("house")

# A process that runs thousands of tests holds a lot, and to look through it for garbage as often as
# by default takes a tenth of its time.
gc.set_threshold(20_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A service that starts on a new database in this process gets a copy of a migrated one."""
    migrated = Migrated(tmp_path_factory.mktemp("schema"))
    with closing(migrated), pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "upgrade", migrated.upgrade)
        yield


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server; started when a test first asks for it."""
    with postgres_server(tmp_path_factory.mktemp("pg")) as url:
        yield url


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'memsvc.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
