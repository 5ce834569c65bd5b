"""The erasure ledger beside a database that is restored: it is never in the backup itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from memsvc.errors import BackupUnusable
from memsvc.sealing import durable

FIRST = b'{"ledger":'


@dataclass(frozen=True, slots=True)
class KeptLedger:
    """Where the ledger is to stand, and a copy kept elsewhere to put there.

    `none`: whoever restores knows that nothing was erased since the backup was taken.
    """

    path: Path
    copy: Path | None = None
    none: bool = False


def needed_copy(kept: KeptLedger, data_dir: Path) -> bytes | None:
    """What is to be put in place, perhaps in a data directory that is still to be made.

    None when what stands there is used, or nothing is needed. Raises BackupUnusable when there is
    none, and when the copy lacks something of what stands there.
    """
    if kept.copy is None:
        if kept.path.exists() or kept.none:
            return None
        raise BackupUnusable(
            f"There is no erasure ledger at {kept.path}, and without it what was erased since the "
            "backup comes back: give a copy of it with --ledger, or --no-ledger if you know that "
            "nothing was erased since."
        )
    if kept.none:
        raise BackupUnusable("Give --ledger or --no-ledger, not both.")
    try:
        content = kept.copy.read_bytes()
    except OSError as error:
        raise BackupUnusable(f"{kept.copy} cannot be read ({error.strerror}).") from error
    if not content.startswith(FIRST):
        raise BackupUnusable(f"{kept.copy} is no erasure ledger of memsvc.")
    if kept.path.exists():
        if not content.startswith(kept.path.read_bytes()):
            raise BackupUnusable(
                f"{kept.path} tells of more than {kept.copy}, or of something else: leave --ledger "
                "out to use it, or move it away."
            )
    elif kept.path.parent != data_dir and not kept.path.parent.is_dir():
        raise BackupUnusable(f"There is no folder {kept.path.parent} for the ledger: make it.")
    return content


def put_in_place(path: Path, content: bytes) -> None:
    """Write the copy, durably; of one that stands there already what it lacks."""
    with durable.told(path):
        try:
            durable.create(path, content)
        except FileExistsError:
            with durable.locked(path) as descriptor:
                held = path.stat().st_size
                durable.write_at(descriptor, content[held:], held)
                durable.flush(descriptor)
