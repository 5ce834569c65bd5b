"""A real server in a process of its own, with hashed vectors instead of a model."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEY = "the-admin-key-of-the-bench"
LISTENS = re.compile(r"listens on (http://\S+)")


@dataclass(frozen=True)
class Served:
    """A running server."""

    url: str
    key: str
    pid: int
    folder: Path


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    log = folder / "log"
    start = "from memsvc.cli import main; main()"
    with log.open("w", encoding="utf-8") as sink:
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                start,
                "serve",
                "--port",
                "0",
                "--data-dir",
                str(folder / "data"),
            ],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "MEMSVC_ADMIN_KEY": KEY,
                "MEMSVC_EMBEDDING__BACKEND": "hashing",
            },
            stdout=sink,
            stderr=sink,
        )
        try:
            yield Served(_address(process, log), KEY, process.pid, folder)
        finally:
            process.terminate()
            process.wait(20)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        said = log.read_text(encoding="utf-8")
        if found := LISTENS.search(said):
            return found[1]
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
