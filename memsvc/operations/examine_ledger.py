"""Whether the erasure ledger is whole, and tells what the database does."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from memsvc.core.finding import Finding, ok, warning
from memsvc.operations.examine_work import PATIENCE, RUN
from memsvc.operations.ledger import find_owed
from memsvc.sealing.keyring import Keyring
from memsvc.sealing.ledger_file import LedgerFile, database_named_by
from memsvc.sealing.ledger_format import PURPOSE
from memsvc.store import erasures, state
from memsvc.store.database import Database

LEDGER = "ledger"


def examine_ledger(database: Database, keyring: Keyring, path: Path, now: datetime) -> Finding:
    """The file, against the database; raises LedgerUnusable for a damaged or foreign one."""
    digest = partial(keyring.digest, PURPOSE)
    with database.snapshot() as tx:
        named = state.get(tx, state.LEDGER) or database_named_by(path, digest)
        known = erasures.last(tx)
    if named is None or not path.exists():
        return _missing(path, known)
    with LedgerFile(path, digest, named).looked_at() as look, database.snapshot() as tx:
        owed = find_owed(tx, look)
        late = [] if owed.entries else erasures.after(tx, owed.common, 1)
    if owed.entries:
        return warning(
            LEDGER,
            f"it tells of {look.place - owed.common} erasures that the database has not seen: "
            "that is older",
            "Start the service: before it serves anything it erases them again.",
        )
    if late and late[0].at < now - PATIENCE:
        return warning(LEDGER, f"{owed.last - owed.common} erasures are not in it yet", RUN)
    return ok(LEDGER, f"{path.name} is whole and tells of {look.place} erasures")


def _missing(path: Path, known: int) -> Finding:
    if not known:
        return ok(LEDGER, f"{path} is not there yet; the next start makes it")
    return warning(
        LEDGER,
        f"{path} is not there, and the database has {known} erasures",
        "Put a copy of it back before the next start; if there is none, that start makes one from "
        "the database. It belongs on another disk than the backups.",
    )
