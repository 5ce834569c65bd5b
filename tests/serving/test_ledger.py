"""A backup put back from the command line forgets what was erased since."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.serving.server import Server
from tests.serving.test_commands import command

PASSPHRASE = {"MEMSVC_BACKUP_PASSPHRASE": "correct horse battery"}


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A backup, and a service from which one of two memories was erased since, and then stopped."""
    server = Server(tmp_path / "data", tmp_path)
    texts = [{"content": f"the {name} is open", "id": name} for name in ("harbour", "garden")]
    server.ask("POST", "/memories", {"memories": texts}).raise_for_status()
    taken = command(tmp_path / "data", "backup", str(tmp_path / "backup"), **PASSPHRASE)
    assert taken.returncode == 0, taken.stderr
    server.ask("DELETE", "/memories/garden").raise_for_status()
    server.stop()
    return tmp_path


def restored(folder: Path, into: str, *options: str) -> tuple[int, str]:
    arguments = ("restore", str(folder / "backup"), *options)
    done = command(folder / into, *arguments, **PASSPHRASE)
    return done.returncode, done.stderr


def served(folder: Path, into: str) -> list[str]:
    server = Server(folder / into, folder)
    page = server.ask("GET", "/memories").json()
    found = server.ask("POST", "/search", {"query": "the garden is open"}).json()["results"]
    assert {one["memory"]["id"] for one in found} == {one["id"] for one in page["memories"]}
    server.stop()
    return sorted(one["id"] for one in page["memories"])


def test_with_the_ledger_what_was_erased_stays_so(stopped: Path) -> None:
    manifest = json.loads((stopped / "backup" / "manifest.json").read_text())
    assert manifest["erasures"] == 0
    assert not list((stopped / "backup").glob("*ledger*"))

    code, said = restored(stopped, "again", "--ledger", str(stopped / "data" / "erasures.ledger"))
    assert code == 0, said
    assert "2 memories restored" in said
    assert "1 erasures since" in said
    assert "days" not in said
    assert "database is older" in command(stopped / "again", "export", "x").stderr
    assert served(stopped, "again") == ["harbour"]
    assert served(stopped, "again") == ["harbour"]
    log = (stopped / "server.log").read_text()
    assert log.count("data_older_than_ledger") == 1


def test_a_ledger_that_is_in_place_is_used(stopped: Path) -> None:
    for file in (stopped / "data").iterdir():
        if file.is_file() and file.name != "erasures.ledger":
            file.unlink()
    code, said = restored(stopped, "data")
    assert (code, "1 erasures since" in said) == (0, True), said
    assert served(stopped, "data") == ["harbour"]


def test_without_a_ledger_nothing_is_restored_unasked(stopped: Path) -> None:
    code, said = restored(stopped, "again")
    assert (code, "--ledger" in said, "--no-ledger" in said) == (1, True, True)
    assert not (stopped / "again").exists()
    code, said = restored(stopped, "again", "--no-ledger")
    assert code == 0, said
    assert served(stopped, "again") == ["garden", "harbour"]


def test_a_ledger_that_tells_of_more_is_not_replaced(stopped: Path) -> None:
    ledger = stopped / "data" / "erasures.ledger"
    whole = ledger.read_bytes()
    shorter, other = stopped / "shorter", stopped / "other"
    shorter.write_bytes(whole[: whole.index(b"\n") + 1])
    other.write_bytes(b"something else")
    (stopped / "again").mkdir(mode=0o700)
    shutil.copy(ledger, stopped / "again")
    for given, why in ((shorter, "tells of more"), (other, "no erasure ledger"), (stopped, "read")):
        code, said = restored(stopped, "again", "--ledger", str(given))
        assert (code, why in said) == (1, True), said
    code, said = restored(stopped, "again", "--ledger", str(ledger), "--no-ledger")
    assert (code, "not both" in said) == (1, True)
    # One that tells of less is brought up to it.
    shutil.copy(shorter, stopped / "again" / "erasures.ledger")
    code, said = restored(stopped, "again", "--ledger", str(ledger))
    assert code == 0, said
    assert (stopped / "again" / "erasures.ledger").read_bytes() == whole


def test_keys_that_were_kept_for_too_long_are_pointed_out(stopped: Path) -> None:
    path = stopped / "backup" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "made_at": "2020-01-01T00:00:00+00:00"}))
    code, said = restored(stopped, "again", "--no-ledger")
    assert (code, "older than 14 days" in said) == (0, True), said
