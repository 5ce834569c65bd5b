"""Backup: one moment of a running service, data and keys apart.

A backup is a folder with `data.db`, every row of one moment, sealed as it was, in an SQLite file
whatever the database; `keys`, what opens it, sealed under a passphrase; and `manifest.json`, which
says what the other two are and names nobody. The erasure ledger is in no backup: beside it a backup
that is put back shows how old it is.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import memsvc
from memsvc.core.erasure import KEY_BACKUPS_KEPT
from memsvc.errors import BackupUnusable
from memsvc.operations.ledger_copy import KeptLedger, needed_copy, put_in_place
from memsvc.runtime import Safe
from memsvc.sealing import durable
from memsvc.sealing.assemble import ROOT_FILE
from memsvc.sealing.key_backup import packed_keys, unpacked_keys
from memsvc.store import copying, erasures, state
from memsvc.store.copying import Progress
from memsvc.store.kinds import is_postgres
from memsvc.store.schema import file_of
from memsvc.store.transaction import Tx

DATA, KEYS, MANIFEST = "data.db", "keys", "manifest.json"
KEY_ROWS = "key-rows.json"
FORMAT = 1
SHORTEST_PASSPHRASE = 12
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Target:
    """What a backup is restored into; `root_given`: the root key comes by a setting."""

    data_dir: Path
    url: str
    root_given: bool
    ledger: KeptLedger


def backup(
    safe: Safe, folder: Path, passphrase: str, key_files: dict[str, Path], progress: Progress
) -> dict[str, Any]:
    """Write a backup into a new folder while others go on; its manifest.

    `key_files` are the files beside the database that hold keys, by the name they have in the
    backup. Raises BackupUnusable for a folder that is not empty or a short passphrase.
    """
    check_passphrase(passphrase)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupUnusable(f"{folder} is not empty: give a new folder for each backup.")
    with ExitStack() as open_until_copied:

        def begin(_tx: Tx) -> tuple[Tx, dict[str, bytes]]:
            # Within a write no other can commit: rows and key file are of one moment. A key whose
            # destruction is ordered but not done is still in the file, and so is the order.
            reading = open_until_copied.enter_context(safe.database.snapshot())
            copying.pin(reading)
            return reading, {name: path.read_bytes() for name, path in key_files.items()}

        reading, keys = safe.database.write(begin)
        if safe.keyring.rotates:
            keys[KEY_ROWS] = copying.keys_out(reading)
        rows = copying.copy_out(reading, folder / DATA, progress)
        tier, file_id = safe.keyring.tier, state.get(reading, state.KEY_FILE)
        erased = erasures.last(reading)
    (folder / KEYS).write_bytes(packed_keys(passphrase, keys))
    manifest = {
        "format": FORMAT,
        "memsvc": memsvc.__version__,
        "made_at": safe.clock.now().isoformat(),
        "tier": tier,
        "keys_in_rows": safe.keyring.rotates,
        "key_file": file_id,
        "erasures": erased,
        "rows": rows,
        "sha256": {name: _digest(folder / name) for name in (DATA, KEYS)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    for name in (DATA, KEYS, MANIFEST):
        (folder / name).chmod(OWNER_ONLY)
    return manifest


def restore(folder: Path, target: Target, passphrase: str, progress: Progress) -> dict[str, Any]:
    """Fill an empty database and data directory from a backup; its manifest.

    Raises BackupUnusable, before anything is written, for a backup that is incomplete, altered or
    of the other kind of database, for a target that holds something already, and for want of the
    erasure ledger; KeysDamaged for another passphrase.
    """
    data_dir, url = target.data_dir, target.url
    manifest = _checked(folder)
    keys = unpacked_keys(passphrase, (folder / KEYS).read_bytes())
    if manifest["tier"] == "shred" and manifest["keys_in_rows"] != is_postgres(url):
        raise BackupUnusable(
            "SQLite and PostgreSQL keep keys in different places: restore into the kind of "
            "database the backup was taken from."
        )
    if target.root_given:
        keys.pop(ROOT_FILE, None)
    files = {data_dir / name: keys[name] for name in keys if name != KEY_ROWS}
    file = file_of(url)
    held: list[Path | str] = [path for path in (*files, *filter(None, [file])) if path.exists()]
    if file is None and not copying.is_empty(url):
        held.append("The database")
    if held:
        raise BackupUnusable(
            f"{held[0]} holds something already: restore into an empty data directory and database."
        )
    ledger = needed_copy(target.ledger, data_dir)
    for directory in filter(None, (data_dir, file and file.parent)):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, content in files.items():
        durable.create(path, content)
    if ledger is not None:
        put_in_place(target.ledger.path, ledger)
    rows = copying.copy_in(folder / DATA, url, keys.get(KEY_ROWS, b""), progress)
    # Tables that came with a later version are filled on the way.
    if any(rows.get(table) != count for table, count in manifest["rows"].items()):
        raise BackupUnusable("Rows are missing from the backup's data; take another one.")
    return manifest


def is_overdue(manifest: dict[str, Any], now: datetime) -> bool:
    """Whether the keys of this backup should have been deleted by now."""
    return now - datetime.fromisoformat(manifest["made_at"]) > KEY_BACKUPS_KEPT


def check_passphrase(passphrase: str) -> None:
    """Raise BackupUnusable when it is missing or can be guessed."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupUnusable(
            f"Set MEMSVC_BACKUP_PASSPHRASE to at least {SHORTEST_PASSPHRASE} characters, and keep "
            "it apart from the backup: the keys in it open with nothing else."
        )


def _checked(folder: Path) -> dict[str, Any]:
    """The manifest of a backup whose files are as they were written."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        digests = {name: _digest(folder / name) for name in (DATA, KEYS)}
    except (OSError, ValueError) as error:
        raise BackupUnusable(
            f"{folder} is no complete backup: it needs {DATA}, {KEYS} and {MANIFEST}."
        ) from error
    if manifest.get("format") != FORMAT:
        raise BackupUnusable("The backup was made by another version of memsvc: use that one.")
    if manifest.get("sha256") != digests:
        raise BackupUnusable("The backup is damaged: a file is not what was written.")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
