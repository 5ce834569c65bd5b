"""Feedback, on every database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.decay import Policy
from memsvc.core.fading import Decay, DecayPolicies
from memsvc.core.memory import Draft, Memory
from memsvc.core.reinforcement import Outcome, reinforced
from memsvc.errors import IdempotencyMismatch, NotFound
from memsvc.operations.feedback import Told, give_feedback, tellings
from memsvc.operations.forget import delete_memory
from memsvc.operations.once import Once
from memsvc.operations.read import get_memory
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.store import feedback as told_of
from memsvc.wiring import build_runtime
from tests.operations.fading import BROAD, after, decaying, tell
from tests.operations.remembering import NOW, SCOPE, remember, standing

ONE = Draft(content="The harbour freezes.", id="one")
TWO = Draft(content="The harbour thaws.", id="two")


@pytest.fixture
def held(runtime: Runtime) -> Runtime:
    """A runtime with two memories, at NOW."""
    runtime = standing(runtime)
    remember(runtime, ONE, TWO)
    return runtime


def strength(memory: Memory) -> tuple[float, float]:
    return memory.stability_days, memory.difficulty


def log(runtime: Runtime) -> list[tuple[int, str]]:
    with runtime.database.snapshot() as tx:
        rows = list(told_of.everything(tx))
    return [(row.number, row.outcome) for row in rows if row.outcome is not None]


def test_a_use_makes_a_memory_stronger_and_its_time_begin_anew(held: Runtime) -> None:
    later = after(held, 7)

    assert tell(later, Outcome.USED, "one") == 1

    used, other = (get_memory(later, SCOPE, one) for one in ("one", "two"))
    assert strength(used) == reinforced(Policy.FSRS, 7.0, 5.0, 7.0, Outcome.USED)
    assert used.last_used_at == NOW + timedelta(days=7)
    assert used.use_count == 1
    # Neither wording nor version: a change under If-Match is not disturbed.
    assert (used.version, used.updated_at, used.content) == (1, NOW, ONE.content)
    assert (strength(other), other.last_used_at, other.use_count) == ((7.0, 5.0), None, 0)


def test_a_contradiction_is_no_use(held: Runtime) -> None:
    later = after(held, 7)

    assert tell(later, Outcome.CONTRADICTED, "one") == 1

    wrong = get_memory(later, SCOPE, "one")
    assert strength(wrong) == reinforced(Policy.FSRS, 7.0, 5.0, 7.0, Outcome.CONTRADICTED)
    assert (wrong.last_used_at, wrong.use_count) == (None, 0)


def test_several_items_about_one_memory_count_in_their_order(held: Runtime) -> None:
    later = after(held, 7)
    told = [
        Told("one", Outcome.USED),
        Told("two", Outcome.PARTLY),
        Told("one", Outcome.CONTRADICTED),
        Told("one", Outcome.CONFIRMED),
    ]

    assert give_feedback(later, SCOPE, told) == 2

    expected = reinforced(Policy.FSRS, 7.0, 5.0, 7.0, Outcome.USED)
    for outcome in (Outcome.CONTRADICTED, Outcome.CONFIRMED):
        expected = reinforced(Policy.FSRS, *expected, 0.0, outcome)
    one = get_memory(later, SCOPE, "one")
    assert strength(one) == expected
    assert one.use_count == 2
    assert log(later) == [(1, "used"), (1, "contradicted"), (1, "confirmed"), (2, "partly")]


def test_item_by_item_or_all_at_once_is_the_same(held: Runtime) -> None:
    write(held, Scope("default", "a2"), [ONE])
    outcomes = [Outcome.USED, Outcome.PARTLY, Outcome.CONTRADICTED, Outcome.CONFIRMED]
    later = after(held, 20)

    for outcome in outcomes:
        tell(later, outcome, "one")
    give_feedback(later, Scope("default", "a2"), [Told("one", outcome) for outcome in outcomes])

    one, other = (get_memory(later, scope, "one") for scope in (SCOPE, Scope("default", "a2")))
    assert strength(one) == strength(other)
    assert (one.use_count, one.last_used_at) == (other.use_count, other.last_used_at)


def test_a_burst_barely_moves_a_memory_and_spaced_uses_do(held: Runtime) -> None:
    for minute in range(100):
        tell(after(held, 7 + minute / 1440), Outcome.USED, "one")
    for use in range(1, 6):
        tell(after(held, 7 * use), Outcome.USED, "two")

    burst, spaced = (get_memory(held, SCOPE, one).stability_days for one in ("one", "two"))
    first = reinforced(Policy.FSRS, 7.0, 5.0, 7.0, Outcome.USED).stability_days
    assert first < burst < 1.03 * first
    assert spaced > 3 * burst


def test_a_search_goes_by_it_at_once_in_every_process(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = (standing(one) for one in pair)
    remember(ours, ONE, TWO)
    later = timedelta(days=60)

    def kept(runtime: Runtime) -> dict[str, float]:
        hits = search(after(runtime, 60), SCOPE, BROAD).found
        return {hit.memory.id: hit.retention for hit in hits}

    before = kept(theirs)
    assert before["one"] == before["two"] < 0.6
    tell(after(ours, 60), Outcome.USED, "one")
    assert kept(ours) == kept(theirs) == {"one": 1.0, "two": before["two"]}
    assert get_memory(theirs, SCOPE, "one").last_used_at == NOW + later


@pytest.mark.parametrize("policy", Policy)
def test_strength_grows_by_the_policy_of_the_kind(held: Runtime, policy: Policy) -> None:
    decaying(held, DecayPolicies(episodic=Decay(policy)))
    later = after(held, 3)

    tell(later, Outcome.USED, "one")

    one = get_memory(later, SCOPE, "one")
    assert strength(one) == reinforced(policy, 7.0, 5.0, 3.0, Outcome.USED)


def test_pinned_memories_grow_too(held: Runtime) -> None:
    remember(held, Draft(content="The harbour is deep.", id="pinned", pinned=True))

    assert tell(after(held, 7), Outcome.USED, "pinned") == 1
    assert get_memory(held, SCOPE, "pinned").stability_days > 7.0


def test_ids_that_no_memory_has_are_passed_over(held: Runtime) -> None:
    elsewhere, foreign = Scope("default", "a2"), Scope("other", "a1")
    soon = NOW + timedelta(days=1)
    write(held, elsewhere, [replace(ONE, id="theirs")])
    write(held, foreign, [replace(ONE, id="foreign")])
    remember(held, Draft(content="The harbour closes.", id="expired", expires_at=soon))
    delete_memory(held, SCOPE, "two")
    with held.database.snapshot() as tx:
        before = agents.find(tx, "default", "a1")

    ids = ["theirs", "foreign", "expired", "two", "nothing"]
    assert tell(after(held, 2), Outcome.USED, *ids) == 0

    with held.database.snapshot() as tx:
        assert agents.find(tx, "default", "a1") == before
    assert log(held) == []
    assert get_memory(held, elsewhere, "theirs").use_count == 0
    with pytest.raises(NotFound):
        give_feedback(held, Scope("default", "nobody"), [Told("one", Outcome.USED)])


def test_what_was_told_goes_with_its_memory(held: Runtime) -> None:
    tell(held, Outcome.USED, "one", "two")
    delete_memory(held, SCOPE, "one")

    assert log(held) == [(2, "used")]


def test_a_clock_that_jumped_back_counts_as_no_time(held: Runtime) -> None:
    tell(after(held, -30), Outcome.USED, "one")

    one = get_memory(held, SCOPE, "one")
    assert strength(one) == reinforced(Policy.FSRS, 7.0, 5.0, 0.0, Outcome.USED)
    assert one.stability_days == 7.0


def test_the_same_idempotency_key_counts_once(held: Runtime) -> None:
    later = after(held, 7)
    once = Once("key", "k1", b"body")
    told = [Told("one", Outcome.USED), Told("nothing", Outcome.USED)]

    assert [give_feedback(later, SCOPE, told, once) for _ in range(3)] == [1, 1, 1]
    assert get_memory(later, SCOPE, "one").use_count == 1
    with pytest.raises(IdempotencyMismatch):
        give_feedback(later, SCOPE, told, Once("key", "k1", b"other"))


def test_feedback_from_two_processes_at_once_all_counts(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = (standing(one) for one in pair)
    remember(ours, ONE)
    start = threading.Barrier(4)

    def often(runtime: Runtime) -> None:
        start.wait()
        for _ in range(5):
            tell(after(runtime, 7), Outcome.USED, "one")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(often, [ours, theirs] * 2))

    assert get_memory(ours, SCOPE, "one").use_count == 20
    assert len(log(theirs)) == 20
    first = reinforced(Policy.FSRS, 7.0, 5.0, 7.0, Outcome.USED).stability_days
    assert get_memory(ours, SCOPE, "one").stability_days == first


def test_a_restart_changes_nothing(tmp_path: Path, any_url: str) -> None:
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    with closing(build_runtime(settings, lambda _line: None)) as first:
        remember(standing(first), ONE, TWO)
        tell(after(first, 7), Outcome.USED, "one")
        tell(after(first, 9), Outcome.CONTRADICTED, "two")
        before = search(after(first, 40), SCOPE, BROAD).found
    with closing(build_runtime(settings, lambda _line: None)) as second:
        again = search(after(second, 40), SCOPE, BROAD).found

    assert [(one.memory, one.retention) for one in again] == [
        (one.memory, one.retention) for one in before
    ]


def test_everything_that_was_told_is_there_to_measure_policies_by(held: Runtime) -> None:
    tell(after(held, 7), Outcome.USED, "two")
    tell(after(held, 9), Outcome.CONTRADICTED, "two")

    found = [(one.memory.split(".")[1], one.at - NOW, one.outcome) for one in tellings(held)]

    assert found == [
        ("1", timedelta(0), None),
        ("2", timedelta(0), None),
        ("2", timedelta(days=7), Outcome.USED),
        ("2", timedelta(days=9), Outcome.CONTRADICTED),
    ]
