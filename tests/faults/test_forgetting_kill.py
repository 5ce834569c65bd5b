"""kill -9 at the steps of forget requests: what was acknowledged is hidden, carried out, proven."""

from __future__ import annotations

from pathlib import Path

import pytest

from memsvc.bench import crash_forgetting
from memsvc.bench.crash import CrashOptions
from tests.faults.forgetting_dying import ALWAYS, EVERY_STEP, ON_POSTGRESQL, ON_SQLITE
from tests.faults.test_kill import lives

LONGEST_S = 3600 if EVERY_STEP else 400
"""Far beyond what it takes: a machine may be busy with others."""


def die(steps: set[str], folder: Path, *server: str) -> None:
    told = lives(folder, *server, module="tests.faults.forgetting_dying")
    complaints = {one["place"]: (one["step"], one["complaint"]) for one in told if one["complaint"]}
    assert not complaints
    met = {one["step"] for one in told} | {one["step"].partition(" ")[2] for one in told}
    assert steps <= met, steps - met


@pytest.mark.timeout(LONGEST_S)
def test_on_sqlite(tmp_path: Path) -> None:
    die(ALWAYS | ON_SQLITE, tmp_path)


@pytest.mark.timeout(LONGEST_S)
def test_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    die(ALWAYS | ON_POSTGRESQL, tmp_path, postgres_url)


@pytest.mark.timeout(300)
def test_kill_9_of_a_server_that_forgets(any_url: str) -> None:
    """The short form of `memsvc bench crash --forget`."""
    options = CrashOptions(cycles=3, clients=2, longest_s=3.0, database_url=any_url)
    report = crash_forgetting.run(options)
    assert report.clean, str(report)
    assert report.requests == report.closed > 0
