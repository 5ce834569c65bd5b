"""Between two steps of a forget request: what others do then, and what a crash leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from memsvc.clock import FixedClock
from memsvc.core.forget_request import RequestStatus, Step
from memsvc.core.memory import Event
from memsvc.core.order import Order, OrderMode, Selector
from memsvc.operations.examine_work import examine_work
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import carry_out, decide, verify
from memsvc.operations.forgetting import resume as resuming
from memsvc.operations.forgetting.resume import raise_alarms, resume
from memsvc.operations.known import Written
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.scan import residue
from memsvc.operations.subjects.alias import Registration, look_up, register
from memsvc.operations.subjects.restrict import lift, restrict
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import selections
from tests.operations.forgetting import (
    OPERATOR,
    TENANT,
    carried_out,
    derived,
    ids_there,
    is_there,
    order,
    people,
    said,
    standing_of,
)
from tests.operations.remembering import SCOPE, remember

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


class _Keyring:
    """A keyring that has something happen instead of, or before, the destruction of keys."""

    def __init__(self, keyring: Any, shred: Callable[[Any, list[int]], int]) -> None:
        self._keyring, self._shred = keyring, shred

    def __getattr__(self, name: str) -> Any:
        return getattr(self._keyring, name)

    def shred(self, slots: Iterable[int], _agent: int | None = None) -> int:
        return self._shred(self._keyring, list(slots))


def test_keys_that_were_not_destroyed_are_noticed(runtime: Runtime) -> None:
    remember(runtime, said("Bob walked the long quay.", "bob", "b1"))
    order(runtime, people("bob"), "q1")
    careless: Any = _Keyring(runtime.keyring, lambda _keyring, _slots: 0)

    resume(replace(runtime, keyring=careless))

    failed = standing_of(runtime, "q1")
    assert failed.status is RequestStatus.FAILED
    assert failed.progress["verifier"]["keys_left"] == 1


def test_a_hold_comes_before_the_destruction_or_holds_nothing(runtime: Runtime) -> None:
    remember(runtime, said("Bob walked the long quay.", "bob", "b1"))
    order(runtime, people("bob"), "q1")
    claim = Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("b1",)), mode=OrderMode.TWO_PHASE)
    order(runtime, claim, "claim")

    def hold_and_shred(keyring: Any, slots: list[int]) -> int:
        if slots and standing_of(runtime, "claim").status is RequestStatus.RECEIVED:
            held = decide.hold(runtime, TENANT, OPERATOR, "claim", "A lawsuit.")
            assert held.progress["counts"]["memories"] == 0
        return int(keyring.shred(slots))

    late: Any = _Keyring(runtime.keyring, hold_and_shred)
    resume(replace(runtime, keyring=late))

    assert standing_of(runtime, "claim").status is RequestStatus.HELD
    assert standing_of(runtime, "q1").status is RequestStatus.CLOSED


def test_what_rests_on_the_erased_alone_goes_whoever_erased_it(runtime: Runtime) -> None:
    remember(
        runtime,
        said("Bob walked the long quay.", "bob", "b1"),
        said("Ana likes green tea.", "ana", "a1"),
    )
    remember(runtime, derived("They walk, and then they drink tea.", "d1", "b1", "a1"))
    order(runtime, people("bob"), "q1")
    order(runtime, people("ana"), "q2")

    resume(runtime)

    assert ids_there(runtime, "b1", "a1", "d1") == set()


def test_what_rests_on_the_erased_alone_goes_when_an_agent_erased_the_rest(
    runtime: Runtime,
) -> None:
    remember(
        runtime,
        said("Bob walked the long quay.", "bob", "b1"),
        said("Ana likes green tea.", "ana", "a1"),
    )
    remember(runtime, derived("They walk, and then they drink tea.", "d1", "b1", "a1"))
    order(runtime, people("bob"), "q1")
    delete_memory(runtime, SCOPE, "a1")

    resume(runtime)

    assert not is_there(runtime, "d1")


def test_what_lost_its_sources_while_it_was_kept_goes_when_it_is_let_go(runtime: Runtime) -> None:
    remember(runtime, said("Bob walked the long quay.", "bob", "b1"))
    remember(runtime, derived("Ana says that there is a quay.", "d1", "b1", user_id="ana"))
    restrict(runtime, TENANT, OPERATOR, "ana")
    delete_memory(runtime, SCOPE, "b1")

    lift(runtime, TENANT, OPERATOR, "ana")

    assert not is_there(runtime, "d1")


def test_a_receipt_tells_when_the_last_key_was_destroyed(runtime: Runtime) -> None:
    early = replace(runtime, clock=FixedClock(NOW))
    late = replace(runtime, clock=FixedClock(NOW + timedelta(days=20)))
    remember(early, said("Bob walked the long quay.", "bob", "b1"))
    restrict(early, TENANT, OPERATOR, "bob")
    request = carried_out(early, order(early, people("bob"), "q1"))
    assert request.status is RequestStatus.PARTIAL

    lift(late, TENANT, OPERATOR, "bob")
    closed = carried_out(late, request)

    assert closed.status is RequestStatus.CLOSED
    assert closed.progress["keys"] == closed.progress["counts"]["memories"] == 1
    assert datetime.fromisoformat(closed.progress["steps"]["shred"]) == late.clock.now()


def test_an_alias_that_came_late_goes_with_the_person(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(runtime, said("Bob walked the long quay.", "bob", "b1"))
    order(runtime, people("bob"), "q1")
    shred = carry_out.shred

    def register_and_shred(*given: Any) -> None:
        register(runtime, TENANT, OPERATOR, Registration("bob", ["bob@example.org"], ["Bob Reis"]))
        shred(*given)

    monkeypatch.setattr(resuming, "STEPS", {**resuming.STEPS, Step.SHRED: register_and_shred})
    resume(runtime)

    assert standing_of(runtime, "q1").status is RequestStatus.CLOSED
    assert look_up(runtime, TENANT, "bob").identities == ("bob",)
    assert look_up(runtime, TENANT, "bob").names == ()


def test_a_write_to_an_agent_that_is_going_is_not_lost(
    pair: tuple[Runtime, Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = pair
    remember(ours, said("Bob walked the long quay.", "bob", "b1"))
    remember(theirs, said("Ana likes green tea.", "ana", "a1"))
    order(ours, Order(Selector(agent_id=SCOPE.agent_id)), "q1")
    is_empty = selections.is_empty
    answers: list[list[Written]] = []
    writers: list[threading.Thread] = []

    def write_meanwhile(tx: Any, agent_key: int) -> bool:
        empty = is_empty(tx, agent_key)
        if empty and not writers:
            offer = [said("Eve is new here.", "eve", "e1")]
            writers.append(
                threading.Thread(target=lambda: answers.append(write(theirs, SCOPE, offer)))
            )
            writers[0].start()
            writers[0].join(0.5)
        return empty

    monkeypatch.setattr(selections, "is_empty", write_meanwhile)
    resume(ours)
    writers[0].join()

    assert [one.event for one in answers[0]] == [Event.ADDED]
    assert [one.id for one in list_memories(ours, SCOPE, Listing()).memories] == ["e1"]


def test_a_database_put_back_from_before_does_not_wait_for_ever(runtime: Runtime) -> None:
    """The request's key went when it was closed; the ledger has repeated what it erased."""
    remember(runtime, said("Bob walked the long quay.", "bob", "b1"))
    request = order(runtime, people("bob"), "q1")
    assert request.key_slot is not None
    runtime.keyring.shred([request.key_slot])

    resume(runtime)

    # The row is there still: somebody has to look.
    assert standing_of(runtime, "q1").status is RequestStatus.FAILED
    assert not is_there(runtime, "b1")


def test_the_doctor_tells_of_requests_that_failed_or_are_late(runtime: Runtime) -> None:
    remember(runtime, said("Bob walked the long quay.", "bob", "b1"))
    request = order(runtime, people("bob"), "q1")
    assert request.key_slot is not None
    runtime.keyring.shred([request.key_slot])
    resume(runtime)
    waits = people("ana", mode=OrderMode.TWO_PHASE)
    order(replace(runtime, clock=FixedClock(NOW)), waits, "q2")
    raise_alarms(replace(runtime, clock=FixedClock(NOW + timedelta(days=40))))

    found = examine_work(runtime.database, runtime.clock.now(), timedelta(minutes=1))

    told = [one.found for one in found if "forget requests" in one.found]
    assert told == ["forget requests that failed: 1", "forget requests past their time: 1"]
