"""The canary matrix: everything that a person leaves in a service, before and after forgetting.

One service for each tier and database, with a person for each scope of forget requests among
others. It is looked through after each step: in tier `shred` nothing may ever be found, in tier
`store` everything must be found before, or the look would say nothing.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from memsvc.bench.erasure.canaries import SCOPES, Canaries, Embed
from memsvc.bench.erasure.commands import command, exported
from memsvc.bench.erasure.databases import Databases
from memsvc.bench.erasure.living import selector, shown, use, write
from memsvc.bench.erasure.requests import order, wait_until_over
from memsvc.bench.erasure.scanning import LOG, Look, Needles
from memsvc.bench.served import Served

SHARED, OWN = "bench-shared", "bench-own"
AGENTS = {"people": SHARED, "state": SHARED, "trajectory": SHARED, "environment": OWN}
PASSPHRASE = "a passphrase of the benchmark"  # noqa: S105 - of a backup that goes at the end
KEY_FILES = ("keys.bin", "root.key")
BACKUP, WAL = "backup", "cluster's log"
SETTLE_S = 20.0
"""How long a restored service may take to purge what it erased anew."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a copy of the database from before the requests still tells, by memories of canaries.

    Opened with the keys of that moment it tells all, or the check would say nothing; with those
    that are left afterwards it must tell none. `others` is what the latter open besides.
    """

    with_keys_then: int
    with_keys_left: int
    others: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One tier on one database: what was found where.

    `looks` are in order of the steps; `before` is the last before the requests, `after` the one
    when all were closed. `shown` counts canaries that any route told once the request was
    accepted; `restored` those that a restored backup told, None where that was left out.
    """

    tier: str
    database: str
    canaries: int
    memories: int
    looks: Mapping[str, Look]
    shown: int
    closed_s: Mapping[str, float]
    opened: Opened | None
    restored: int | None
    notes: Sequence[str]

    @property
    def before(self) -> Look:
        return self.looks["backed up"]

    @property
    def after(self) -> Look:
        return self.looks["closed"]

    @property
    def is_sound(self) -> bool:
        """Whether the look could have failed."""
        told = self.before.found
        return self.tier != "store" or any(place != BACKUP for place, _ in told)

    @property
    def left(self) -> int:
        """What was found and must not be.

        A plain backup tells until it is deleted, and the log of a PostgreSQL server until it is
        reused: in tier `store` neither is claimed to be clean.
        """
        excused = (BACKUP, WAL) if self.tier == "store" else ()
        held = self.after.total - sum(self.after.within(place) for place in excused)
        early = sum(one.total for one in self.looks.values()) if self.tier == "shred" else 0
        opened = self.opened.with_keys_left if self.opened else 0
        return held + early + opened + self.shown + (self.restored or 0)


@dataclass(slots=True)
class _Place:
    """A service under measurement, and the folders that are looked through."""

    folder: Path
    tier: str
    databases: Databases
    environment: dict[str, str]
    needles: Needles = field(default_factory=Needles)
    looks: dict[str, Look] = field(default_factory=dict)

    def look(self, step: str) -> None:
        self.looks[step] = self.needles.look(self.places)

    @property
    def places(self) -> dict[str, Path]:
        names = {"data": "data", "logs": "log", "temporary": "tmp", BACKUP: BACKUP}
        cluster = self.databases.cluster
        held = {name: self.folder / path for name, path in names.items()}
        return held if cluster is None else held | {"cluster": cluster, WAL: cluster / LOG}


def measure_residue(
    tier: str,
    databases: Databases,
    embedding: Mapping[str, str],
    embed: Embed,
    sizes: tuple[int, int],
    progress: Callable[[str], None],
) -> Cell:
    """One cell of the matrix; `sizes`: memories of each person, and of all others.

    Raises LoadFailed when a request does not close.
    """
    people = [Canaries.sung(scope, AGENTS[scope], sizes[0]) for scope in SCOPES]
    with _place(tier, databases, embedding) as place:
        for one in people:
            one.add_to(place.needles, embed)
        server = Served(place.folder / "data", place.folder / "log", place.environment)
        try:
            ids = write(server, people, sizes[1])
            place.look("written")
            use(server, people, ids)
            place.look("used")
            _back_up(place)
            place.look("backed up")
            server.stop()
            then = _copied(place)
            server.start()
            progress(f"{tier} on {databases.kind}: written, used, backed up")
            told, closed = _forget(server, place, people, ids)
            place.look("closed")
            notes = _notes(databases)
        finally:
            server.kill()
        opened = _open_old(place, then, people)
        restored = _restore(place, people)
        progress(f"{tier} on {databases.kind}: closed")
        return Cell(
            tier=tier,
            database=databases.kind,
            canaries=len(place.needles.by_name),
            memories=sizes[1] + len(people) * sizes[0],
            looks=place.looks,
            shown=told,
            closed_s=closed,
            opened=opened,
            restored=restored,
            notes=notes,
        )


@contextmanager
def _place(tier: str, databases: Databases, embedding: Mapping[str, str]) -> Iterator[_Place]:
    with tempfile.TemporaryDirectory(prefix="memsvc-bench-") as name:
        folder = Path(name)
        (folder / "tmp").mkdir()
        environment = {
            **embedding,
            "MEMSVC_DATABASE_URL": databases.fresh(),
            "MEMSVC_TIER": tier,
            "MEMSVC_PURGE_AFTER_S": "1",
            "MEMSVC_BACKUP_PASSPHRASE": PASSPHRASE,
            "TMPDIR": str(folder / "tmp"),
        }
        yield _Place(folder, tier, databases, environment)


def _notes(databases: Databases) -> list[str]:
    if databases.kind == "sqlite" or databases.cluster is not None:
        return []
    return ["the database server's own files cannot be read from here, and were not looked through"]


def _back_up(place: _Place) -> None:
    command(place.environment, BACKUP, place.folder / BACKUP, "--data-dir", place.folder / "data")


def _copied(place: _Place) -> Path:
    """A copy of the data directory as it is now; the service is stopped."""
    return Path(shutil.copytree(place.folder / "data", place.folder / "then"))


def _forget(
    server: Served, place: _Place, people: Sequence[Canaries], ids: Mapping[str, Sequence[str]]
) -> tuple[int, dict[str, float]]:
    """Order all of it, then wait: how much was shown since, and seconds until each was closed."""
    began = time.monotonic()
    requests = {}
    told = 0
    for one in people:
        reason = f"{one.words['new content']} is why"
        requests[one.scope], _ = order(server, selector(one, ids) | {"reason": reason})
        told += shown(server, one)
    place.look("accepted")
    closed = {}
    for scope, request_id in requests.items():
        wait_until_over(server, request_id)
        closed[scope] = time.monotonic() - began
    return told + sum(shown(server, one) for one in people), closed


def _open_old(place: _Place, then: Path, people: Sequence[Canaries]) -> Opened | None:
    """Old rows, with old keys and with those that are left."""
    if place.tier != "shred" or place.databases.kind != "sqlite":
        return None
    mixed_up = Path(shutil.copytree(then, place.folder / "mixed"))
    for name in KEY_FILES:
        shutil.copy2(place.folder / "data" / name, mixed_up / name)
    # Neither knows of the requests: the ledger is the service's own, not the thief's.
    open_then = exported(place.environment, then, place.folder / "then.jsonl")
    open_now = exported(place.environment, mixed_up, place.folder / "mixed.jsonl")
    canaries = {text for one in people for text in (*one.told, *one.words.values())}
    return Opened(
        with_keys_then=sum(text in canaries for text in open_then),
        with_keys_left=sum(text in canaries for text in open_now),
        others=sum(text not in canaries for text in open_now),
    )


def _restore(place: _Place, people: Sequence[Canaries]) -> int:
    """Put the backup back beside the ledger: how many answers of it, and files, tell of anybody."""
    data = place.folder / "restored"
    environment = place.environment | {"MEMSVC_DATABASE_URL": place.databases.fresh()}
    ledger = place.folder / "data" / "erasures.ledger"
    words = ("restore", place.folder / BACKUP, "--data-dir", data, "--ledger", ledger)
    command(environment, *words)
    server = Served(data, place.folder / "restored.log", environment)
    try:
        told = sum(shown(server, one) for one in people)
        began = time.monotonic()
        while (left := place.needles.look({"restored": data})).total:
            if time.monotonic() - began > SETTLE_S:
                break
            time.sleep(1.0)
    finally:
        server.kill()
    place.looks["restored"] = left
    return told + left.total
