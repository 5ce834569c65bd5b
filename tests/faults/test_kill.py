"""kill -9 at every step that outlives a process: what was acknowledged is there, whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ALWAYS = {"link", "COMMIT", "answer", "shred", "INSERT INTO shreddings", "DELETE FROM shreddings"}
ON_SQLITE = {"pwrite", "fdatasync", "VACUUM", "PRAGMA wal_checkpoint"}
ON_POSTGRESQL = {'VACUUM "vectors"', "CHECKPOINT"}


def lives(folder: Path, *more: str, module: str = "tests.faults.dying") -> list[dict[str, Any]]:
    """What is told of all lives, in order."""
    told = subprocess.run(
        [sys.executable, "-m", module, str(folder), *more],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def check(told: list[dict[str, Any]], steps: set[str]) -> None:
    complaints = {f"{n}: {one['step']}": one["complaint"] for n, one in enumerate(told, start=1)}
    assert not any(complaints.values()), {at: said for at, said in complaints.items() if said}
    assert steps <= {one["step"] for one in told}
    assert [one["over"] for one in told] == [False] * (len(told) - 1) + [True]


@pytest.mark.timeout(300)
def test_on_sqlite(tmp_path: Path) -> None:
    check(lives(tmp_path), ALWAYS | ON_SQLITE)


@pytest.mark.timeout(300)
def test_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    check(lives(tmp_path, postgres_url), ALWAYS | ON_POSTGRESQL)
