"""A backup is one moment, opens with its keys alone, and comes back whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.memory import Draft
from memsvc.core.retaining import WITHOUT_END, RetentionPolicy
from memsvc.core.weights import STANDARD, Weights
from memsvc.errors import BackupUnusable, KeysDamaged, NotFound, SchemaOutdated
from memsvc.operations.backup import Target, backup, restore
from memsvc.operations.configure import configure
from memsvc.operations.forget import delete_memory
from memsvc.operations.ledger_copy import KeptLedger
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, get_agent, get_memory, list_memories
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.assemble import key_files
from memsvc.store.schema import migrations_folder, revision
from memsvc.wiring import build_runtime
from tests.databases import fresh_database

SCOPE = Scope("default", "a1")
PASSPHRASE = "correct horse battery"


def taken(runtime: Runtime, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    backup(runtime, folder, PASSPHRASE, key_files(tmp_path), lambda _table, _rows: None)
    return folder


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, any_url: str, tmp_path: Path) -> Iterator[str]:
    """Another empty database of the same kind."""
    if any_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored' / 'memsvc.db'}"
        return
    with fresh_database(request.getfixturevalue("postgres")) as url:
        yield url


def put_back(folder: Path, target: Path, url: str, passphrase: str = PASSPHRASE) -> None:
    kept = KeptLedger(target / "erasures.ledger", none=True)
    into = Target(target, url, root_given=False, ledger=kept)
    restore(folder, into, passphrase, lambda _table, _rows: None)


@contextmanager
def opened(target: Path, url: str) -> Iterator[Runtime]:
    settings = Settings(data_dir=target, database_url=url, embedding={"backend": "hashing"})
    runtime = build_runtime(settings, lambda _line: None)
    try:
        yield runtime
    finally:
        runtime.close()


def everything(runtime: Runtime) -> dict[str, str]:
    page = list_memories(runtime, SCOPE, Listing(None, None, None, None, None, 500))
    assert page.total == len(page.memories)
    return {memory.id: memory.content for memory in page.memories}


def test_what_is_restored_is_the_service_of_that_moment(
    runtime: Runtime, tmp_path: Path, empty_url: str
) -> None:
    write(
        runtime,
        SCOPE,
        [
            Draft(content="The harbour freezes.", id="m1", user_id="ann", session_id="s1"),
            Draft(content="It rains.", id="m2", subject_ids=("bob",)),
            Draft(content="It pours.", id="m3"),
        ],
    )
    write(runtime, SCOPE, [Draft(content="Winter.", id="m4", source_ids=("m1",))])
    delete_memory(runtime, SCOPE, "m3")
    configured = configure(
        runtime, SCOPE, AgentSettings(Weights(0.5, 0.25, 0.25), RetentionPolicy(episodic=36_500))
    )
    folder = taken(runtime, tmp_path)
    write(runtime, SCOPE, [Draft(content="Later.", id="m5")])
    configure(runtime, SCOPE, AgentSettings(STANDARD))

    put_back(folder, tmp_path / "restored", empty_url)

    with opened(tmp_path / "restored", empty_url) as restored:
        for name in ("m1", "m2", "m4"):
            assert get_memory(restored, SCOPE, name) == get_memory(runtime, SCOPE, name)
        for name in ("m3", "m5"):
            with pytest.raises(NotFound):
                get_memory(restored, SCOPE, name)
        assert get_agent(restored, SCOPE).settings == configured.settings
        assert configured.settings.retention != WITHOUT_END
        assert search(restored, SCOPE, Question("harbour")).found[0].memory.id == "m1"
        # It goes on where the other stood: new numbers, new agents, deletions that reach all.
        write(restored, SCOPE, [Draft(content="New.", id="m6")])
        write(restored, Scope("default", "a2"), [Draft(content="New agent.", id="m1")])
        delete_memory(restored, SCOPE, "m1")
        assert everything(restored) == {"m2": "It rains.", "m6": "New."}


def restamp(folder: Path) -> None:
    """Have the manifest agree with a data file that was changed."""
    manifest = json.loads((folder / "manifest.json").read_text())
    with closing(sqlite3.connect(folder / "data.db")) as data:
        there = {name for (name,) in data.execute("SELECT name FROM sqlite_master")}
    manifest["rows"] = {name: n for name, n in manifest["rows"].items() if name in there}
    manifest["sha256"]["data.db"] = hashlib.sha256((folder / "data.db").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_backup_by_an_earlier_version_comes_back(
    runtime: Runtime, tmp_path: Path, empty_url: str
) -> None:
    write(runtime, SCOPE, [Draft(content="The harbour freezes.", id="m1")])
    folder = taken(runtime, tmp_path)
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["url"] = f"sqlite:///{folder / 'data.db'}"
    command.downgrade(config, "0003")
    restamp(folder)
    before = (folder / "data.db").read_bytes()

    put_back(folder, tmp_path / "restored", empty_url)

    assert (folder / "data.db").read_bytes() == before
    with opened(tmp_path / "restored", empty_url) as restored:
        assert everything(restored) == {"m1": "The harbour freezes."}
        assert get_agent(restored, SCOPE).settings.weights == STANDARD


def test_a_backup_by_a_later_version_is_refused(
    runtime: Runtime, tmp_path: Path, empty_url: str
) -> None:
    write(runtime, SCOPE, [Draft(content="The harbour freezes.")])
    folder = taken(runtime, tmp_path)
    with closing(sqlite3.connect(folder / "data.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    restamp(folder)
    with pytest.raises(SchemaOutdated, match=r"9999.*later"):
        put_back(folder, tmp_path / "restored", empty_url)
    assert revision(empty_url) is None


def test_under_load_it_is_a_moment_that_was(
    runtime: Runtime, tmp_path: Path, empty_url: str
) -> None:
    """Writes come in order and each third is deleted at once: what is there has no gap."""
    stop = threading.Event()
    history: list[tuple[str, int]] = []

    def load() -> None:
        number = 0
        while not stop.is_set():
            write(runtime, SCOPE, [Draft(content=f"number {number}", id=f"m{number}")])
            history.append(("written", number))
            if number % 3 == 2:
                delete_memory(runtime, SCOPE, f"m{number - 1}")
                history.append(("deleted", number - 1))
            number += 1

    thread = threading.Thread(target=load)
    thread.start()
    try:
        while len(history) < 60:
            stop.wait(0.01)
        folder = taken(runtime, tmp_path)
        after = len(history)
        while len(history) < after + 20:
            stop.wait(0.01)
    finally:
        stop.set()
        thread.join()

    put_back(folder, tmp_path / "restored", empty_url)
    moments: list[set[int]] = [set()]
    for what, number in history:
        moments.append(moments[-1] | {number} if what == "written" else moments[-1] - {number})
    with opened(tmp_path / "restored", empty_url) as restored:
        held = everything(restored)
        assert {int(name[1:]) for name in held} in moments[60:]
        assert held == {name: f"number {name[1:]}" for name in held}
        for name in list(held)[::7]:
            found = search(restored, SCOPE, Question(held[name], limit=1)).found
            assert found[0].memory.content == held[name]


def test_neither_file_tells_anything_by_itself(
    runtime: Runtime, tmp_path: Path, empty_url: str
) -> None:
    write(runtime, SCOPE, [Draft(content="canary-content", user_id="canary-user")])
    folder = taken(runtime, tmp_path)
    for file in folder.iterdir():
        assert b"canary" not in file.read_bytes(), file.name
        assert file.stat().st_mode & 0o077 == 0

    with pytest.raises(KeysDamaged, match="passphrase"):
        put_back(folder, tmp_path / "restored", empty_url, "another passphrase")
    (folder / "keys").unlink()
    with pytest.raises(BackupUnusable, match="complete"):
        put_back(folder, tmp_path / "restored", empty_url)
    assert not (tmp_path / "restored").exists()


def test_an_altered_backup_is_refused(runtime: Runtime, tmp_path: Path, empty_url: str) -> None:
    write(runtime, SCOPE, [Draft(content="The harbour freezes.")])
    folder = taken(runtime, tmp_path)
    for name in ("data.db", "keys"):
        copy = tmp_path / f"altered-{name}"
        shutil.copytree(folder, copy)
        content = bytearray((copy / name).read_bytes())
        content[len(content) // 2] ^= 1
        (copy / name).write_bytes(content)
        with pytest.raises(BackupUnusable, match="damaged"):
            put_back(copy, tmp_path / "restored", empty_url)


def test_nothing_is_overwritten(runtime: Runtime, tmp_path: Path, any_url: str) -> None:
    write(runtime, SCOPE, [Draft(content="The harbour freezes.", id="m1")])
    folder = taken(runtime, tmp_path)
    with pytest.raises(BackupUnusable, match="already"):
        put_back(folder, tmp_path, any_url)
    with pytest.raises(BackupUnusable, match="already"):
        put_back(folder, tmp_path / "elsewhere", any_url)
    with pytest.raises(BackupUnusable, match="not empty"):
        taken(runtime, tmp_path)
    assert get_memory(runtime, SCOPE, "m1").content == "The harbour freezes."


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_a_passphrase_is_needed(runtime: Runtime, tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(BackupUnusable, match="MEMSVC_BACKUP_PASSPHRASE"):
        backup(runtime, tmp_path / "b", passphrase, {}, lambda _table, _rows: None)
    assert not (tmp_path / "b").exists()


def test_a_backup_goes_into_its_own_kind_of_database(
    runtime: Runtime, tmp_path: Path, any_url: str
) -> None:
    write(runtime, SCOPE, [Draft(content="The harbour freezes.")])
    folder = taken(runtime, tmp_path)
    other: Any = "postgresql://nobody@nowhere/none"
    if not any_url.startswith("sqlite"):
        other = f"sqlite:///{tmp_path / 'other.db'}"
    with pytest.raises(BackupUnusable, match="kind of database"):
        put_back(folder, tmp_path / "restored", other)
