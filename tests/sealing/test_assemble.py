"""Opening the keys of a new, an existing, and somebody else's database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from memsvc.errors import KeysDamaged
from memsvc.sealing.assemble import open_keyring
from memsvc.sealing.keyring import KeyIdentity, Tier

SETTING = "ab" * 32


def names(directory: Path) -> list[str]:
    """The files in a directory, sorted."""
    return sorted(path.name for path in directory.iterdir())


def made(tier: Tier, data_dir: Path, setting: str | None = None) -> KeyIdentity:
    """A new database's keys, closed again; what the database would store."""
    keyring = open_keyring(tier, data_dir, setting, expected=None)
    keyring.close()
    return keyring.identity


def test_a_new_database_gets_its_files(tmp_path: Path) -> None:
    data_dir = tmp_path / "new" / "data"
    identity = made("shred", data_dir)
    assert names(data_dir) == ["keys.bin", "root.key"]
    keyring = open_keyring("shred", data_dir, None, expected=identity)
    assert keyring.identity == identity
    keyring.close()


def test_a_root_key_from_the_settings_leaves_no_file(tmp_path: Path) -> None:
    made("shred", tmp_path, SETTING)
    assert names(tmp_path) == ["keys.bin"]


def test_tier_store_needs_no_slot_file(tmp_path: Path) -> None:
    identity = made("store", tmp_path)
    assert names(tmp_path) == ["root.key"]
    assert open_keyring("store", tmp_path, None, expected=identity).tier == "store"


def test_first_starts_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        identities = set(pool.map(lambda _: made("shred", tmp_path), range(24)))
    assert len(identities) == 1


def test_keys_open_after_a_restart(tmp_path: Path) -> None:
    keyring = open_keyring("shred", tmp_path, None, expected=None)
    wrapped = keyring.new_agent_key(1)
    keys = keyring.allocate(1, wrapped, 3)
    keyring.sync()
    keyring.close()
    again = open_keyring("shred", tmp_path, None, expected=keyring.identity, slots_used=3)
    assert again.keys(1, wrapped, [0, 1, 2]) == {key.slot: key for key in keys}
    again.close()


@pytest.mark.parametrize("name", ["keys.bin", "root.key"])
def test_a_lost_file_is_not_made_anew(tmp_path: Path, name: str) -> None:
    identity = made("shred", tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(KeysDamaged, match=rf"{name} is missing .* restore"):
        open_keyring("shred", tmp_path, None, expected=identity)
    assert not (tmp_path / name).exists()


def test_another_root_key_is_recognised(tmp_path: Path) -> None:
    identity = made("shred", tmp_path)
    with pytest.raises(KeysDamaged, match="not the root key"):
        open_keyring("shred", tmp_path, SETTING, expected=identity)


def test_another_databases_slot_file_is_recognised(tmp_path: Path) -> None:
    identity = made("shred", tmp_path / "mine", SETTING)
    made("shred", tmp_path / "other", SETTING)
    (tmp_path / "other" / "keys.bin").replace(tmp_path / "mine" / "keys.bin")
    with pytest.raises(KeysDamaged, match="belongs to another database"):
        open_keyring("shred", tmp_path / "mine", SETTING, expected=identity)


def test_a_slot_file_older_than_the_database_is_recognised(tmp_path: Path) -> None:
    identity = made("shred", tmp_path)
    with pytest.raises(KeysDamaged, match="older than the database: it has 0 slots"):
        open_keyring("shred", tmp_path, None, expected=identity, slots_used=1)


@pytest.mark.parametrize(("before", "after"), [("shred", "store"), ("store", "shred")])
def test_a_tier_is_for_life(tmp_path: Path, before: Tier, after: Tier) -> None:
    identity = made(before, tmp_path)
    with pytest.raises(KeysDamaged, match=f"made in tier '{before}'"):
        open_keyring(after, tmp_path, None, expected=identity)
