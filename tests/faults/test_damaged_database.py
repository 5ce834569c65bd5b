"""A database file that is damaged: a clear word and the remedy, whatever the damage hits."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from memsvc.bench.client import LoadFailed
from tests.faults.asking import add, assert_calm, refusal
from tests.serving.server import Server

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with some memories, at rest."""
    folder = tmp_path_factory.mktemp("whole")
    server = Server(folder / "data", folder)
    for start in range(0, 120, 40):
        add(server, *(f"m{number}" for number in range(start, start + 40))).raise_for_status()
    server.client.post(
        "/v1/agents/a2/memories", json={"memories": [{"content": "of another agent"}]}
    ).raise_for_status()
    server.stop()
    return folder / "data"


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "data"))


def garbage(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(random.Random(1).randbytes(100))


def cut_in_half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // PAGE * PAGE)


def cut_to_a_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(PAGE)


def another_file(path: Path) -> None:
    path.write_text("not a database at all, " * 100)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [garbage, cut_in_half, cut_to_a_page, another_file, a_folder])
def test_a_start_says_so(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder / "memsvc.db")
    told = refusal(folder, "serve", "--port", "0")
    assert "restore a backup" in told or "let this user own it" in told


def test_an_empty_file_beside_keys_is_no_new_database(folder: Path) -> None:
    (folder / "memsvc.db").write_bytes(b"")
    assert "restore" in refusal(folder, "serve", "--port", "0")


@pytest.mark.parametrize("seed", range(3))
def test_pages_overwritten_at_random(folder: Path, tmp_path: Path, seed: int) -> None:
    spoil(folder / "memsvc.db", random.Random(seed), count=4)
    server, refused = started(folder, tmp_path)
    if server is None:
        assert re.search(r"memsvc: .*(restore|Restore)", refused)
        assert "Traceback" not in refused
        return
    try:
        answers = [*asked(server), *asked(server, agent="a2")]
    finally:
        server.kill()
    for answer in answers:
        assert_clear(answer)
    assert_calm(server, allowed=["memory_damaged"])


def started(folder: Path, logs: Path) -> tuple[Server | None, str]:
    """The server, or what it said when it refused to start."""
    try:
        return Server(folder, logs), ""
    except LoadFailed as failure:
        return None, str(failure)


def test_pages_overwritten_while_it_runs(folder: Path, tmp_path: Path) -> None:
    server = Server(folder, tmp_path)
    try:
        asked(server)
        spoil(folder / "memsvc.db", random.Random(1), count=6)
        for answer in [*asked(server), *asked(server, agent="a2")]:
            assert_clear(answer)
        assert_calm(server, allowed=["memory_damaged"])
    finally:
        server.kill()


def spoil(path: Path, chance: random.Random, count: int) -> None:
    pages = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        for page in chance.sample(range(1, pages), count):
            file.seek(page * PAGE)
            file.write(chance.randbytes(PAGE))


def asked(server: Server, agent: str = "a1") -> list[httpx.Response]:
    base, client = f"/v1/agents/{agent}", server.client
    return [
        client.get(f"{base}/memories?limit=200"),
        *(client.get(f"{base}/memories/m{number}") for number in range(0, 120, 10)),
        client.post(f"{base}/search", json={"query": "m7 says", "limit": 50}),
        client.post(f"{base}/memories", json={"memories": [{"content": "new"}]}),
        client.patch(f"{base}/memories/m20", json={"content": "anew"}),
        client.delete(f"{base}/memories/m40"),
        client.get("/v1/keys"),
        client.get("/metrics"),
    ]


def assert_clear(answer: httpx.Response) -> None:
    """Good, unknown, or told with the remedy; never a defect."""
    if answer.status_code < 400 or answer.status_code == 404:
        return
    told = answer.json()
    assert told["code"] in {"unavailable", "keys_damaged", "unauthenticated"}, told
    assert "restore" in told["detail"].lower() or told["status"] == 401, told
