"""Two services, and what goes from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Memory
from memsvc.operations.export import export
from memsvc.operations.exported import End
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.take_in import take_in
from memsvc.operations.taken import Taken
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime

HERE, THERE = Scope("default", "a1"), Scope("default", "b 2")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@contextmanager
def opened(folder: Path, url: str, **settings: Any) -> Iterator[Runtime]:
    """A runtime on the database whose clock stands still."""
    clock = settings.pop("clock", None) or FixedClock(NOON)
    chosen = Settings(
        data_dir=folder, database_url=url, embedding={"backend": "hashing"}, **settings
    )
    runtime = build_runtime(chosen, lambda _line: None, clock=clock)
    try:
        yield runtime
    finally:
        runtime.close()


def exported(runtime: Runtime, file: Path, tenant: str = "default", agents: str = "*") -> End:
    return export(runtime, file, tenant, agents, lambda _done, _total: None)


def imported(runtime: Runtime, file: Path, tenant: str | None = None) -> Taken:
    return take_in(runtime, file, tenant, lambda _done, _total: None)


def everything(runtime: Runtime, scope: Scope = HERE) -> list[Memory]:
    """All memories of the agent, oldest first, without their numbers."""
    page = list_memories(runtime, scope, Listing(limit=5000))
    assert page.total == len(page.memories)
    return [memory._replace(number=0) for memory in reversed(page.memories)]


def clock_of(runtime: Runtime) -> FixedClock:
    assert isinstance(runtime.clock, FixedClock)
    return runtime.clock
