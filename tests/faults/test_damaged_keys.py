"""A key file that is cut off, old, foreign or gone, at the start and while the service runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft
from memsvc.errors import NotFound, Unavailable
from memsvc.operations.forget import delete_memory
from memsvc.operations.purge import finish_shreddings
from memsvc.operations.read import get_memory
from memsvc.operations.write import write
from memsvc.sealing.slot_format import SHREDDED, offset_of
from memsvc.wiring import build_runtime
from tests.faults.asking import add, assert_calm, command, held, problem, refusal
from tests.serving.server import Server

Damage = Callable[[Path, Path], None]
"""Does something to the key file, given an older copy of it."""


def cut_off(keys: Path, _older: Path) -> None:
    os.truncate(keys, offset_of(1))


def older_put_in_place(keys: Path, older: Path) -> None:
    shutil.copy(older, keys.with_name("copy"))
    keys.with_name("copy").replace(keys)


def older_written_over(keys: Path, older: Path) -> None:
    keys.write_bytes(older.read_bytes())


def deleted(keys: Path, _older: Path) -> None:
    keys.unlink()


def of_another_database(keys: Path, older: Path) -> None:
    keys.write_bytes(older.with_name("foreign").read_bytes())


DAMAGES = [cut_off, older_put_in_place, older_written_over, deleted, of_another_database]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data with two memories, at rest; beside it older keys of its own, and foreign ones."""
    folder = tmp_path_factory.mktemp("whole")
    command(folder / "other", "keys", "list")
    shutil.copy(folder / "other" / "keys.bin", folder / "foreign")
    server = Server(folder / "data", folder)
    add(server, "one").raise_for_status()
    shutil.copy(folder / "data" / "keys.bin", folder / "older")
    add(server, "two").raise_for_status()
    server.stop()
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole / "data", tmp_path / "data"))


@pytest.mark.parametrize("damage", DAMAGES)
def test_at_the_start(folder: Path, whole: Path, damage: Damage) -> None:
    damage(folder / "keys.bin", whole / "older")
    told = refusal(folder, "serve", "--port", "0")
    assert "keys.bin" in told
    assert "restore" in told


@pytest.mark.parametrize("damage", DAMAGES)
def test_while_it_runs(folder: Path, whole: Path, tmp_path: Path, damage: Damage) -> None:
    server = Server(folder, tmp_path)
    try:
        damage(folder / "keys.bin", whole / "older")
        search = server.ask("POST", "/search", {"query": "one says", "limit": 2})
        if damage is of_another_database:
            assert "restart" in problem(search, 500, "keys_damaged"), "none opens"
        else:
            assert search.json()["results"][0]["memory"]["id"] == "one"
        told = problem(add(server, "three"), 500, "keys_damaged")
        assert "restart the service" in told or "restore" in told
        told = problem(server.ask("DELETE", "/memories/one"), 500, "keys_damaged")
        assert "is deleted, but its keys are not destroyed yet" in told
        server.kill()
        (folder / "keys.bin").unlink(missing_ok=True)
        shutil.copy(whole / "data" / "keys.bin", folder)
        server.start()
        assert held(server) == {"two"}
        assert (folder / "keys.bin").read_bytes().count(SHREDDED) == 1
        add(server, "three").raise_for_status()
        assert_calm(server, allowed=["memory_damaged"])
    finally:
        server.kill()


def test_a_database_that_is_lost_beside_its_keys(folder: Path) -> None:
    for path in folder.glob("memsvc.db*"):
        path.unlink()
    assert "restore the database from a backup" in refusal(folder, "serve", "--port", "0")


def test_a_key_that_cannot_be_destroyed_now_is_destroyed_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path, embedding={"backend": "hashing"})
    runtime = build_runtime(settings, lambda _line: None)
    scope = Scope("default", "a1")
    write(runtime, scope, [Draft(content="one", id="one"), Draft(content="two", id="two")])

    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", fail)
        with pytest.raises(Unavailable, match="not destroyed yet; this is tried again"):
            delete_memory(runtime, scope, "one")
        with pytest.raises(Unavailable, match="not destroyed yet"):
            finish_shreddings(runtime)
    with pytest.raises(NotFound):
        get_memory(runtime, scope, "one")
    assert finish_shreddings(runtime) == 1
    assert finish_shreddings(runtime) == 0
    assert (tmp_path / "keys.bin").read_bytes().count(SHREDDED) == 1
    runtime.close()
