"""Lives of forget requests that end by kill -9 at a chosen step, and what the next process makes of
what is left.

Run as `python -m tests.faults.forgetting_dying FOLDER [POSTGRES]`. By default it dies once at each
kind of step that is listed here; with MEMSVC_TEST_EVERY_STEP=N at every step there is,
from the N-th on.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.operations.forgetting import resume as resuming
from memsvc.operations.purge import GIVEN_UP
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.slot_format import SHREDDED, offset_of
from memsvc.store.forget_requests import RequestRow
from memsvc.wiring import build_runtime
from tests.faults.dying import NOW, PRELOADED, Say, Steps, home, one_life, opened
from tests.faults.forgetting_story import (
    AFTERWARDS,
    ORDERS,
    assert_done,
    assert_hidden,
    assert_kept_out,
    assert_well,
    batches,
    name_ana,
    order,
    slots_of_erased,
    to_the_end,
)

ALWAYS = {
    "received: COMMIT",
    "prepare: COMMIT",
    "shred: shred",
    "erase: INSERT INTO shreddings",
    "erase: DELETE FROM shreddings",
    "index: COMMIT",
    "purge: COMMIT",
    "tombstone: COMMIT",
    "backup: pwrite",
    "verify: scan",
    "verify: COMMIT",
    "receipt: shred",
    "receipt: COMMIT",
}
ON_SQLITE = {"purge: VACUUM", "purge: PRAGMA wal_checkpoint", "shred: pwrite"}
ON_POSTGRESQL = {'purge: VACUUM "vectors"', "purge: CHECKPOINT"}
"""The kinds of step at which a life of the suite ends."""
EVERY_STEP = int(os.environ.get("MEMSVC_TEST_EVERY_STEP", "0"))
LOADED = PRELOADED


class Labelled(Steps):
    """Steps that say within which step of a request they are taken; all of them are noted."""

    phase = "start"

    def __init__(self, last: int) -> None:
        super().__init__(last)
        self._seen = os.memfd_create("seen")

    def take(self, step: str) -> None:
        labelled = f"{self.phase}: {step}"
        os.write(self._seen, labelled.encode() + b"\n")
        super().take(labelled)

    @property
    def seen(self) -> list[str]:
        """All steps that were taken."""
        return os.pread(self._seen, os.fstat(self._seen).st_size, 0).decode().splitlines()

    def watch(self) -> None:
        super().watch()
        self._before(os, "ftruncate", "ftruncate")
        self._before(subprocess, "Popen", "scan")
        steps: dict[Any, Callable[[Runtime, RequestRow], None]] = {
            step: self._within(step.value, work) for step, work in resuming.STEPS.items()
        }
        resuming.STEPS = steps

    def _within(
        self, name: str, work: Callable[[Runtime, RequestRow], None]
    ) -> Callable[[Runtime, RequestRow], None]:
        def labelled(runtime: Runtime, request: RequestRow) -> None:
            self.phase = f"{request.id} {name}"
            work(runtime, request)
            self.phase = "between requests"

        return labelled


def living(steps: Labelled) -> Callable[[Settings, Say], None]:
    """The life: everything written, all orders given, then carried out; each acknowledged."""

    def live(settings: Settings, say: Say) -> None:
        clock = FixedClock(NOW)
        runtime = build_runtime(settings, lambda _line: None, clock=clock)
        for name, scope, batch in batches():
            steps.phase = "write"
            write(runtime, scope, batch)
            say({name: "written"})
        name_ana(runtime)
        with runtime.database.snapshot() as tx:
            slots = slots_of_erased(tx)
        say({"slots": slots})
        for request_id in ORDERS:
            steps.phase = f"{request_id} received"
            order(runtime, request_id)
            say({request_id: "ordered"})
            # Requests of one moment are carried out in any order.
            clock.advance(AFTERWARDS)
        to_the_end(runtime)
        steps.phase = "end"
        say({"closed": True})
        runtime.close()

    return live


def look(settings: Settings, said: Sequence[Mapping[str, Any]], last_step: str) -> None:
    """Start on what is left, go on to the end, and hold it against what was said."""
    told = {name: value for one in said for name, value in one.items()}
    now: datetime = NOW + GIVEN_UP
    runtime = opened(settings, now)
    for request_id in ORDERS:
        if request_id in told:
            assert_hidden(runtime, request_id)
    if "slots" not in told:
        # Killed before any order: what was not acknowledged is said once more.
        for _name, scope, batch in batches():
            write(runtime, scope, batch)
        name_ana(runtime)
    slots = told.get("slots")
    if slots is None:
        with runtime.database.snapshot() as tx:
            slots = slots_of_erased(tx)
    for request_id in ORDERS:
        order(runtime, request_id)
        assert_hidden(runtime, request_id)
    to_the_end(runtime)
    assert_done(runtime, slots)
    if not settings.database_url:
        keys = (settings.data_dir / "keys.bin").read_bytes()
        assert all(keys[offset_of(one) :].startswith(SHREDDED) for one in slots)
    runtime.close()
    assert_well(settings, now + AFTERWARDS)
    runtime = opened(settings, now + AFTERWARDS)
    assert_kept_out(runtime)
    runtime.close()


def chosen(seen: Sequence[str]) -> list[int]:
    """Steps to die at, counted from 1: all, or one of each label, whichever request's it is."""
    if EVERY_STEP:
        return list(range(EVERY_STEP, len(seen) + 1))
    places: dict[str, list[int]] = {}
    for place, label in enumerate(seen, start=1):
        of_request, _, step = label.partition(" ")
        if of_request in ORDERS and step in ALWAYS | ON_SQLITE | ON_POSTGRESQL:
            places.setdefault(step, []).append(place)
    return sorted(random.choice(of_step) for of_step in places.values())


def main(folder: str, server: str | None = None) -> None:
    """All lives, one line each; the first, which does not die, finds out where to."""
    whole = Labelled(0)
    places, place = [0], 0
    while places:
        place = places.pop(0)
        steps = Labelled(place) if place else whole
        with home(Path(folder) / str(place), server) as settings:
            told = one_life(settings, steps, living(steps), look)
        if not place:
            places = chosen(whole.seen)
        sys.stdout.write(json.dumps({**told, "place": place}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
