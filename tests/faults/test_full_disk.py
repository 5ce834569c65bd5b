"""A full disk: nothing is half stored, nothing acknowledged is lost, reading goes on."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.faults.asking import add, assert_calm, found, held, problem
from tests.serving.server import Server

BEFORE = {f"m{number}" for number in range(12)}

Fill = Callable[[Server], Callable[[], None]]
"""Leaves no room for what a server writes; what it returns makes room again."""


def by_limit(server: Server) -> Callable[[], None]:
    """No file may grow beyond the largest one there is."""
    largest = max(one.stat().st_size for one in server.folder.iterdir() if one.is_file())
    kind, free = resource.RLIMIT_FSIZE, resource.RLIM_INFINITY
    resource.prlimit(server.process.pid, kind, (largest, free))

    def make_room() -> None:
        resource.prlimit(server.process.pid, kind, (free, free))

    return make_room


def by_ballast(server: Server) -> Callable[[], None]:
    """The disk is full to the last block."""
    ballast = server.folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return ballast.unlink


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(params=[by_limit, by_ballast])
def fill(request: pytest.FixtureRequest) -> Fill:
    chosen: Fill = request.param
    return chosen


@pytest.fixture
def server(fill: Fill, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server with some memories; its log lies on the same small disk, where there is one."""
    disk = request.getfixturevalue("small_disk") if fill is by_ballast else tmp_path
    with ExitStack() as stack:
        server = Server(disk / "data" if disk is tmp_path else disk, disk)
        stack.callback(server.kill)
        for name in sorted(BEFORE):
            add(server, name).raise_for_status()
        yield server


def test_nothing_is_half_stored_and_reading_goes_on(server: Server, fill: Fill) -> None:
    make_room = fill(server)
    written = set(BEFORE)
    # The log may have room for a few more.
    number, answer = 0, add(server, "late0", "later0")
    while answer.status_code == 201:
        written |= {f"late{number}", f"later{number}"}
        number += 1
        answer = add(server, f"late{number}", f"later{number}")
    detail = problem(answer, 507, "storage_full")
    assert "free some space" in detail
    assert "x" * 20 not in detail
    changed = server.ask("PATCH", "/memories/m3", {"content": "changed"})
    assert "free some space" in problem(changed, 507, "storage_full")

    assert held(server) == written
    for _ in range(60):
        # More lines than the log's buffer holds, where the log is on the full disk, too.
        assert "m7" in found(server, "m7 says")
    assert server.client.get("/readyz").status_code == 200
    assert server.ask("GET", "/memories/m3").json()["content"].startswith("m3 says")

    make_room()
    add(server, "after").raise_for_status()
    assert held(server) == written | {"after"}
    assert server.ask("DELETE", "/memories/after").status_code == 204
    server.kill()
    server.start()
    assert held(server) == written
    assert_calm(server)


def test_a_deletion_is_whole_or_not_at_all(server: Server, fill: Fill) -> None:
    make_room = fill(server)
    gone = set()
    for name in sorted(BEFORE):
        answer = server.ask("DELETE", f"/memories/{name}")
        if answer.status_code == 204:
            gone.add(name)
        else:
            assert "Nothing was changed" in problem(answer, 507, "storage_full")
    assert held(server) == BEFORE - gone
    assert set(found(server, "m7 says", limit=50)) == BEFORE - gone
    make_room()
    for name in BEFORE - gone:
        assert server.ask("DELETE", f"/memories/{name}").status_code == 204
    assert held(server) == set()
    assert_calm(server)


def test_a_start_on_a_full_disk_serves_or_says_why(server: Server, fill: Fill) -> None:
    if fill is by_limit:
        pytest.skip("the limit belongs to a process")
    server.kill()
    make_room = fill(server)
    server.start()
    assert held(server) == BEFORE
    # The log may have room for a few more.
    number, answer = 0, add(server, "late0")
    while answer.status_code == 201:
        number += 1
        answer = add(server, f"late{number}")
    assert "free some space" in problem(answer, 507, "storage_full")
    make_room()
    add(server, f"late{number}").raise_for_status()
    assert_calm(server)
