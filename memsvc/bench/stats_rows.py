"""Rows of a large service, put straight into its database: agents, memories, outcomes, activity."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg

from memsvc.clock import SystemClock

TENANT = "default"
FIRST_KEY = 1_000
"""Above the keys that the service has given out itself."""
US = 1_000_000
HOUR_S = 3_600
DAY_S = 24 * HOUR_S
YEAR_S = 365 * DAY_S
BATCH = 5_000
WITH_HANDBOOK = 0.02
"""Share of the agents that were offered behaviors."""
OUTCOMES = 40
ACTIVITY_DAYS = 30
BUSY = 0.05
"""Share of the agents of which activity is kept for every hour; others have an hour a day."""

KINDS = (("episodic", 70), ("semantic", 25), ("procedural", 5))
STATUSES = (("active", 85), ("superseded", 8), ("archived", 4), ("disputed", 2), ("quarantined", 1))
TRUSTS = (("user", 60), ("agent", 28), ("tool", 10), ("web", 2))
DONE = (
    "writes.added", "writes.duplicate", "writes.superseded", "feedback.used", "searches", "hits",
    *(f"seconds.search.{place}" for place in range(24, 34)),
    *(f"seconds.write.{place}" for place in range(28, 36)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """How many memories of how many agents; those have from none to three times the mean."""

    memories: int
    agents: int
    seed: int


Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def fill(rows: Rows, url: str, say: Callable[[str], None]) -> None:
    """Put all of it into the database that the service has made."""
    chance = random.Random(rows.seed)
    now = int(SystemClock().now().timestamp())
    sizes = _sizes(rows, chance)
    tables = (
        _agents(sizes, now),
        _agent_names(sizes),
        _memories(sizes, chance, now),
        _outcomes(sizes, chance, now),
        _activity(sizes, chance, now),
        _of_tenant(chance, now),
    )
    for name, columns, values in tables:
        count = _put(url, name, columns, values)
        say(f"{count:,} rows of {name}")
    _settle(url)


def _sizes(rows: Rows, chance: random.Random) -> list[int]:
    shares = [chance.random() ** 2 for _ in range(rows.agents)]
    total = sum(shares)
    sizes = [int(rows.memories * share / total) for share in shares]
    sizes[0] += rows.memories - sum(sizes)
    return sizes


def _drawn(chance: random.Random, among: Sequence[tuple[str, int]], count: int) -> list[str]:
    names, weights = zip(*among, strict=True)
    return chance.choices(names, weights, k=count)


def _agents(sizes: Sequence[int], now: int) -> Table:
    columns = (
        "agent_key", "tenant", "agent_id", "sequence", "erasure_epoch", "wrapped_key", "created_at",
    )  # fmt: skip
    return (
        "agents",
        columns,
        (
            (FIRST_KEY + at, TENANT, f"agent-{at}", size, 0, bytes(60), (now - YEAR_S) * US)
            for at, size in enumerate(sizes)
        ),
    )


def _agent_names(sizes: Sequence[int]) -> Table:
    named = ((TENANT, f"agent-{at}", FIRST_KEY + at) for at in range(len(sizes)))
    return ("agent_names", ("tenant", "agent_id", "agent_key"), named)


def _memories(sizes: Sequence[int], chance: random.Random, now: int) -> Table:
    columns = (
        "agent_key", "number", "id", "version", "kind", "status", "trust", "channel", "created_at",
        "updated_at", "use_count", "importance", "confidence", "stability_days", "difficulty",
        "pinned", "derived", "key_slot", "sealed", "restricted", "disputed_with",
    )  # fmt: skip

    def values() -> Iterator[Sequence[Any]]:
        for at, size in enumerate(sizes):
            kinds = _drawn(chance, KINDS, size)
            statuses = _drawn(chance, STATUSES, size)
            trusts = _drawn(chance, TRUSTS, size)
            for number in range(1, size + 1):
                made = (now - int(YEAR_S * chance.random())) * US
                status = statuses[number - 1]
                uses = (
                    int(chance.expovariate(2.0))
                    if chance.random() < 0.9
                    else int(chance.paretovariate(1.2))
                )
                other = f"{at}-{max(number - 1, 1)}" if status == "disputed" else None
                yield (
                    FIRST_KEY + at, number, f"{at}-{number}", 1, kinds[number - 1], status,
                    trusts[number - 1], "user", made, made, min(uses, 5_000), 0.5, 1.0,
                    1.0 + 60.0 * chance.random(), 5.0, False, False, None, chance.randbytes(240),
                    number % 200 == 0, other,
                )  # fmt: skip

    return "memories", columns, values()


def _outcomes(sizes: Sequence[int], chance: random.Random, now: int) -> Table:
    columns = (
        "agent_key", "place", "offer", "at", "task_class", "held_out", "success", "input_tokens",
        "output_tokens",
    )  # fmt: skip
    offered = range(int(len(sizes) * WITH_HANDBOOK))
    return (
        "offer_outcomes",
        columns,
        (
            (
                FIRST_KEY + at, place, f"{at}-{place}", now * US, bytes([place % 3] * 16),
                place % 5 == 0, chance.random(), chance.randrange(2_000), chance.randrange(600),
            )
            for at in offered
            for place in range(1, OUTCOMES + 1)
        ),
    )  # fmt: skip


def _activity(sizes: Sequence[int], chance: random.Random, now: int) -> Table:
    last = now // HOUR_S

    def values() -> Iterator[Sequence[Any]]:
        for at in range(len(sizes)):
            busy = at < len(sizes) * BUSY
            for name in DONE if busy else DONE[:6]:
                for hour in range(last - ACTIVITY_DAYS * 24, last + 1, 1 if busy else 24):
                    yield FIRST_KEY + at, name, hour, chance.randrange(1, 50)

    return "activity", ("agent_key", "measure", "hour", "count"), values()


def _of_tenant(chance: random.Random, now: int) -> Table:
    """As four processes of which each was started anew once, that serve at all times."""
    last = now // HOUR_S
    return (
        "tenant_activity",
        ("tenant", "measure", "hour", "part", "count"),
        (
            (TENANT, name, hour, part, chance.randrange(1, 50_000))
            for name in DONE
            for hour in range(last - 90 * 24, last + 1)
            for part in ((0, 1, 2, 3) if hour % 2 else (4, 5, 6, 7))
        ),
    )


def _put(url: str, table: str, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> int:
    count = 0
    names = ", ".join(columns)
    if url.startswith("sqlite"):
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        with closing(sqlite3.connect(_file(url))) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            for batch in _batches(values):
                connection.executemany(statement, batch)
                count += len(batch)
            connection.commit()
        return count
    into = f"COPY {table} ({names}) FROM STDIN".encode()
    with psycopg.connect(url) as server, server.cursor() as cursor, cursor.copy(into) as copy:
        for row in values:
            copy.write_row(row)
            count += 1
    return count


def _file(url: str) -> str:
    return url.removeprefix("sqlite:///")


def _batches(values: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    batch: list[Sequence[Any]] = []
    for row in values:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _settle(url: str) -> None:
    """Have the database know what it holds, as one that grew would."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(_file(url))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("VACUUM ANALYZE")
