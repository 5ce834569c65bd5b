"""Examine: look at everything the service needs, change nothing, and say what to do.

It has to do with installations that are broken, and with services that run: what cannot be looked
at for want of something else is skipped, and what others change meanwhile is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from memsvc.clock import Clock
from memsvc.core.finding import Finding, Level, fails, failure, ok, skipped, warning
from memsvc.embedding.protocol import Embedder
from memsvc.errors import MemsvcError
from memsvc.judges.protocol import Curator, FactReader, Judge, Reranking
from memsvc.operations.examine_database import (
    DATABASE,
    INTEGRITY,
    SCHEMA,
    examine_integrity,
    examine_schema,
    examine_server,
    examine_sqlite,
)
from memsvc.operations.examine_folder import DISK, FOLDER, examine_disk, examine_folder
from memsvc.operations.examine_index import INDEX, Indexes, examine_index
from memsvc.operations.examine_judges import (
    CURATOR,
    FACT_READER,
    JUDGE,
    examine_curator,
    examine_fact_reader,
    examine_judge,
)
from memsvc.operations.examine_ledger import LEDGER, examine_ledger
from memsvc.operations.examine_memories import KEYS, MEMORIES, examine_memories, new_keys
from memsvc.operations.examine_reranker import RERANKER, examine_reranker
from memsvc.operations.examine_vectors import (
    FEW,
    MANY,
    MODEL,
    VECTORS,
    examine_model,
    examine_vectors,
)
from memsvc.operations.examine_work import WORK, examine_work
from memsvc.operations.purge import VACUUM_UP_TO_BYTES
from memsvc.operations.recount import TALLIES, examine_tallies
from memsvc.operations.start import expected_keys
from memsvc.sealing.assemble import ROOT_FILE, SLOT_FILE, key_files, open_keyring
from memsvc.sealing.keyring import Keyring, Tier
from memsvc.store import looking
from memsvc.store.database import Database
from memsvc.store.key_rows import KeyRows, agent_key_now
from memsvc.store.schema import file_of, revision

CHECKS = (
    FOLDER, DISK, DATABASE, INTEGRITY, SCHEMA, KEYS, LEDGER, MEMORIES, MODEL, VECTORS, INDEX,
    RERANKER, JUDGE, FACT_READER, CURATOR, WORK, TALLIES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Installation:
    """What is examined: where it lies, how it is set, and how its model and indexes are made.

    `open_embedder` gives None for a model that the first start will export, the others give None
    where none is set; `remote`: what is embedded leaves the machine; `large`: indexes may lie in
    the database.
    """

    data_dir: Path
    url: str
    ledger: Path
    tier: Tier
    root_key: str | None
    workers: int
    purge_after: timedelta
    clock: Clock
    open_embedder: Callable[[], Embedder | None]
    remote: bool
    large: bool
    indexes: Indexes
    open_reranking: Callable[[], Reranking | None]
    open_judge: Callable[[], Judge | None]
    open_fact_reader: Callable[[], FactReader | None]
    open_curator: Callable[[], Curator | None]


def examine(place: Installation, *, full: bool) -> Iterator[Finding]:
    """What is found, check by check; `full` looks at every memory instead of some."""
    with ExitStack() as opened:
        yield from _Examination(place, opened, full=full).findings()


class _Examination:
    """One examination: what could be opened so far, and what could not, and why."""

    def __init__(self, place: Installation, opened: ExitStack, *, full: bool) -> None:
        self._place, self._opened, self._full = place, opened, full
        self._file = file_of(place.url)
        self._reasons: dict[str, str] = {}
        self._is_new = self._lay_still = False
        self._database: Database
        self._keyring: Keyring
        self._embedder: Embedder

    def findings(self) -> Iterator[Finding]:
        """Each check in turn, after those that it needs."""
        yield from self._check(FOLDER, self._look_at_folder)
        yield from self._check(DISK, self._look_at_disk)
        if self._file is not None:
            # One that may not be written can be looked at all the same.
            absent = () if self._place.data_dir.is_dir() else (FOLDER,)
            yield from self._check(DATABASE, self._look_at_file, *absent)
            yield from self._check(INTEGRITY, self._look_at_pages, DATABASE)
        else:
            yield from self._check(DATABASE, self._look_at_server)
        yield from self._check(SCHEMA, self._look_at_schema, DATABASE)
        yield from self._check(KEYS, self._look_at_keys, *(() if self._is_new else (SCHEMA,)))
        yield from self._check(LEDGER, self._look_at_ledger, KEYS)
        yield from self._check(MEMORIES, self._look_at_memories, KEYS)
        yield from self._check(MODEL, self._look_at_model)
        yield from self._check(VECTORS, self._look_at_vectors, MEMORIES, MODEL)
        yield from self._check(INDEX, self._look_at_index, VECTORS)
        yield from self._check(RERANKER, self._look_at_reranker)
        yield from self._check(JUDGE, self._look_at_judge)
        yield from self._check(FACT_READER, self._look_at_fact_reader)
        yield from self._check(CURATOR, self._look_at_curator)
        yield from self._check(WORK, self._look_at_work, KEYS)
        yield from self._check(TALLIES, self._look_at_tallies, SCHEMA)
        if self._lay_still and self._file is not None and not looking.lies_still(self._file):
            yield warning(
                DATABASE,
                "another process opened it while it was looked at",
                "Some of this may be wrong: run `memsvc doctor` again.",
            )

    def _check(
        self, check: str, look: Callable[[], list[Finding]], *needed: str
    ) -> Iterator[Finding]:
        reason = next((self._reasons[one] for one in needed if one in self._reasons), None)
        if reason is not None:
            self._reasons[check] = reason
            yield skipped(check, reason)
            return
        try:
            found = look()
        except MemsvcError as error:
            found = [failure(check, error.title, error.detail)]
        except Exception as error:  # noqa: BLE001 - what is broken must not end the examination
            found = [
                failure(
                    check,
                    f"it could not be looked at ({type(error).__name__})",
                    "If nothing above explains it, report it with this line.",
                )
            ]
        if fails(found):
            self._reasons[check] = f"{check} failed"
        yield from found

    def _look_at_folder(self) -> list[Finding]:
        place = self._place
        keys = [place.data_dir / SLOT_FILE, place.ledger]
        if place.root_key:
            # It is not asked for, but what is left of it may be the same.
            keys.append(place.data_dir / ROOT_FILE)
        used = [place.data_dir / SLOT_FILE, place.ledger]
        if self._file is not None:
            endings = ("", looking.LOG, looking.LOG_INDEX)
            used += [looking.beside(self._file, ending) for ending in endings]
        needed = self._file is not None or not place.root_key
        return examine_folder(place.data_dir, used, keys, needed=needed)

    def _look_at_disk(self) -> list[Finding]:
        file, tier = self._file, self._place.tier
        size = file.stat().st_size if file is not None and file.exists() else 0
        # Larger sealed ones are not rewritten: see `purge`.
        reserve = size if tier == "store" or size <= VACUUM_UP_TO_BYTES else 0
        return examine_disk(self._place.data_dir, file, reserve, shreds=tier == "shred")

    def _look_at_file(self) -> list[Finding]:
        assert self._file is not None, "asked of SQLite alone"
        if not self._file.exists():
            self._is_new = True
            self._reasons[DATABASE] = "there is no database yet"
            return [ok(DATABASE, f"{self._file} is not there yet; the first start makes it")]
        self._lay_still = looking.lies_still(self._file)
        self._open_database()
        return examine_sqlite(self._database, self._file)

    def _look_at_pages(self) -> list[Finding]:
        return examine_integrity(self._database, full=self._full)

    def _look_at_server(self) -> list[Finding]:
        # Raises, with what to do about it, where no connection is to be had.
        revision(self._place.url)
        self._open_database()
        return examine_server(self._database, self._place.workers, large=self._place.large)

    def _open_database(self) -> None:
        self._database = looking.open_to_look(self._place.url)
        self._opened.callback(self._database.close)

    def _look_at_schema(self) -> list[Finding]:
        found, standing = examine_schema(self._database)
        if standing is None:
            self._is_new = True
            self._reasons[SCHEMA] = "the database is empty"
        elif found.level is not Level.OK:
            self._reasons[SCHEMA] = "the schema is not this version's"
        return [found]

    def _look_at_keys(self) -> list[Finding]:
        place = self._place
        expected, slots_used = (None, 0) if self._is_new else expected_keys(self._database)
        if expected is None:
            self._reasons[KEYS] = "the database is new"
            return [new_keys(key_files(place.data_dir))]
        self._keyring = open_keyring(
            place.tier,
            place.data_dir,
            place.root_key,
            expected=expected,
            slots_used=slots_used,
            slots=KeyRows(self._database) if self._file is None else None,
            agent_key=partial(agent_key_now, self._database),
            reading=True,
        )
        self._opened.callback(self._keyring.close)
        return [ok(KEYS, f"the database's own, tier {place.tier}")]

    def _look_at_ledger(self) -> list[Finding]:
        place = self._place
        return [examine_ledger(self._database, self._keyring, place.ledger, place.clock.now())]

    def _look_at_memories(self) -> list[Finding]:
        return examine_memories(self._database, self._keyring, full=self._full)

    def _look_at_model(self) -> list[Finding]:
        embedder = self._place.open_embedder()
        if embedder is None:
            self._reasons[MODEL] = "the model is not exported yet"
            return [ok(MODEL, "not exported yet; the next start does it once")]
        self._opened.callback(embedder.close)
        self._embedder = embedder
        return [examine_model(embedder)]

    def _look_at_vectors(self) -> list[Finding]:
        sample = MANY if self._full else 0 if self._place.remote else FEW
        return examine_vectors(self._database, self._keyring, self._embedder, sample)

    def _look_at_index(self) -> list[Finding]:
        dimension = self._embedder.identity.dimension
        return examine_index(
            self._database, self._keyring, dimension, self._place.indexes, full=self._full
        )

    def _look_at_reranker(self) -> list[Finding]:
        return [examine_reranker(self._place.open_reranking)]

    def _look_at_judge(self) -> list[Finding]:
        return [examine_judge(self._place.open_judge)]

    def _look_at_fact_reader(self) -> list[Finding]:
        return [examine_fact_reader(self._place.open_fact_reader)]

    def _look_at_curator(self) -> list[Finding]:
        return [examine_curator(self._place.open_curator)]

    def _look_at_tallies(self) -> list[Finding]:
        return examine_tallies(self._database)

    def _look_at_work(self) -> list[Finding]:
        return examine_work(self._database, self._place.clock.now(), self._place.purge_after)
