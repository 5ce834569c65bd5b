"""What a kind is kept for a time only is erased when that is over, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.memory import Draft, Kind
from memsvc.core.retaining import WITHOUT_END, RetentionPolicy
from memsvc.core.weights import STANDARD, Weights
from memsvc.errors import Unavailable
from memsvc.operations import retain
from memsvc.operations.configure import configure
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, get_agent, list_memories
from memsvc.operations.retain import LOOKED_UP_AGAIN, Retaining
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.sealed import SealedKeyring
from memsvc.store import agents, memories, retaining
from memsvc.wiring import build_runtime

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
SCOPE, OTHER, FOREIGN = Scope("default", "a1"), Scope("default", "a2"), Scope("acme", "a1")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def settings(tmp_path: Path, any_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})


@pytest.fixture
def runtime(settings: Settings, clock: FixedClock) -> Iterator[Runtime]:
    with closing(build_runtime(settings, lambda _line: None, clock=clock)) as runtime:
        yield runtime


def keep(runtime: Runtime, scope: Scope = SCOPE, **days: int) -> None:
    configure(runtime, scope, AgentSettings(STANDARD, RetentionPolicy(**days)))


def put(runtime: Runtime, *ids: str, scope: Scope = SCOPE, **fields: object) -> None:
    drafts = [Draft(**({"content": f"About {id_}.", "id": id_} | fields)) for id_ in ids]  # type: ignore[arg-type]
    write(runtime, scope, drafts)


def held(runtime: Runtime, scope: Scope = SCOPE) -> set[str]:
    return {one.id for one in list_memories(runtime, scope, Listing()).memories}


def after(clock: FixedClock, passed: timedelta, runtime: Runtime, scope: Scope = SCOPE) -> set[str]:
    """What is left once that has passed and a new scheduler has looked."""
    clock.advance(passed)
    Retaining()(runtime)
    return held(runtime, scope)


def test_a_memory_goes_at_its_instant_and_not_before(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=90)
    put(runtime, "m1")
    assert after(clock, 90 * DAY - INSTANT, runtime) == {"m1"}
    assert after(clock, INSTANT, runtime) == set()


def test_each_kind_has_its_own_time(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=10, procedural=20)
    for kind in Kind:
        put(runtime, kind.value, kind=kind)
    assert after(clock, 10 * DAY, runtime) == {"semantic", "procedural"}
    assert after(clock, 10 * DAY, runtime) == {"semantic"}
    assert after(clock, 1000 * DAY, runtime) == {"semantic"}


def test_they_are_erased_for_real(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=1)
    put(runtime, "m1", user_id="ana", session_id="s1")
    assert search(runtime, SCOPE, Question("About m1")).found
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
        assert agent is not None
        row = memories.by_id(tx, agent.agent_key, "m1")
        assert row is not None
    assert after(clock, DAY, runtime) == set()

    assert search(runtime, SCOPE, Question("About m1")).found == []
    assert isinstance(runtime.keyring, SealedKeyring)
    assert runtime.keyring._slots.read([row.key_slot]) == {}
    assert get_agent(runtime, SCOPE).erasure_epoch == agent.erasure_epoch + 1


def test_what_was_derived_goes_with_its_last_source(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=10)
    put(runtime, "old")
    clock.advance(5 * DAY)
    put(runtime, "young")
    put(runtime, "of old", kind=Kind.SEMANTIC, source_ids=("old",))
    put(runtime, "of both", kind=Kind.SEMANTIC, source_ids=("old", "young"))
    put(runtime, "of nothing", kind=Kind.SEMANTIC)
    assert after(clock, 5 * DAY, runtime) >= {"young", "of nothing"}
    assert "of old" not in held(runtime)
    assert after(clock, 5 * DAY, runtime) == {"of nothing"}


def test_pinned_memories_stay_until_they_are_let_go(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=10)
    put(runtime, "m1", "m2")
    revise(runtime, SCOPE, "m1", Revision({"pinned": True}))
    assert after(clock, 30 * DAY, runtime) == {"m1"}
    revise(runtime, SCOPE, "m1", Revision({"pinned": False}))
    assert after(clock, timedelta(0), runtime) == set()


def test_one_pinned_after_it_was_looked_up_stays(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=10)
    put(runtime, "m1", "m2")
    job = Retaining()
    assert job(runtime) == 0
    revise(runtime, SCOPE, "m1", Revision({"pinned": True}))
    clock.advance(10 * DAY)
    assert job(runtime) == 1
    assert held(runtime) == {"m1"}


def test_what_is_restricted_is_left_alone(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=10)
    put(runtime, "m1", "m2")
    restrict(runtime, "m1", True)
    assert after(clock, 30 * DAY, runtime) == set(), "nobody sees either"
    restrict(runtime, "m1", False)
    assert held(runtime) == {"m1"}, "and only one is erased"
    assert after(clock, timedelta(0), runtime) == set()


def restrict(runtime: Runtime, memory_id: str, restricted: bool) -> None:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
        assert agent is not None
        number = memories.numbers_of(tx, agent.agent_key, [memory_id])[memory_id]
    runtime.database.write(
        lambda tx: memories.change(tx, agent.agent_key, number, {"restricted": restricted})
    )


def test_other_agents_and_tenants_are_not_concerned(runtime: Runtime, clock: FixedClock) -> None:
    keep(runtime, episodic=1)
    keep(runtime, OTHER, episodic=5)
    for scope in (SCOPE, OTHER, FOREIGN):
        put(runtime, "m1", scope=scope)
    assert after(clock, DAY, runtime) == set()
    assert [held(runtime, scope) for scope in (OTHER, FOREIGN)] == [{"m1"}, {"m1"}]
    assert after(clock, 4 * DAY, runtime, OTHER) == set()
    assert held(runtime, FOREIGN) == {"m1"}


def test_a_policy_survives_a_restart_and_holds_in_every_process(
    runtime: Runtime, settings: Settings, clock: FixedClock
) -> None:
    policy = RetentionPolicy(episodic=3, semantic=36_500)
    weights = Weights(0.3, 0.2, 0.1)
    configure(runtime, SCOPE, AgentSettings(weights, policy))
    put(runtime, "m1")
    with closing(build_runtime(settings, lambda _line: None, clock=clock)) as other:
        agent = get_agent(other, SCOPE)
        assert (agent.settings.weights, agent.settings.retention) == (weights, policy)
        assert after(clock, 3 * DAY, other) == set()
        configure(other, SCOPE, AgentSettings(weights))
    assert get_agent(runtime, SCOPE).settings.retention == WITHOUT_END
    put(runtime, "m2")
    assert after(clock, 300 * DAY, runtime) == {"m2"}


def test_a_new_policy_reaches_what_is_there(runtime: Runtime, clock: FixedClock) -> None:
    put(runtime, "m1")
    job = Retaining()
    clock.advance(10 * DAY)
    for days, left in ((20, {"m1"}), (11, {"m1"}), (10, set())):
        keep(runtime, episodic=days)
        clock.advance(timedelta(minutes=0 if days == 20 else 1))
        job(runtime)
        assert held(runtime) == left


def test_a_policy_taken_back_in_time_spares_what_was_due(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking at the policies and the agent's lock."""
    keep(runtime, episodic=1)
    put(runtime, "m1")
    clock.advance(DAY)
    real = retain._erase

    def first_configure(*given: object) -> int:
        configure(runtime, SCOPE, AgentSettings(STANDARD))
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(retain, "_erase", first_configure)
    assert Retaining()(runtime) == 0
    assert held(runtime) == {"m1"}


def test_it_looks_once_a_minute_and_takes_its_time(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retain, "MOST", 5)
    monkeypatch.setattr(retain, "BATCH", 2)
    keep(runtime, episodic=1)
    put(runtime, *(f"m{number:02}" for number in range(12)))
    job = Retaining()
    assert job(runtime) == 0
    clock.advance(DAY)
    # Oldest first, and at once as long as there is more.
    assert [job(runtime) for _ in range(4)] == [5, 5, 2, 0]
    put(runtime, "m99")
    clock.advance(DAY)
    assert job(runtime) == 1
    put(runtime, "late")
    clock.advance(timedelta(seconds=59))
    assert job(runtime) == 0


def test_the_database_is_asked_for_times_as_rarely_as_can_be(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retain, "REMEMBERED", 4)
    asked = 0
    real = retaining.oldest

    def oldest(*given: object) -> list[tuple[datetime, int]]:
        nonlocal asked
        asked += 1
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(retaining, "oldest", oldest)
    keep(runtime, episodic=1, semantic=2)
    for number in range(10):
        put(runtime, f"e{number}")
        put(runtime, f"s{number}", kind=Kind.SEMANTIC)
        clock.advance(timedelta(hours=1))
    job = Retaining()
    for _ in range(60):
        job(runtime)
        clock.advance(timedelta(minutes=1))
    assert asked == 2, "one look-up of each kind, an hour long"
    clock.advance(2 * DAY)
    assert job(runtime) == 20
    assert held(runtime) == set()


def test_what_comes_with_an_old_date_is_late_by_an_hour_at_most(
    runtime: Runtime, clock: FixedClock
) -> None:
    keep(runtime, episodic=10)
    put(runtime, "new")
    job = Retaining()
    job(runtime)
    put(runtime, "imported")
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
        assert agent is not None
        number = memories.numbers_of(tx, agent.agent_key, ["imported"])["imported"]
    old = {"created_at": NOON - 30 * DAY}
    runtime.database.write(lambda tx: memories.change(tx, agent.agent_key, number, old))
    clock.advance(LOOKED_UP_AGAIN)
    assert job(runtime) == 1
    assert held(runtime) == {"new"}


def test_one_agent_that_fails_does_not_stop_the_others(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scope in (SCOPE, OTHER):
        keep(runtime, scope, episodic=1)
        put(runtime, "m1", scope=scope)
    clock.advance(DAY)
    real, failing = retain._erase, get_agent(runtime, SCOPE).agent_key

    def erase(runtime: Runtime, agent_key: int, numbers: list[int], now: datetime) -> int:
        if agent_key == failing:
            raise Unavailable("The disk is away.")
        return real(runtime, agent_key, numbers, now)

    job = Retaining()
    with monkeypatch.context() as patch:
        patch.setattr(retain, "_erase", erase)
        with pytest.raises(Unavailable):
            job(runtime)
    assert (held(runtime), held(runtime, OTHER)) == ({"m1"}, set())
    clock.advance(timedelta(minutes=1))
    assert job(runtime) == 1
    assert held(runtime) == set()
