"""What holds the data: its folder, who may look into it, and the disk under it."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from memsvc.core.finding import Finding, failure, ok, warning

FOLDER, DISK = "data directory", "disk"

MOUNTS = Path("/proc/mounts")

SLACK_BYTES = 256 * 2**20
"""Room for what is written until somebody has read the warning."""

NEARLY_NOTHING_BYTES = 32 * 2**20

OTHERS = stat.S_IRWXG | stat.S_IRWXO

NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre"}
KEEPS_OLD_BLOCKS = {"btrfs", "zfs", "bcachefs", "f2fs", "nilfs2"}
GOES_AWAY = {
    "tmpfs": "is in RAM: a restart of the machine empties it",
    "ramfs": "is in RAM: a restart of the machine empties it",
    "overlay": "is a container's own layer: it goes with the container",
}


def examine_folder(
    folder: Path, files: Sequence[Path], private: Sequence[Path], *, needed: bool
) -> list[Finding]:
    """The data directory; `files` in use must be writable, `private` ones closed to others.

    `needed`: the service has data or keys there.
    """
    if not folder.exists():
        if not needed:
            return [ok(FOLDER, f"{folder} is not there yet; the first start makes it")]
        return [
            failure(
                FOLDER,
                f"there is no {folder}",
                "Name the folder the service uses with --data-dir or MEMSVC_DATA_DIR; for a new "
                "service, start it: `memsvc serve`.",
            )
        ]
    if not folder.is_dir():
        return [failure(FOLDER, f"{folder} is no folder", "Name another with MEMSVC_DATA_DIR.")]
    return [
        *_unusable(folder, files),
        *_open_to_others(folder, private),
    ] or [ok(FOLDER, f"{folder}, for its owner alone")]


def _unusable(folder: Path, files: Sequence[Path]) -> list[Finding]:
    closed = [path for path in (folder, *files) if path.exists() and not _writable(path)]
    return [
        failure(
            FOLDER,
            f"{path} cannot be read and written by this user",
            "Run as the user the service runs as, or let it own the folder and all that is in it.",
        )
        for path in closed
    ]


def _writable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0))


def _open_to_others(folder: Path, private: Sequence[Path]) -> list[Finding]:
    found = []
    for path in (folder, *private):
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
        if mode & OTHERS:
            right = "700" if path == folder else "600"
            found.append(
                warning(
                    FOLDER,
                    f"{path} is open to other users (mode {mode:04o})",
                    f"Run `chmod {right} {path}`.",
                )
            )
    return found


def examine_disk(
    folder: Path, file: Path | None, reserve_bytes: int, *, shreds: bool, mounts: str | None = None
) -> list[Finding]:
    """The disk under the folder, and under the SQLite `file` where there is one.

    `reserve_bytes` is what rewriting the database takes; `shreds`: keys are overwritten in place
    there. `mounts` is what the system says is mounted where.
    """
    mounts = _mounted() if mounts is None else mounts
    places = {_standing(folder): 0}
    if file is not None:
        places[_standing(file.parent)] = reserve_bytes
    found = []
    for place, reserve in places.items():
        found += _room(place, reserve)
        if file is not None:
            found += _kind(place, kind_of(place, mounts), shreds=shreds)
    free = shutil.disk_usage(_standing(folder)).free
    return list(dict.fromkeys(found)) or [ok(DISK, f"{_megabytes(free)} free")]


def _room(place: Path, reserve_bytes: int) -> list[Finding]:
    facts = os.statvfs(place)
    free = facts.f_bavail * facts.f_frsize
    if free < NEARLY_NOTHING_BYTES or (facts.f_files and not facts.f_favail):
        what = f"{_megabytes(free)}" if free < NEARLY_NOTHING_BYTES else "no inodes"
        return [
            failure(DISK, f"{what} left in {place}", "Free some space: writes fail without it.")
        ]
    wanted = reserve_bytes + SLACK_BYTES
    if free >= wanted:
        return []
    return [
        warning(
            DISK,
            f"{_megabytes(free)} left in {place}",
            f"Have {_megabytes(wanted)} free: a purge rewrites the database beside the old one.",
        )
    ]


def _kind(place: Path, kind: str, *, shreds: bool) -> list[Finding]:
    if kind in NETWORK or kind.startswith("fuse.ssh"):
        return [
            warning(
                DISK,
                f"{place} is on a network file system ({kind})",
                "Put the data directory on a local disk, or use PostgreSQL: SQLite's log and the "
                "locks of keys.bin are not safe there.",
            )
        ]
    if kind in KEEPS_OLD_BLOCKS and shreds:
        return [
            warning(
                DISK,
                f"{place} is on a file system that keeps old blocks ({kind})",
                "Put the data directory on ext4 or xfs: a key that is overwritten in place stays "
                "in the old block for a while.",
            )
        ]
    if kind in GOES_AWAY:
        return [
            warning(
                DISK,
                f"{place} {GOES_AWAY[kind]} ({kind})",
                "Put the data directory on a disk or a volume, or take backups elsewhere.",
            )
        ]
    return []


def kind_of(place: Path, mounts: str) -> str:
    """The kind of the file system a path is on, by the lines of /proc/mounts; empty if unknown."""
    resolved = place.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        _, point, its_kind, *_ = [*line.split(" "), "", "", ""]
        # Spaces and the like come as octal numbers.
        where = Path(point.encode().decode("unicode_escape"))
        # Of two mounted at one place the later one is seen.
        if resolved.is_relative_to(where) and len(where.parts) >= best:
            best, kind = len(where.parts), its_kind
    return kind


def _mounted() -> str:
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        # Not Linux: nothing is said about kinds then.
        return ""


def _standing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    path = path.absolute()
    while not path.exists():
        path = path.parent
    return path


def _megabytes(count: int) -> str:
    return f"{count / 2**20:,.0f} MB"
