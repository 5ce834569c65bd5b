"""Power goes at any moment: what was acknowledged is there, and what was deleted stays deleted."""

from __future__ import annotations

import os
import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Memory
from memsvc.errors import NotFound
from memsvc.operations.forget import delete_memory
from memsvc.operations.purge import purge
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.slot_format import SHREDDED, SLOT_BYTES, offset_of, payload_of
from memsvc.store import sqlite
from memsvc.wiring import build_runtime
from tests.worlds.power import Disk, recording

SCOPE = Scope("default", "a1")
HISTORIES = 6
STATES = int(os.environ.get("MEMSVC_TEST_POWER_CUTS", "300"))
CLIENTS, CHANGES = 3, 40
PROBED = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What a memory holds since a change (None: it is gone), and when that began and was said."""

    content: str | None
    began: int
    said: int


@dataclass(slots=True)
class Told:
    """All that the clients were told, by memory; the keys of those they deleted."""

    changes: dict[str, list[Change]] = field(default_factory=dict)
    keys: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def allowed(self, memory: str, moment: int) -> set[str | None]:
        """What the memory may hold after a cut at that moment."""
        may: set[str | None] = {None}
        for change in self.changes[memory]:
            if change.said <= moment:
                may = {change.content}
            elif change.began < moment:
                may.add(change.content)
        return may

    def deleted(self, memory: str, moment: int) -> bool:
        """Whether its deletion was acknowledged by then."""
        last = self.changes[memory][-1]
        return last.content is None and last.said <= moment


class Client:
    """Adds, rewords and deletes memories of its own, at random."""

    def __init__(self, runtime: Runtime, disk: Disk, folder: Path, name: str, seed: str) -> None:
        self._runtime, self._disk, self._folder, self._name = runtime, disk, folder, name
        self._chance = random.Random(seed + name)
        self.told = Told()

    def run(self) -> None:
        for number in range(CHANGES):
            settled = [
                memory
                for memory, changes in self.told.changes.items()
                if changes[-1].content is not None
            ]
            dice = self._chance.random()
            if not settled or dice < 0.5:
                self._add(f"{self._name}-{number}")
            elif dice < 0.65:
                self._reword(self._chance.choice(settled))
            else:
                self._delete(self._chance.choice(settled))

    def _add(self, first: str) -> None:
        drafts = [
            Draft(content=self._words(), id=f"{first}-{place}", user_id=self._name)
            for place in range(self._chance.choice([1, 1, 1, 5]))
        ]
        began = len(self._disk)
        write(self._runtime, SCOPE, drafts)
        for draft in drafts:
            self._settle(draft.id or "", draft.content, began)

    def _reword(self, memory: str) -> None:
        content, began = self._words(), len(self._disk)
        revise(self._runtime, SCOPE, memory, Revision({"content": content}))
        self._settle(memory, content, began)

    def _delete(self, memory: str) -> None:
        with self._runtime.database.snapshot() as tx:
            of_it = text("SELECT key_slot FROM memories WHERE id = :id")
            slot = tx.execute(of_it, {"id": memory}).scalar_one()
        with (self._folder / "keys.bin").open("rb") as keys:
            keys.seek(offset_of(slot))
            self.told.keys[memory] = slot, payload_of(keys.read(SLOT_BYTES))
        began = len(self._disk)
        delete_memory(self._runtime, SCOPE, memory)
        self._settle(memory, None, began)

    def _words(self) -> str:
        words = " ".join(f"{self._chance.getrandbits(24):06x}" for _ in range(4))
        # Some reach over several pages.
        return words + " and so on" * self._chance.choice([0, 0, 0, 2000])

    def _settle(self, memory: str, content: str | None, began: int) -> None:
        change = Change(content, began, len(self._disk))
        self.told.changes.setdefault(memory, []).append(change)


@contextmanager
def opened(folder: Path) -> Iterator[Runtime]:
    embedding = {"backend": "hashing", "dimension": 16}
    settings = Settings(data_dir=folder, embedding=embedding, purge_after_s=0.0)
    runtime = build_runtime(settings, lambda _line: None)
    try:
        yield runtime
    finally:
        runtime.close()


def lived(folder: Path, seed: str) -> tuple[Disk, Told]:
    """One history: clients side by side, with purges between them."""
    with opened(folder):
        pass
    with recording(folder) as system, opened(folder) as runtime:
        disk = system.disk = Disk(folder)
        clients = [Client(runtime, disk, folder, f"c{who}", seed) for who in range(CLIENTS)]
        threads = [threading.Thread(target=client.run) for client in clients]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(0.02)
            purge(runtime, timedelta(0))
        system.disk = None
    told = Told()
    for client in clients:
        told.changes |= client.told.changes
        told.keys |= client.told.keys
    return disk, told


def faults(files: dict[str, bytes], folder: Path, told: Told, moment: int) -> Iterator[str]:
    """What is not as it was said to be, in a state that a cut left."""
    yield from keys_left(files, told, moment)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    with opened(folder) as runtime:
        with runtime.database.snapshot() as tx:
            if tx.execute(text("PRAGMA integrity_check")).scalars().all() != ["ok"]:
                yield "the database is damaged"
        held = everything(runtime)
        for memory in told.changes:
            now = held[memory].content if memory in held else None
            if now not in told.allowed(memory, moment):
                yield f"{memory} is {'back or altered' if memory in held else 'lost'}"
        for memory in random.Random(moment).sample(sorted(held), min(PROBED, len(held))):
            if first_by_words(runtime, held[memory].content[:27]) != held[memory].number:
                yield f"{memory} is not found"


def first_by_words(runtime: Runtime, words: str) -> int:
    """The number of the memory that shares most with these words.

    The model of these tests knows no meaning: how like what is, is chance.
    """
    [hit] = search(runtime, SCOPE, Question(words, limit=1)).found
    judgement = hit.judgement
    return int(judgement.evidence.numbers[judgement.lexical.argmax()])


def keys_left(files: dict[str, bytes], told: Told, moment: int) -> Iterator[str]:
    """Keys of memories whose deletion was acknowledged, in files as the cut left them."""
    for memory, (slot, payload) in told.keys.items():
        if told.deleted(memory, moment):
            start = offset_of(slot)
            if files["keys.bin"][start : start + SLOT_BYTES] != SHREDDED:
                yield f"the slot of {memory} is not destroyed"
            if any(payload in content for content in files.values()):
                yield f"the key of {memory} lies about"


def everything(runtime: Runtime) -> dict[str, Memory]:
    """All memories, by id."""
    try:
        page = list_memories(runtime, SCOPE, Listing(None, None, None, None, None, 1000))
    except NotFound:
        # Cut off before the first write.
        return {}
    return {memory.id: memory for memory in page.memories}


def cuts(tmp_path: Path, seed: str, count: int) -> Iterator[list[str]]:
    """The faults after each of so many cuts of one history."""
    home = tmp_path / seed
    home.mkdir()
    disk, told = lived(home, seed)
    chance = random.Random(seed)
    for number in range(count):
        moment = chance.randrange(1, len(disk) + 1)
        folder = tmp_path / f"{seed}-{number}"
        folder.mkdir()
        yield list(faults(disk.after_a_cut(moment, chance), folder, told, moment))
        shutil.rmtree(folder)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("history", range(HISTORIES))
def test_nothing_is_lost_and_nothing_comes_back(tmp_path: Path, history: int) -> None:
    for found in cuts(tmp_path, f"history {history}", STATES // HISTORIES):
        assert found == []


@pytest.mark.timeout(300)
def test_a_log_that_is_flushed_less_often_would_be_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same cuts with `synchronous=NORMAL`: a test that finds nothing then finds nothing."""
    weak = [one.replace("=FULL", "=NORMAL") for one in sqlite._PRAGMAS]
    monkeypatch.setattr(sqlite, "_PRAGMAS", weak)
    assert any(cuts(tmp_path, "weak", 60))
