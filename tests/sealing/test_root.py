"""The root key comes from a setting or a private file, and is never shown."""

from __future__ import annotations

import base64
import os
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from memsvc.errors import KeysDamaged
from memsvc.sealing.root import RootKey, load_root_key

SECRET = bytes(range(200, 232))
BASE64 = base64.b64encode(SECRET).decode()


def names(directory: Path) -> list[str]:
    """The files in a directory, sorted."""
    return sorted(path.name for path in directory.iterdir())


def test_purposes_give_different_keys_and_the_same_ones_again() -> None:
    root = RootKey(SECRET)
    assert root.derive("tokens") == RootKey(SECRET).derive("tokens")
    assert len({root.derive("tokens"), root.derive("agent keys"), root.check_value()}) == 3
    assert root.derive("tokens") != RootKey(bytes(32)).derive("tokens")


def test_derivation_is_stable_across_versions() -> None:
    # Changing how keys are derived would lock every existing database.
    assert RootKey(bytes(32)).derive("tokens").hex() == (
        "9882490f188eec72655de99609fb86647f00f9cc7daac5d69f54ebd4cd10b77c"
    )


def test_the_key_is_never_shown() -> None:
    shown = f"{RootKey(SECRET)!r} {RootKey(SECRET)}"
    for form in (BASE64, SECRET.hex(), repr(SECRET)):
        assert form not in shown
    assert SECRET not in RootKey(SECRET).check_value()


@pytest.mark.parametrize(
    "given",
    [
        BASE64,
        BASE64.rstrip("="),
        base64.urlsafe_b64encode(SECRET).decode(),
        SECRET.hex(),
        SECRET.hex().upper(),
        f" {BASE64}\n",
    ],
)
def test_a_setting_may_be_base64_or_hex(tmp_path: Path, given: str) -> None:
    root = load_root_key(tmp_path / "root.key", given, create=False)
    assert root.check_value() == RootKey(SECRET).check_value()
    assert not (tmp_path / "root.key").exists()


@pytest.mark.parametrize("given", ["short", BASE64[:-4], BASE64 + "AAAA", "g" * 64, "ä" * 44, "=="])
def test_a_setting_that_is_no_key_is_refused_without_repeating_it(
    tmp_path: Path, given: str
) -> None:
    with pytest.raises(KeysDamaged, match="not a root key") as caught:
        load_root_key(tmp_path / "root.key", given, create=True)
    assert given not in caught.value.detail


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_file_is_made_once_and_private(tmp_path: Path, blank: str | None) -> None:
    path = tmp_path / "root.key"
    first = load_root_key(path, blank, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for create in (True, False):
        assert load_root_key(path, blank, create).check_value() == first.check_value()
    assert names(tmp_path) == ["root.key"]


def test_processes_starting_at_once_agree_on_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "root.key"
    # A slow disk: all of them find no file and make one.
    monkeypatch.setattr(os, "fsync", lambda descriptor: time.sleep(0.05))
    with ThreadPoolExecutor(16) as pool:
        roots = list(pool.map(lambda _: load_root_key(path, None, create=True), range(64)))
    assert len({root.check_value() for root in roots}) == 1
    assert names(tmp_path) == ["root.key"]


def test_a_missing_file_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(KeysDamaged, match="restore it from the key backup"):
        load_root_key(tmp_path / "root.key", None, create=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "root.key"
    load_root_key(path, None, create=True)
    path.chmod(mode)
    with pytest.raises(KeysDamaged, match=f"chmod 600 {path}"):
        load_root_key(path, None, create=True)
    path.chmod(0o400)
    load_root_key(path, None, create=False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\xff\xfe" * 22),
        lambda path: path.write_bytes(path.read_bytes()[:-8]),
        lambda path: path.write_bytes(b"A" * 100_000),
    ],
)
def test_a_spoilt_file_is_refused(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    path = tmp_path / "root.key"
    load_root_key(path, None, create=True)
    spoil(path)
    with pytest.raises(KeysDamaged, match="not a root key"):
        load_root_key(path, None, create=True)


def test_a_directory_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root.key").mkdir()
    with pytest.raises(KeysDamaged, match="cannot be read"):
        load_root_key(tmp_path / "root.key", None, create=True)


def test_wrong_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        RootKey(bytes(31))
