"""The data directory and the disk under it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from memsvc.core.finding import Finding, Level
from memsvc.operations import examine_folder
from memsvc.operations.examine_folder import examine_disk, kind_of

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
tank /data zfs rw 0 0
server:/x /data/far nfs4 rw 0 0
/dev/sdb /with\040space btrfs rw 0 0
none /over overlay rw 0 0
none /twice ext4 rw 0 0
none /twice tmpfs rw 0 0

odd
"""


def look(folder: Path, *private: Path, needed: bool = True) -> list[Finding]:
    return examine_folder.examine_folder(folder, private, private, needed=needed)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/elsewhere/x", "ext4"),
        ("/data", "zfs"),
        ("/data/near", "zfs"),
        ("/data/far/away", "nfs4"),
        ("/data/farther", "zfs"),
        ("/with space/x", "btrfs"),
        ("/over", "overlay"),
        ("/twice/x", "tmpfs"),
    ],
)
def test_the_kind_of_a_file_system_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


def test_without_a_list_of_mounts_nothing_is_known() -> None:
    assert kind_of(Path("/data"), "") == ""


@pytest.mark.parametrize(
    ("kind", "shreds", "said"),
    [
        ("ext4", True, None),
        ("nfs4", True, "local disk"),
        ("nfs4", False, "local disk"),
        ("fuse.sshfs", False, "local disk"),
        ("btrfs", True, "old block"),
        ("btrfs", False, None),
        ("overlay", True, "volume"),
        ("tmpfs", False, "volume"),
    ],
)
def test_what_a_file_system_means_for_sqlite(
    tmp_path: Path, kind: str, shreds: bool, said: str | None
) -> None:
    mounts = f"x / {kind} rw 0 0"
    [found] = examine_disk(tmp_path, tmp_path / "x.db", 0, shreds=shreds, mounts=mounts)
    assert found.level is (Level.OK if said is None else Level.WARN)
    assert said is None or said in found.remedy
    # Without an SQLite file there is only the model on it.
    [found] = examine_disk(tmp_path, None, 0, shreds=shreds, mounts=mounts)
    assert found.level is Level.OK


def test_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "not" / "yet" / "x.db"
    free = shutil.disk_usage(tmp_path).free
    [found] = examine_disk(tmp_path, file, 0, shreds=True, mounts="")
    assert found.level is Level.OK
    [found] = examine_disk(tmp_path, file, 2 * free, shreds=True, mounts="")
    assert (found.level, "rewrites" in found.remedy) == (Level.WARN, True)
    monkeypatch.setattr(examine_folder, "NEARLY_NOTHING_BYTES", 2 * free)
    [found] = examine_disk(tmp_path, file, 0, shreds=True, mounts="")
    assert (found.level, "Free some space" in found.remedy) == (Level.FAIL, True)


def test_what_others_may_read_is_named(tmp_path: Path) -> None:
    keys = tmp_path / "keys.bin"
    keys.write_bytes(b"")
    keys.chmod(0o640)
    tmp_path.chmod(0o755)
    folder, file = look(tmp_path, keys, tmp_path / "not there")
    assert folder.level is file.level is Level.WARN
    assert f"chmod 700 {tmp_path}" in folder.remedy
    assert f"chmod 600 {keys}" in file.remedy
    tmp_path.chmod(0o700)
    keys.chmod(0o600)
    assert [one.level for one in look(tmp_path, keys)] == [Level.OK]


def test_a_folder_is_needed_where_it_holds_data(tmp_path: Path) -> None:
    absent, file = tmp_path / "absent", tmp_path / "file"
    file.touch()
    assert look(absent)[0].level is Level.FAIL
    assert look(absent, needed=False)[0].level is Level.OK
    assert look(file)[0].found.endswith("is no folder")
    assert not absent.exists()


def test_what_this_user_may_not_write_is_named(tmp_path: Path) -> None:
    """As another user, where that can be had: nothing is closed to root."""
    keys = tmp_path / "keys.bin"
    keys.write_bytes(b"")
    keys.chmod(0o444)
    if os.geteuid() != 0:
        assert look(tmp_path, keys)[0].level is Level.FAIL
        return
    code = (
        "import os, sys; from pathlib import Path;"
        "from memsvc.operations.examine_folder import examine_folder as look;"
        "os.setuid(65534); here = Path('.').resolve();"
        "print(look(here, [here / 'keys.bin'], [], needed=True)[0].found)"
    )
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{tmp_path} cannot be read and written" in done.stdout, done.stderr
