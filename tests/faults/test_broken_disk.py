"""A disk that fails now and then, by libfiu: nothing that was acknowledged is lost."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.asking import add, assert_calm, command, found, held, problem
from tests.faults.load import Load
from tests.serving.server import Server

EIO, ENOSPC = 5, 28
WRITES, FLUSHES, READS = "posix/io/rw/pwrite", "posix/io/sync/*", "posix/io/rw/pread"

pytestmark = pytest.mark.skipif(
    shutil.which("fiu-run") is None, reason="fiu-run is missing: install Debian's fiu-utils"
)


class Broken:
    """A server whose disk can be told to fail."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._fifo = folder / "fiu"
        under = ("fiu-run", "-x", "-f", str(self._fifo))
        self.server = Server(folder / "data", folder, under=under, **environment)

    def tell(self, *commands: str) -> None:
        control = [part for command in commands for part in ("-c", command)]
        pid = self.server.process.pid
        subprocess.run(["fiu-ctrl", *control, "-f", str(self._fifo), str(pid)], check=True)

    def fail(self, name: str, probability: float, error: int = EIO) -> None:
        self.tell(f"enable_random name={name},probability={probability},failinfo={error}")

    def mend(self, *names: str) -> None:
        self.tell(*(f"disable name={name}" for name in names))


@contextmanager
def broken_server(folder: Path, **environment: str) -> Iterator[Broken]:
    broken = Broken(folder, environment)
    try:
        yield broken
    finally:
        broken.server.kill()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("name", "probability", "error"),
    [(WRITES, 0.05, EIO), (WRITES, 0.05, ENOSPC), (FLUSHES, 0.05, EIO), (READS, 0.002, EIO)],
    ids=["writes", "no-space", "flushes", "reads"],
)
def test_under_load_nothing_acknowledged_is_lost(
    tmp_path: Path, name: str, probability: float, error: int
) -> None:
    # Without sealed keys, so that flushes of the log fail, not that of the keys alone.
    tier = "store" if name == FLUSHES else "shred"
    with broken_server(tmp_path, MEMSVC_TIER=tier) as broken:
        load = Load(broken.server)
        threading.Event().wait(0.5)
        assert load.acknowledged > 0
        broken.fail(name, probability, error)
        refused, end = 0, time.monotonic() + 20
        while refused < 10:
            assert time.monotonic() < end, f"no fault was met: {load.answers}"
            threading.Event().wait(0.5)
            refused = load.refused
        broken.mend(name)
        threading.Event().wait(0.5)
        load.stop()
        assert_calm(broken.server)
    server = Server(tmp_path / "data", tmp_path, MEMSVC_TIER=tier)
    assert load.compare(server) == []
    server.stop()


def test_keys_that_may_be_lost_are_not_built_upon(tmp_path: Path) -> None:
    with broken_server(tmp_path) as broken:
        add(broken.server, "before").raise_for_status()
        broken.fail("posix/io/sync/fdatasync", 1.0)
        told = problem(add(broken.server, "lost"), 500, "keys_damaged")
        assert "check the disk and restart" in told
        broken.mend("posix/io/sync/fdatasync")
        # The kernel reports a lost write once, and the next flush succeeds without it.
        assert "restart" in problem(add(broken.server, "lost2"), 500, "keys_damaged")
        assert held(broken.server) == {"before"}
        assert found(broken.server, "before says") == ["before"]
        deleted = broken.server.ask("DELETE", "/memories/before")
        assert "restart" in problem(deleted, 500, "keys_damaged")
        assert_calm(broken.server)
        broken.server.kill()
        broken.server.start()
        add(broken.server, "after").raise_for_status()
        assert held(broken.server) == {"before", "after"}


def test_a_start_that_fails_says_why_in_one_line(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path)
    add(server, "one").raise_for_status()
    server.kill()
    refused = 0
    for attempt, name in enumerate((WRITES, READS, READS, FLUSHES)):
        # Half of them are first starts.
        folder = tmp_path / (f"new{attempt}" if attempt % 2 else "data")
        fault = f"enable_random name={name},probability=0.2,failinfo={EIO}"
        done = command(folder, "keys", "list", under=("fiu-run", "-x", "-c", fault))
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode in {0, 1}
        told = [line for line in done.stderr.splitlines() if line.startswith("memsvc:")]
        assert len(told) == done.returncode
        refused += done.returncode
        if attempt % 2:
            again = command(folder, "keys", "list")
            assert again.returncode == 0, again.stderr
    assert refused > 0
    server.start()
    assert held(server) == {"one"}
    server.stop()
