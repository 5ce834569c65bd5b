"""Ledger: what was erased stays erased in data that is put back from before.

Every erasure is entered in the database, in the transaction that makes it (`store.erasures`), and
soon afterwards in a file that no backup of the data holds. A database that lacks entries of that
file is older than they are: it was put back from a backup, or a server failed over without its last
commits. What they tell of is then erased anew, and each is entered together with that: none ever
applies twice, and numbers may be given out again afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import structlog

from memsvc.errors import LedgerUnusable, MemsvcError, StorageFull, Unavailable
from memsvc.operations.replay import erase_part, weight_of, without_entering
from memsvc.runtime import Runtime, Safe
from memsvc.sealing.ledger_file import LedgerFile, Look, database_named_by
from memsvc.sealing.ledger_format import PURPOSE, Entry
from memsvc.store import erasures, state
from memsvc.store.erasures import ErasureRow
from memsvc.store.locks import lock
from memsvc.store.transaction import Tx

log: Any = structlog.get_logger("memsvc.ledger")

AT_ONCE = 1000
"""Entries held in RAM, and memories erased in one transaction."""

ENTRIES_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Owed:
    """What a database has not seen yet of the file: the next entries, in order.

    `common` is the place up to which both tell the same; `apart`: beyond it each has entries of its
    own. `last` is the place of the database's last one.
    """

    entries: Sequence[Entry]
    common: int
    last: int
    apart: bool


class _Overtaken(Exception):
    """Another process has entered something since we looked."""


def open_ledger(safe: Safe, path: Path) -> LedgerFile:
    """The ledger of this database, whose file need not be there yet.

    A database from before there were ledgers takes the one it finds. Raises LedgerUnusable.
    """
    digest = partial(safe.keyring.digest, PURPOSE)
    with safe.database.snapshot() as tx:
        database = state.get(tx, state.LEDGER)
    if database is None:
        found = database_named_by(path, digest) or secrets.token_hex(16)
        database = safe.database.write(partial(_name, found))
    return LedgerFile(path, digest, database)


def _name(found: str, tx: Tx) -> str:
    lock(tx, "ledger")
    named = state.get(tx, state.LEDGER)
    if named is None:
        state.put(tx, state.LEDGER, found)
    return named or found


def start_ledger(runtime: Runtime) -> int:
    """Erase what the database should not have any more; returns how many entries were replayed.

    To be done before anything is served. Raises LedgerUnusable, and Unavailable when the file
    cannot be read; one that cannot be written is tried again later.
    """
    count = replay(runtime)
    try:
        mirror(runtime)
    except (StorageFull, Unavailable) as error:
        log.warning("ledger_not_written", code=error.code)
    return count


def stop_ledger(runtime: Runtime) -> None:
    """Enter the last erasures before the service ends; what fails is left to the next start."""
    try:
        mirror(runtime)
    except MemsvcError as error:
        log.warning("ledger_not_written", code=error.code)


def mirror(runtime: Runtime) -> int:
    """Have the file tell all that the database does; the place up to which it durably does.

    Cheap when nothing is new. What the database lacks is replayed first, under requests, too.
    """
    with runtime.database.snapshot() as tx:
        newest = erasures.newest(tx)
    if runtime.ledger.is_as_written() and _are_same(newest, runtime.ledger.last):
        return newest.place if newest else 0
    while True:
        replay(runtime)
        place = _fill(runtime)
        if place is not None:
            return place


def _are_same(row: ErasureRow | None, entry: Entry | None) -> bool:
    if row is None or entry is None:
        return row is None and entry is None
    return row.place == entry.place and _entry(row).is_same(entry)


def _fill(runtime: Runtime) -> int | None:
    """Append what the file lacks; its last place, None when the database lacks something."""
    made = runtime.ledger.make()
    # In this order: what others have appended was committed, so the snapshot sees it.
    with runtime.ledger.written() as writing, runtime.database.snapshot() as tx:
        owed = find_owed(tx, writing)
        if owed.entries:
            return None
        if made and owed.last:
            log.warning("ledger_made_anew", erasures=owed.last)
        if owed.apart:
            # All that it says beyond stands in the database by now, at other places.
            writing.cut(owed.common)
        while True:
            rows = erasures.after(tx, writing.place, AT_ONCE)
            writing.append([_entry(row) for row in rows])
            if not rows:
                return writing.place


def count_owed(safe: Safe, path: Path) -> int:
    """How many entries of the ledger the database has yet to see; LedgerUnusable."""
    with open_ledger(safe, path).looked_at() as look, safe.database.snapshot() as tx:
        owed = find_owed(tx, look)
    return look.place - owed.common if owed.entries else 0


def check_up_to_date(safe: Safe, path: Path) -> None:
    """Raise LedgerUnusable when the database has yet to forget what the ledger tells of."""
    if count_owed(safe, path):
        raise LedgerUnusable(
            f"The database is older than {path}, and still has what was erased since: start the "
            "service once, which erases it, and try again."
        )


def find_owed(tx: Tx, look: Look) -> Owed:
    """What a database has not seen of a ledger that is held; the snapshot must begin under it."""
    last = erasures.last(tx)
    common = min(last, look.place)
    if _agree(tx, look, common):
        return Owed(list(islice(look.entries(common), AT_ONCE)), common, last, apart=False)
    common = _parting(tx, look)
    known = _own(tx, common)
    entries = (one for one in look.entries(common) if not _is_among(one, known))
    return Owed(list(islice(entries, AT_ONCE)), common, last, apart=True)


def _agree(tx: Tx, look: Look, place: int) -> bool:
    """Whether both have the same entry at this place, and so before it."""
    if place == 0:
        return True
    entry = look.last if place == look.place else next(look.entries(place - 1))
    [row] = erasures.after(tx, place - 1, 1)
    return entry is not None and row.place == place and _entry(row).is_same(entry)


def _parting(tx: Tx, look: Look) -> int:
    """The last place up to which both tell the same."""
    common = 0
    entries = look.entries()
    while rows := erasures.after(tx, common, AT_ONCE):
        for row in rows:
            entry = next(entries, None)
            if entry is None or not _entry(row).is_same(entry):
                return common
            common = row.place
    return common


def _own(tx: Tx, common: int) -> dict[Any, list[Entry]]:
    """The database's entries beyond a place, by time."""
    known: dict[Any, list[Entry]] = {}
    while rows := erasures.after(tx, common, AT_ONCE):
        for row in rows:
            known.setdefault(row.at, []).append(_entry(row))
        common = rows[-1].place
    return known


def _is_among(entry: Entry, known: dict[Any, list[Entry]]) -> bool:
    return any(entry.is_same(one) for one in known.get(entry.at, ()))


def _entry(row: ErasureRow) -> Entry:
    return Entry(row.place, row.at, row.content)


def replay(runtime: Runtime) -> int:
    """Erase all that the file tells of and the database has not seen; how many entries it were.

    In parts, each of which is erased and entered in one transaction: after a crash the next start
    goes on. Several processes may do it at once.
    """
    count = 0
    while True:
        with runtime.ledger.looked_at() as look, runtime.database.snapshot() as tx:
            owed = find_owed(tx, look)
        if not owed.entries:
            if count:
                log.warning("ledger_replayed", erasures=count)
            return count
        if not count:
            log.warning("data_older_than_ledger", erasures=look.place - owed.common)
        last = owed.last
        for part in _parts(owed.entries):
            try:
                _replay(runtime, part, last, apart=owed.apart)
            except _Overtaken:
                break
            last += len(part)
            count += len(part)


def _parts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Entries in order, so many together as erase no more than `AT_ONCE` memories."""
    part: list[Entry] = []
    weight = 0
    for entry in entries:
        if part and (weight + weight_of(entry) > AT_ONCE or len(part) == ENTRIES_AT_ONCE):
            yield part
            part, weight = [], 0
        part.append(entry)
        weight += weight_of(entry)
    yield part


def _replay(runtime: Runtime, part: Sequence[Entry], last: int, *, apart: bool) -> None:
    for entry in part:
        if weight_of(entry) > AT_ONCE:
            without_entering(runtime, entry, AT_ONCE, apart=apart)

    def work(tx: Tx) -> list[int]:
        slots = erase_part(runtime, tx, part, apart=apart)
        # After the agents' locks, as every erasure takes them.
        lock(tx, "erasures")
        if erasures.last(tx) != last:
            raise _Overtaken
        rows = [
            ErasureRow(place, one.at, one.content) for place, one in enumerate(part, start=last + 1)
        ]
        erasures.add(tx, rows)
        return slots

    runtime.keyring.shred(runtime.database.write(work))
