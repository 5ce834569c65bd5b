"""Logs of what became of memories: read from JSON lines, one event a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import orjson

from memsvc.bench.client import LoadFailed
from memsvc.core.memory import Kind
from memsvc.core.reinforcement import Outcome

WRITTEN = "written"
DAY = timedelta(days=1)


class LogUnusable(LoadFailed):
    """A file is no log, or holds too little to tell anything."""


class Event(NamedTuple):
    """Something that befell a memory; without an outcome it was written."""

    memory: str
    kind: Kind
    at: datetime
    outcome: Outcome | None


class Use(NamedTuple):
    """An outcome, so many days after the log begins."""

    day: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class History:
    """What befell one memory, in order; days count from the beginning of the log."""

    kind: Kind
    written: float
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """The histories of all memories, and for how many days they were watched."""

    histories: tuple[History, ...]
    days: float


def events_in(path: Path) -> list[Event]:
    """The events of a file.

    Lines are `{"memory": "m1", "at": "2026-01-31T12:00:00Z", "outcome": "used", "kind":
    "episodic"}`, the outcome one of feedback's or `written`. Raises LogUnusable, naming the line.
    """
    events = []
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise LogUnusable(f"The log cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, start=1):
        try:
            held = orjson.loads(line)
            at = datetime.fromisoformat(held["at"])
            outcome = None if held["outcome"] == WRITTEN else Outcome(held["outcome"])
            kind = Kind(held.get("kind", Kind.EPISODIC))
            if at.tzinfo is None:
                raise ValueError("naive")
            events.append(Event(str(held["memory"]), kind, at, outcome))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LogUnusable(f"Line {number} is no event of a log.") from error
    return events


def log_of(events: Iterable[Event]) -> Log:
    """The log that events make; a memory whose writing is not told was written at its first event.

    Raises LogUnusable where there are none.
    """
    by_memory: dict[str, list[Event]] = {}
    for event in events:
        by_memory.setdefault(event.memory, []).append(event)
    if not by_memory:
        raise LogUnusable("The log is empty.")
    begins = min(event.at for of_one in by_memory.values() for event in of_one)
    ends = max(event.at for of_one in by_memory.values() for event in of_one)
    histories = [
        _history(sorted(by_memory[memory], key=lambda one: one.at), begins)
        for memory in sorted(by_memory)
    ]
    return Log(tuple(histories), (ends - begins) / DAY)


def _history(events: list[Event], begins: datetime) -> History:
    uses = [Use((one.at - begins) / DAY, one.outcome) for one in events if one.outcome is not None]
    return History(events[0].kind, (events[0].at - begins) / DAY, tuple(uses))
