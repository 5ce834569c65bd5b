"""Figures beyond single answers: samples, several processes, gathering, dropping, repair."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from memsvc.clock import FixedClock
from memsvc.core.access import Scope
from memsvc.core.activity import Measure, hour_of
from memsvc.core.memory import Draft
from memsvc.core.reinforcement import Outcome
from memsvc.errors import Unavailable
from memsvc.operations import statistics, statistics_memories
from memsvc.operations.activity import Dropping, Gathering, searched, write_gathered
from memsvc.operations.feedback import Told, give_feedback
from memsvc.operations.forget import delete_memory
from memsvc.operations.indexing import known_agent
from memsvc.operations.question import Mode
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.recount import differing, recount
from memsvc.operations.search import Hits
from memsvc.operations.statistics import (
    activity_over_time,
    agent_statistics,
    tenant_statistics,
)
from memsvc.operations.statistics_activity import Timeline
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import activity, agents, recounting
from memsvc.store.activity import Noted, by_step
from memsvc.store.reach import Reach
from memsvc.store.transaction import Tx
from memsvc.wiring import build_runtime
from tests.api.site import NOW, settings_in

SCOPE = Scope("default", "a1")
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def opened(any_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Callable[[], Runtime]]:
    """Opens one service after the other over the same data."""
    with ExitStack() as stack:

        def open_one() -> Runtime:
            settings = settings_in(tmp_path / "data", database_url=any_url)
            runtime = build_runtime(settings, lambda _line: None, clock=clock)
            return stack.enter_context(closing(runtime))

        yield open_one


@pytest.fixture
def runtime(opened: Callable[[], Runtime]) -> Runtime:
    return opened()


def draft(content: str) -> Draft:
    return Draft(content=content)


def wrong(runtime: Runtime) -> int:
    with runtime.database.snapshot() as tx:
        return differing(tx)


def rows(runtime: Runtime, table: str) -> int:
    with runtime.database.snapshot() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def key_of(runtime: Runtime, scope: Scope) -> int:
    with runtime.database.snapshot() as tx:
        return known_agent(tx, scope).agent_key


def test_two_processes_count_together(opened: Callable[[], Runtime]) -> None:
    processes = opened(), opened()
    failures: list[Exception] = []

    def work(runtime: Runtime, own: str) -> None:
        try:
            for place in range(15):
                for agent_id in ("shared", own):
                    said = f"{own} says {place} to {agent_id}."
                    scope = Scope("default", agent_id)
                    [one] = write(runtime, scope, [draft(said)])
                    give_feedback(runtime, scope, [Told(str(one.id), Outcome.USED)])
                    if place % 3 == 0:
                        delete_memory(runtime, scope, str(one.id), None, "test")
                searched(runtime, Scope("default", "shared"), Mode.FAST, Hits([]), 0.01)
            write_gathered(runtime)
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(runtime, f"own-{at}"))
        for at, runtime in enumerate(processes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    for runtime in processes:
        assert wrong(runtime) == 0
        found = tenant_statistics(runtime, "default")
        assert found.memories.memories == 40
        assert found.memories.uses.total == 40
        assert found.recall.searches == 30
        assert agent_statistics(runtime, Scope("default", "shared")).memories.memories == 20


def test_a_counter_that_is_wrong_has_no_more_read_than_a_right_one(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(runtime, SCOPE, [draft(f"a1 saw number {number}.") for number in range(40)])
    runtime.database.write(lambda tx: tx.execute(text("UPDATE tenant_tallies SET count = 5")))
    monkeypatch.setattr(statistics_memories, "EXACT_UP_TO", 10)
    monkeypatch.setattr(statistics_memories, "SAMPLE", 20)

    found = tenant_statistics(runtime, "default").memories.retention

    assert (found.looked_at, found.of) == (20, 5)
    assert sum(found.bins) == 5


def test_a_counter_of_memories_where_there_are_none_breaks_no_page(runtime: Runtime) -> None:
    many = text(
        "INSERT INTO tenant_tallies (tenant, kind, status, trust, uses, part, count)"
        " VALUES ('default', 'episodic', 'active', 'user', 0, 0, 6000)"
    )
    runtime.database.write(lambda tx: tx.execute(many).rowcount)

    found = tenant_statistics(runtime, "default").memories.retention

    assert (sum(found.bins), found.faded, found.looked_at, found.of) == (0, 0, 0, 6_000)
    assert not found.is_exact


def test_a_sample_is_like_the_whole(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for agent_id, count in (("a1", 700), ("a2", 100)):
        for start in range(0, count, 100):
            drafts = [draft(f"{agent_id} saw number {start + n}.") for n in range(100)]
            write(runtime, Scope("default", agent_id), drafts)
            clock.advance(20 * DAY)
    # Numbers that no memory has any more.
    for page in range(2):
        seen = list_memories(runtime, SCOPE, Listing(limit=30)).seen
        for memory, _ in seen:
            delete_memory(runtime, SCOPE, memory.id, None, f"test-{page}")
    exact = tenant_statistics(runtime, "default").memories.retention
    assert exact.is_exact
    monkeypatch.setattr(statistics_memories, "EXACT_UP_TO", 10)
    monkeypatch.setattr(statistics_memories, "SAMPLE", 400)

    sampled = tenant_statistics(runtime, "default").memories.retention

    assert (sampled.looked_at, sampled.of) == (400, 740)
    assert not sampled.is_exact
    # Five standard deviations of a share among 400.
    for one, other in zip(sampled.bins, exact.bins, strict=True):
        assert abs(one - other) <= 740 * 0.125
    assert sum(sampled.bins) == pytest.approx(740, abs=5)
    again = tenant_statistics(runtime, "default").memories.retention
    assert again.bins == sampled.bins
    clock.advance(timedelta(minutes=2))
    drawn = [tenant_statistics(runtime, "default").memories.retention.bins]
    for _ in range(4):
        clock.advance(timedelta(minutes=2))
        drawn.append(tenant_statistics(runtime, "default").memories.retention.bins)
    assert any(one != sampled.bins for one in drawn)


def test_a_sample_does_not_pass_over_the_newest(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for start in range(0, 600, 100):
        write(runtime, SCOPE, [draft(f"a1 saw number {start + n}.") for n in range(100)])
    # Numbers that no reader may see are drawn again.
    held_back = text("UPDATE memories SET restricted = :held WHERE number % 10 < 3")
    runtime.database.write(lambda tx: tx.execute(held_back, {"held": True}).rowcount)
    monkeypatch.setattr(statistics_memories, "SAMPLE", 100)
    reach = Reach("default", (key_of(runtime, SCOPE),))

    with runtime.database.snapshot() as tx:
        drawn = [statistics_memories._drawn_at_random(tx, reach) for _ in range(40)]

    assert {len(one) for one in drawn} == {100}
    newest = sum(one.number > 420 for held in drawn for one in held)
    # Five standard deviations of a share among 4,000.
    assert newest / 4_000 == pytest.approx(0.3, abs=0.036)


def test_agents_beside_many_memories_are_counted_once_a_minute(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted() -> int:
        return tenant_statistics(runtime, "default").agents

    write(runtime, SCOPE, [draft("It rains."), draft("It snows.")])
    assert counted() == 1
    write(runtime, Scope("default", "a2"), [draft("It rains.")])
    assert counted() == 2
    monkeypatch.setattr(statistics, "EXACT_UP_TO", 2)
    assert counted() == 2
    write(runtime, Scope("default", "a3"), [draft("It rains.")])
    assert counted() == 2
    clock.advance(timedelta(minutes=1))
    assert counted() == 3


def test_what_cannot_be_written_is_gathered_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(runtime, SCOPE, [draft("It rains.")])
    searched(runtime, SCOPE, Mode.FAST, Hits([]), 0.01)
    with monkeypatch.context() as broken:
        failing = [Unavailable("The disk is away.", retry_after=1)]
        broken.setattr(type(runtime.database), "write_all", lambda _self, _works: failing)
        write_gathered(runtime)
    assert tenant_statistics(runtime, "default").recall.searches == 0

    write_gathered(runtime)

    assert tenant_statistics(runtime, "default").recall.searches == 1


def test_of_an_agent_that_is_not_there_nothing_is_written(runtime: Runtime) -> None:
    searched(runtime, Scope("default", "nobody"), Mode.FAST, Hits([]), 0.01)

    write_gathered(runtime)

    assert rows(runtime, "activity") == rows(runtime, "tenant_activity") == 0
    assert not runtime.gathered.take()


def test_it_is_written_every_ten_seconds_and_nothing_is_when_nothing_was_done(
    runtime: Runtime, clock: FixedClock
) -> None:
    write(runtime, SCOPE, [draft("It rains.")])
    job = Gathering()
    job(runtime)
    searched(runtime, SCOPE, Mode.DEEP, Hits([], deep=True), 0.01)
    clock.advance(timedelta(seconds=5))
    job(runtime)
    assert tenant_statistics(runtime, "default").recall.searches == 0
    clock.advance(timedelta(seconds=5))
    job(runtime)

    found = tenant_statistics(runtime, "default").recall

    assert (found.searches, found.one_pass_share) == (1, 0.0)


def test_days_are_the_sums_of_their_hours(runtime: Runtime) -> None:
    """Of a tenant they are read in another way than hour by hour."""
    chance = random.Random(7)
    measures = [*Measure.SEARCH.names, "searches"]
    last = hour_of(NOW)
    for agent_id in ("a1", "a2"):
        scope = Scope("default", agent_id)
        write(runtime, scope, [draft("It rains.")])
        done = Counter(
            {
                Noted("default", agent_id, last - chance.randrange(200), chance.choice(measures)): n
                for n in range(1, 300)
            }
        )
        runtime.gathered.add(done)
    write_gathered(runtime)

    with runtime.database.snapshot() as tx:
        keys = tuple(known_agent(tx, Scope("default", one)).agent_key for one in ("a1", "a2"))
        of_agents = Reach("default", keys)
        for hours in (1, 7, 24):
            first = (last - 150) // hours * hours
            until = (last // hours + 1) * hours - 1
            expected: dict[int, Counter[str]] = {}
            for hour, counts in by_step(tx, of_agents, measures, first, until, 1).items():
                expected.setdefault(hour // hours, Counter()).update(counts)
            assert len(expected) > 5
            for reach in (of_agents, Reach("default")):
                assert by_step(tx, reach, measures, first, until, hours) == expected
            assert by_step(tx, Reach("nobody"), measures, first, until, hours) == {}


def test_old_activity_is_dropped(runtime: Runtime, clock: FixedClock) -> None:
    write(runtime, SCOPE, [draft("It rains.")])
    clock.advance(3 * DAY)
    write(runtime, SCOPE, [draft("It snows.")])
    since, job = NOW - DAY, Dropping(2 * DAY)
    timeline = Timeline(Measure.WRITES_ADDED, since, clock.now())
    before = activity_over_time(runtime, "default", timeline)
    assert sum(one.count for one in before.points) == 2

    for _ in range(3):
        job(runtime)

    for agent_id in (None, "a1"):
        found = activity_over_time(runtime, "default", timeline, agent_id)
        assert [one.count for one in found.points if one.count] == [1]
        assert hour_of(found.points[-1].at) == hour_of(clock.now())
    assert wrong(runtime) == 0


def test_no_sum_falls_below_zero_when_an_agent_goes_while_old_activity_is_dropped(
    runtime: Runtime, clock: FixedClock
) -> None:
    for agent_id in ("a1", "a2"):
        write(runtime, Scope("default", agent_id), [draft("It rains.")])
    clock.advance(3 * DAY)
    timeline = Timeline(Measure.WRITES_ADDED, NOW, clock.now())

    def counted() -> int:
        found = activity_over_time(runtime, "default", timeline)
        return sum(one.count for one in found.points)

    job, seen = Dropping(2 * DAY), []
    for agent_id in ("a1", "a2"):
        job(runtime)
        key = key_of(runtime, Scope("default", agent_id))
        runtime.database.write(partial(agents.erase, agent_key=key))
        seen.append(counted())
    job(runtime)
    seen.append(counted())

    assert seen == [1, 1, 0]
    assert rows(runtime, "activity") == rows(runtime, "tenant_activity") == 0


def test_counters_are_put_right_beside_a_running_service(runtime: Runtime) -> None:
    write(runtime, SCOPE, [draft(f"Number {n}.") for n in range(5)])
    runtime.database.write(lambda tx: tx.execute(text("UPDATE tallies SET count = 7")).rowcount)
    runtime.database.write(lambda tx: tx.execute(text("DELETE FROM tenant_tallies")).rowcount)
    assert wrong(runtime) == 2

    recount(runtime.database)

    assert wrong(runtime) == 0
    write(runtime, SCOPE, [draft("One more.")])
    assert wrong(runtime) == 0
    assert tenant_statistics(runtime, "default").memories.memories == 6


def test_what_shares_a_group_with_a_recount_is_counted_once(runtime: Runtime) -> None:
    write(runtime, SCOPE, [draft(f"Number {n}.") for n in range(5)])
    other = Scope("default", "a2")
    write(runtime, other, [draft("It rains."), draft("It snows.")])
    first, second = (key_of(runtime, one) for one in (SCOPE, other))

    done = runtime.database.write_all(
        [
            ("1", lambda tx: agents.erase(tx, first)),
            ("2", recounting.rebuild),
            ("3", lambda tx: agents.erase(tx, second)),
        ]
    )

    assert [one for one in done if isinstance(one, Exception)] == []
    assert wrong(runtime) == 0
    assert tenant_statistics(runtime, "default").memories.memories == 0
    write(runtime, SCOPE, [draft("One more.")])
    assert wrong(runtime) == 0


def test_of_an_erased_agent_a_tenant_keeps_nothing_that_was_done(runtime: Runtime) -> None:
    write(runtime, SCOPE, [draft("It rains.")])
    write(runtime, Scope("default", "a2"), [draft("It snows.")])
    key, hour = key_of(runtime, SCOPE), hour_of(NOW)

    def note(tx: Tx) -> None:
        done = [(Measure.WRITES_ADDED, 2), (Measure.FORGOTTEN, 1)]
        activity.note(tx, key, hour, [(str(measure), by) for measure, by in done])

    def erase(tx: Tx) -> None:
        note(tx)
        agents.erase(tx, key)

    done = runtime.database.write_all([("1", note), ("2", erase)])

    assert [one for one in done if isinstance(one, Exception)] == []
    with runtime.database.snapshot() as tx:
        statement = "SELECT measure, sum(count) FROM {} GROUP BY measure HAVING sum(count) <> 0"
        own, summed = (
            {measure: int(count) for measure, count in tx.execute(text(statement.format(table)))}
            for table in ("activity", "tenant_activity")
        )
    assert own == summed == {"writes.added": 1}
