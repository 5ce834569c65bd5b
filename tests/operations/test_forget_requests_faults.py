"""Forget requests: ids that are used again, keys that go, and readers who stay."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.forget_request import RequestStatus
from memsvc.core.order import OrderMode, Selector
from memsvc.errors import AlreadyExists, WrongState
from memsvc.operations.forget_selected import Forgotten, forget_selected
from memsvc.operations.forgetting import close, decide, verify
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.forgetting.words import open_words
from memsvc.operations.purge import drop_idempotency_records, purge, purge_now
from memsvc.operations.scan import residue
from memsvc.runtime import Runtime
from memsvc.store import state
from memsvc.store.sqlite import READERS_AWAITED_MS
from memsvc.wiring import build_runtime
from tests.operations.forgetting import (
    OPERATOR,
    TENANT,
    carried_out,
    derived,
    ids_there,
    is_there,
    order,
    people,
    remember_two,
    said,
    standing_of,
)
from tests.operations.remembering import SCOPE, remember

BOBS = Selector(subject_ids=("bob",), agent_id=SCOPE.agent_id)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def _on(folder: Path, **more: Any) -> Settings:
    return Settings(data_dir=folder, embedding={"backend": "hashing"}, **more)


def rejected(runtime: Runtime, request_id: str) -> None:
    decide.reject(runtime, TENANT, OPERATOR, request_id, "Not theirs.")


def cancelled(runtime: Runtime, request_id: str) -> None:
    decide.cancel(runtime, TENANT, OPERATOR, request_id)


def closed(runtime: Runtime, request_id: str) -> None:
    assert carried_out(runtime, standing_of(runtime, request_id)).status is RequestStatus.CLOSED


@pytest.mark.parametrize("end", [rejected, cancelled, closed])
def test_no_order_passes_for_one_that_is_over(
    runtime: Runtime, end: Callable[[Runtime, str], None]
) -> None:
    """A 202 is a promise that nobody is shown any of it: it must not be said of what stays."""
    remember_two(runtime)
    order(runtime, people("bob"), "q1")
    end(runtime, "q1")
    before = standing_of(runtime, "q1")

    refused = ["ana"] if end is closed else ["ana", "bob"]
    for who in refused:
        with pytest.raises(AlreadyExists) as told:
            order(runtime, people(who), "q1")
        assert before.status in str(told.value)
    if end is closed:
        # The same order again, by a caller who heard no answer.
        assert order(runtime, people("bob"), "q1") == before
    assert is_there(runtime, "a1")
    assert standing_of(runtime, "q1") == before
    order(runtime, people("ana"), "q2")
    assert not is_there(runtime, "a1")


def test_an_order_delivered_twice_at_one_moment_is_one(pair: tuple[Runtime, Runtime]) -> None:
    remember(pair[0], *(said(f"Lantern number {n} is lit.", "bob", f"b{n}") for n in range(20)))
    for number in range(8):
        together = threading.Barrier(2)
        told: list[Any] = []

        def deliver(
            runtime: Runtime,
            request_id: str = f"q{number}",
            together: threading.Barrier = together,
            told: list[Any] = told,
        ) -> None:
            together.wait()
            try:
                told.append(order(runtime, people("bob"), request_id).holder)
            except Exception as error:  # noqa: BLE001 - shown by the assertion
                told.append(error)

        threads = [threading.Thread(target=deliver, args=(one,)) for one in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert told == [standing_of(pair[0], f"q{number}").holder] * 2


def test_the_key_of_a_rejected_order_is_destroyed(runtime: Runtime) -> None:
    remember_two(runtime)
    before = order(runtime, people("bob", reason="He wrote to us."), "q1")
    rejected(runtime, "q1")

    after = standing_of(runtime, "q1")
    with runtime.database.snapshot() as tx:
        assert open_words(runtime, tx, before) is None
        kept = open_words(runtime, tx, after)
    assert kept is not None
    assert kept.decision == "Not theirs."
    assert (kept.order.selector, kept.order.reason) == (Selector(), None)
    assert after.key_slot != before.key_slot


@pytest.mark.parametrize("decision", [decide.extend, decide.hold, decide.reject])
def test_nothing_is_decided_once_the_words_are_gone(runtime: Runtime, decision: Any) -> None:
    """As in a database that is older than the keys: those went when the request was closed."""
    remember_two(runtime)
    request = order(runtime, people("bob"), "q1")
    assert request.key_slot is not None
    runtime.keyring.shred([request.key_slot])

    with pytest.raises(WrongState):
        decision(runtime, TENANT, OPERATOR, "q1", "So many.")
    with pytest.raises(AlreadyExists):
        order(runtime, people("ana"), "q1")
    assert standing_of(runtime, "q1") == request
    assert not is_there(runtime, "b1")


def test_two_days_later_no_order_passes_for_one_that_is_closed(tmp_path: Path) -> None:
    """What it could be told by is destroyed by then."""
    clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    settings = Settings(data_dir=tmp_path, embedding={"backend": "hashing"})
    with closing(build_runtime(settings, lambda _line: None, clock=clock)) as runtime:
        remember_two(runtime)
        order(runtime, people("bob"), "q1")
        closed(runtime, "q1")
        clock.advance(timedelta(days=3))
        drop_idempotency_records(runtime)
        with pytest.raises(AlreadyExists):
            order(runtime, people("bob"), "q1")


def test_a_verified_request_is_not_extended_while_it_is_being_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(build_runtime(_on(tmp_path, tier="store"), lambda _line: None)) as runtime:
        remember_two(runtime)
        order(runtime, people("bob"), "q1")
        with monkeypatch.context() as patched:
            patched.setattr(close, "purge_now", lambda _runtime: False)
            resume(runtime)
        assert standing_of(runtime, "q1").status is RequestStatus.VERIFIED

        with pytest.raises(WrongState):
            decide.extend(runtime, TENANT, OPERATOR, "q1", "So many.")
        resume(runtime)
        assert standing_of(runtime, "q1").status is RequestStatus.CLOSED


def test_an_agent_is_told_what_it_forgot_and_not_what_is_held_back(runtime: Runtime) -> None:
    remember_two(runtime)
    remember(runtime, said("Bob sold the violin.", "bob", "b2"))
    order(runtime, people("bob", mode=OrderMode.TWO_PHASE), "q1")
    decide.hold(runtime, TENANT, OPERATOR, "q1", "A lawsuit.")

    for dry in (True, False):
        assert forget_selected(runtime, SCOPE, BOBS, OPERATOR, dry=dry) == Forgotten(0, 0)
    decide.release(runtime, TENANT, OPERATOR, "q1")
    assert ids_there(runtime, "b1", "b2", "of-bob", "of-both") == {"b1", "b2", "of-bob", "of-both"}


@pytest.mark.parametrize("batch", [1, 500])
def test_an_agents_forgetting_counts_each_memory_once(
    runtime: Runtime, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one batch demotes a later one may erase; the dry run comes to the same."""
    monkeypatch.setattr("memsvc.operations.forget_selected.BATCH", batch)
    remember_two(runtime)
    remember(
        runtime,
        said("Bob sold the violin.", "bob", "b2"),
        derived("Music and water go together for somebody.", "of-both-of-bobs", "b1", "b2"),
    )

    told = forget_selected(runtime, SCOPE, BOBS, OPERATOR, dry=True)
    assert told == Forgotten(erased=4, demoted=1)
    assert forget_selected(runtime, SCOPE, BOBS, OPERATOR) == told
    there = ids_there(runtime, "a1", "b1", "b2", "of-bob", "of-both", "of-both-of-bobs")
    assert there == {"a1", "of-both"}


def test_a_reader_who_stays_neither_holds_writers_up_nor_has_the_log_grow(tmp_path: Path) -> None:
    with closing(build_runtime(_on(tmp_path), lambda _line: None)) as runtime:
        words = "words here and there " * 40
        for at in range(10):
            told = (said(f"Ana {at} {n} {words}", "ana", f"a{at}-{n}") for n in range(50))
            remember(runtime, *told)
        remember(runtime, said("Bob repaired the old kayak.", "bob", "b1"))
        assert purge_now(runtime)
        order(runtime, people("bob"), "q1")
        log = tmp_path / "memsvc.db-wal"
        with runtime.database.snapshot() as tx:
            state.get(tx, state.PURGE_DUE)
            resume(runtime)
            assert standing_of(runtime, "q1").progress["waits_for"]["code"] == "log_in_use"
            size = log.stat().st_size
            for _ in range(5):
                resume(runtime)
                assert not purge(runtime, timedelta(0))
            assert log.stat().st_size == size < (tmp_path / "memsvc.db").stat().st_size
        resume(runtime)
        assert standing_of(runtime, "q1").status is RequestStatus.CLOSED


def test_a_purge_in_vain_stays_owed(tmp_path: Path) -> None:
    with closing(build_runtime(_on(tmp_path), lambda _line: None)) as runtime:
        remember_two(runtime)
        with runtime.database.snapshot() as tx:
            state.get(tx, state.PURGE_DUE)
            remember(runtime, said("Bob sold the violin.", "bob", "b2"))
            assert not purge_now(runtime)
        assert purge(runtime, timedelta(0))
        assert not purge(runtime, timedelta(0)), "nothing is owed any more"


def test_a_checkpoint_waits_for_those_who_come_and_go(tmp_path: Path) -> None:
    """And not each time for one who stays: nobody can write meanwhile."""
    with closing(build_runtime(_on(tmp_path), lambda _line: None)) as runtime:
        reading, over = threading.Event(), threading.Event()

        def read() -> None:
            with runtime.database.snapshot() as tx:
                state.get(tx, state.PURGE_DUE)
                reading.set()
                over.wait()

        remember_two(runtime)
        reader = threading.Thread(target=read)
        reader.start()
        reading.wait()
        threading.Timer(0.05, over.set).start()
        assert runtime.database.let_log_go()
        reader.join()

        with runtime.database.snapshot() as tx:
            state.get(tx, state.PURGE_DUE)
            remember(runtime, said("Bob sold the violin.", "bob", "b2"))
            began = perf_counter()
            assert not any(runtime.database.let_log_go() for _ in range(20))
            assert perf_counter() - began < 20 * READERS_AWAITED_MS / 1000 / 2
