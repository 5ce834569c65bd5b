"""Opening the keys of a database: find or make the files, and make sure they are the right ones."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from pathlib import Path

from memsvc.errors import KeysDamaged
from memsvc.sealing import durable
from memsvc.sealing.keyring import KeyIdentity, Keyring, Tier
from memsvc.sealing.plain import PlainKeyring
from memsvc.sealing.root import RootKey, load_root_key
from memsvc.sealing.sealed import SealedKeyring, Slots, unknown
from memsvc.sealing.slots import SlotFile

ROOT_FILE = "root.key"
SLOT_FILE = "keys.bin"


def open_keyring(  # noqa: PLR0913 - an assembly names all of its parts
    tier: Tier,
    data_dir: Path,
    root_setting: str | None,
    *,
    expected: KeyIdentity | None,
    slots_used: int = 0,
    slots: Slots | None = None,
    agent_key: Callable[[int], bytes | None] = unknown,
    reading: bool = False,
) -> Keyring:
    """The keyring of a database, its key files in `data_dir`; `slots` instead of the slot file.

    `expected` is what the database stored when it was made (`Keyring.identity`), None for a new
    one. Only then are missing files made: beside existing data a fresh key would open nothing and
    hide the loss. `slots_used` is one more than the highest slot in the database, 0 if none.
    `agent_key` looks up an agent's wrapped key, which another process may have replaced.
    `reading`: nothing will be allocated or shredded, and no file is written to. Raises KeysDamaged,
    with the remedy, for missing, foreign, outdated or broken files.
    """
    if expected is None:
        with durable.told(data_dir):
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    root = load_root_key(data_dir / ROOT_FILE, root_setting, create=expected is None)
    if expected is not None:
        _check_root(root, expected)
        _check_tier(tier, expected)
    if tier == "store":
        return PlainKeyring(root)
    if slots is not None:
        if expected is not None and slots.file_id != expected.file_id:
            raise KeysDamaged(
                "the database was made with a key file, not with keys in rows: export and import"
                " into a new database"
            )
        return SealedKeyring(root, slots, agent_key)
    slot_file = _open_slot_file(data_dir / SLOT_FILE, create=expected is None, reading=reading)
    try:
        _check_slot_file(slot_file, data_dir / SLOT_FILE, expected, slots_used)
    except BaseException:
        slot_file.close()
        raise
    return SealedKeyring(root, slot_file, agent_key)


def key_files(data_dir: Path) -> dict[str, Path]:
    """The files in the data directory that hold keys, by name."""
    found = {name: data_dir / name for name in (ROOT_FILE, SLOT_FILE)}
    return {name: path for name, path in found.items() if path.exists()}


def _open_slot_file(path: Path, *, create: bool, reading: bool) -> SlotFile:
    if create:
        try:
            return SlotFile.create(path)
        except FileExistsError:
            # Left by a first start that died, or made just now by another process. Slots are
            # never handed out twice, so going on with it is safe.
            return SlotFile.open(path)
    if not path.exists():
        raise KeysDamaged(
            f"{path} is missing and the database needs it: restore {SLOT_FILE} and {ROOT_FILE}"
            " from the key backup; a new file would open nothing"
        )
    return SlotFile.open(path, reading=reading)


def _check_root(root: RootKey, expected: KeyIdentity) -> None:
    if not hmac.compare_digest(root.check_value(), expected.root_check):
        raise KeysDamaged(
            "this is not the root key the database was made with: put the right one into the"
            f" setting, or restore {ROOT_FILE} from the key backup"
        )


def _check_tier(tier: Tier, expected: KeyIdentity) -> None:
    made_with: Tier = "store" if expected.file_id is None else "shred"
    if tier != made_with:
        raise KeysDamaged(
            f"the database was made in tier {made_with!r}, the setting says {tier!r}: set it back,"
            " or export and import into a new database"
        )


def _check_slot_file(
    slot_file: SlotFile, path: Path, expected: KeyIdentity | None, slots_used: int
) -> None:
    if expected is not None and slot_file.file_id != expected.file_id:
        raise KeysDamaged(
            f"{path} belongs to another database: restore {SLOT_FILE} and {ROOT_FILE} from this"
            " one's key backup"
        )
    if expected is None and slot_file.handed_out():
        # A database that is made anew here would hide that another one is lost.
        raise KeysDamaged(
            f"{path} holds {slot_file.handed_out()} keys, and the database is empty: restore the"
            f" database from a backup; to begin anew, move {SLOT_FILE} and {ROOT_FILE} away"
        )
    # Going on would hand the missing numbers out again, and one memory's erasure would then
    # destroy another's key.
    if slot_file.handed_out() < slots_used:
        raise KeysDamaged(
            f"{path} is older than the database: it has {slot_file.handed_out()} slots, the"
            f" database uses {slots_used}; restore the newest key backup"
        )
