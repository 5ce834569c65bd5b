"""A data directory that cannot be written: one line with the remedy, or a problem."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.asking import (
    NO_PRIVILEGES,
    add,
    assert_calm,
    command,
    found,
    held,
    problem,
    refusal,
)
from tests.serving.server import Server

REMEDY = "let this user own it, or name another with MEMSVC_DATA_DIR"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty directory whose mode is put right again at the end."""
    folder = tmp_path / "data"
    folder.mkdir()
    yield folder
    folder.chmod(0o700)


@pytest.mark.parametrize(
    ("arguments", "at"),
    [(("serve", "--port", "0"), "file/data"), (("migrate",), "file"), (("keys", "list"), "file")],
)
def test_a_directory_that_cannot_be_made(
    tmp_path: Path, arguments: tuple[str, ...], at: str
) -> None:
    (tmp_path / "file").touch()
    assert REMEDY in refusal(tmp_path / at, *arguments)


def test_the_directory_of_another_database_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = f"sqlite:///{tmp_path}/file/other/memsvc.db"
    assert REMEDY in refusal(tmp_path / "data", "migrate", MEMSVC_DATABASE_URL=url)


def test_a_directory_without_the_right_to_write(folder: Path) -> None:
    folder.chmod(0o500)
    told = refusal(folder, "serve", "--port", "0", under=NO_PRIVILEGES)
    assert f"{folder} cannot be written" in told
    assert REMEDY in told
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "mode"),
    [("memsvc.db", 0o000), ("keys.bin", 0o000), ("keys.bin", 0o400), ("root.key", 0o000)],
)
def test_files_without_the_right(folder: Path, name: str, mode: int) -> None:
    assert command(folder, "keys", "list").returncode == 0
    (folder / name).chmod(mode)
    told = refusal(folder, "serve", "--port", "0", under=NO_PRIVILEGES)
    assert "let this user own" in told
    assert name in told or "The database" in told


def test_a_database_without_the_right_to_write_is_read(folder: Path, tmp_path: Path) -> None:
    server = Server(folder, tmp_path, under=NO_PRIVILEGES)
    add(server, "one").raise_for_status()
    server.stop()
    (folder / "memsvc.db").chmod(0o400)
    server.start()
    try:
        assert held(server) == {"one"}
        assert "check its permissions" in problem(add(server, "two"), 503, "unavailable")
        assert_calm(server)
    finally:
        server.kill()


def test_what_becomes_unwritable_while_it_runs(folder: Path, tmp_path: Path) -> None:
    server = Server(folder, tmp_path, under=NO_PRIVILEGES)
    try:
        add(server, "one", "two").raise_for_status()
        for path in folder.iterdir():
            path.chmod(0o400)
        folder.chmod(0o500)
        told = problem(add(server, "three"), 503, "unavailable")
        assert "this user" in told
        assert held(server) == {"one", "two"}
        assert found(server, "one says")[0] == "one"
        problem(server.ask("DELETE", "/memories/one"), 503, "unavailable")
        folder.chmod(0o700)
        for path in folder.iterdir():
            path.chmod(0o600)
        add(server, "three").raise_for_status()
        assert "two" in held(server)
        server.kill()
        server.start()
        assert {"two", "three"} <= held(server)
        assert_calm(server)
    finally:
        server.kill()
