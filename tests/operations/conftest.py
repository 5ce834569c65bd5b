"""A runtime on real files and a real database of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime


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
