"""A clock that is set back, or was ahead for a while, puts nothing off and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Status
from memsvc.operations.forget import delete_memory, erase_expired
from memsvc.operations.once import Once
from memsvc.operations.purge import drop_idempotency_records, purge
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime

SCOPE = Scope("default", "a1")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEARS = timedelta(days=1000)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def dated(tmp_path: Path, any_url: str, clock: FixedClock) -> Iterator[Runtime]:
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    runtime = build_runtime(settings, lambda _line: None, clock=clock)
    yield runtime
    runtime.close()


def test_a_purge_is_not_put_off(dated: Runtime, clock: FixedClock) -> None:
    write(dated, SCOPE, [Draft(content="thing", id="m0")])
    delete_memory(dated, SCOPE, "m0")
    assert not purge(dated, HOUR)
    clock.advance(-YEARS)
    assert purge(dated, HOUR)
    assert not purge(dated, HOUR)


def test_records_of_days_that_never_were_go(dated: Runtime, clock: FixedClock) -> None:
    def write_once(value: str) -> None:
        write(dated, SCOPE, [Draft(content=value)], Once("key", value, value.encode()))

    def records() -> int:
        with dated.database.snapshot() as tx:
            return int(tx.execute(text("SELECT count(*) FROM idempotency_records")).scalar_one())

    clock.advance(YEARS)
    write_once("ahead")
    clock.advance(-YEARS)
    write_once("now")
    assert records() == 2
    drop_idempotency_records(dated)
    assert records() == 1
    write_once("now")
    clock.advance(timedelta(days=3))
    drop_idempotency_records(dated)
    assert records() == 0


def test_memories_keep_their_order_and_are_found(dated: Runtime, clock: FixedClock) -> None:
    for number, jump in enumerate([timedelta(0), -YEARS, 2 * YEARS, -YEARS]):
        clock.advance(jump)
        write(dated, SCOPE, [Draft(content=f"harbour {number}", id=f"m{number}")])
    page = list_memories(dated, SCOPE, Listing(None, None, None, None, None, 10))
    assert sorted(memory.id for memory in page.memories) == ["m0", "m1", "m2", "m3"]
    # What seems to be written years ago has faded.
    everything = Question("harbour", include=(Status.ARCHIVED,))
    found = {hit.memory.id: hit for hit in search(dated, SCOPE, everything).found}
    assert found.keys() == {"m0", "m1", "m2", "m3"}
    assert [one for one, hit in found.items() if hit.memory.status is Status.ARCHIVED] == ["m1"]
    assert all(0 < hit.retention <= 1 for hit in found.values())


def test_what_has_not_expired_again_is_there_again(dated: Runtime, clock: FixedClock) -> None:
    """Between two ticks: what was erased is not brought back by any clock."""
    write(dated, SCOPE, [Draft(content="for a day", id="m0", expires_at=START + 24 * HOUR)])
    clock.advance(48 * HOUR)
    assert search(dated, SCOPE, Question("for a day")).found == []
    clock.advance(-48 * HOUR)
    assert len(search(dated, SCOPE, Question("for a day")).found) == 1
    clock.advance(48 * HOUR)
    assert erase_expired(dated) == 1
    clock.advance(-48 * HOUR)
    assert search(dated, SCOPE, Question("for a day")).found == []
