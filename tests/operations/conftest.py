"""A runtime on real files and a real database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime
from tests.databases import fresh_database
from tests.operations.transferring import opened


@pytest.fixture
def runtime(tmp_path: Path, any_url: str) -> Iterator[Runtime]:
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    runtime = build_runtime(settings, lambda _line: None)
    yield runtime
    runtime.close()


@pytest.fixture
def pair(tmp_path: Path, any_url: str) -> Iterator[tuple[Runtime, Runtime]]:
    """Two runtimes on one database, with one root key."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=any_url,
        root_key="11" * 32,
        embedding={"backend": "hashing"},
    )
    with (
        closing(build_runtime(settings, lambda _line: None)) as ours,
        closing(build_runtime(settings, lambda _line: None)) as theirs,
    ):
        yield ours, theirs


@pytest.fixture
def source(tmp_path: Path, any_url: str) -> Iterator[Runtime]:
    """A service on a database of each kind in turn, whose clock stands still at noon."""
    with opened(tmp_path, any_url) as runtime:
        yield runtime


@pytest.fixture
def other_url(request: pytest.FixtureRequest, any_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other kind."""
    if any_url.startswith("sqlite"):
        with fresh_database(request.getfixturevalue("postgres")) as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'other' / 'memsvc.db'}"


@pytest.fixture
def target(tmp_path: Path, other_url: str) -> Iterator[Runtime]:
    """Another one, on a database of the other kind."""
    with opened(tmp_path / "other", other_url) as runtime:
        yield runtime
