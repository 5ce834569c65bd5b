"""Group commit: together durable, apart in failure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from memsvc.errors import InvalidRequest, StorageFull, Unavailable
from memsvc.store import state
from memsvc.store.database import Database
from memsvc.store.group_commit import Hooks
from memsvc.store.transaction import Tx


class Gate:
    """Holds the writer inside one job, so that those behind it gather into one group."""

    def __init__(self, database: Database) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=lambda: database.write(self._wait))
        self.thread.start()
        self.entered.wait()

    def _wait(self, _tx: Tx) -> None:
        self.entered.set()
        self.opened.wait()

    def open(self) -> None:
        self.opened.set()
        self.thread.join()


def put(name: str) -> Callable[[Tx], None]:
    return lambda tx: state.put(tx, name, "1")


def held(database: Database, name: str) -> bool:
    with database.snapshot() as tx:
        return state.get(tx, name) == "1"


def test_a_failing_request_takes_nothing_of_its_group_along(database: Database) -> None:
    def fails(tx: Tx) -> None:
        state.put(tx, "broken", "1")
        raise InvalidRequest("no")

    gate = Gate(database)
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(database.write, job) for job in (put("a"), fails, put("b"))]
        gate.open()
    assert isinstance(jobs[1].exception(), InvalidRequest)
    assert jobs[0].exception() is None
    assert jobs[2].exception() is None
    assert [held(database, name) for name in ("a", "broken", "b")] == [True, False, True]


def test_a_defect_in_one_request_reaches_only_its_caller(database: Database) -> None:
    def duplicate(tx: Tx) -> None:
        tx.execute(text("INSERT INTO service_state VALUES ('twice', '1'), ('twice', '2')"))

    with pytest.raises(IntegrityError):
        database.write(duplicate)
    database.write(lambda tx: state.put(tx, "after", "1"))
    assert held(database, "after")


def test_nobody_is_answered_before_the_commit(database: Database) -> None:
    order: list[str] = []
    database.hook(Hooks(before_commit=lambda: order.append("keys durable")))

    def work(tx: Tx) -> None:
        tx.after_commit.append(lambda: order.append(f"committed: {held(database, 'a')}"))
        state.put(tx, "a", "1")

    database.write(work)
    order.append("answered")
    assert order == ["keys durable", "committed: True", "answered"]


def test_a_commit_that_fails_fails_everybody_and_stores_nothing(database: Database) -> None:
    def full() -> None:
        raise StorageFull

    database.hook(Hooks(before_commit=full))
    followed: list[int] = []

    def work(tx: Tx) -> None:
        state.put(tx, "a", "1")
        tx.after_commit.append(lambda: followed.append(1))

    with pytest.raises(StorageFull):
        database.write(work)
    assert not held(database, "a")
    assert not followed


def test_notes_of_a_request_are_seen_by_its_group_and_only_if_it_held(database: Database) -> None:
    seen: list[object] = []

    def notes(tx: Tx) -> None:
        tx.note("good", 1)

    def breaks(tx: Tx) -> None:
        tx.note("bad", 1)
        raise InvalidRequest("no")

    def looks(tx: Tx) -> None:
        seen.extend([tx.noted("good"), tx.noted("bad")])

    gate = Gate(database)
    threads = []
    for job in (notes, breaks, looks):
        thread = threading.Thread(target=_quietly, args=(database, job))
        thread.start()
        threads.append(thread)
        # The order of arrival is the order within the group.
        while not any(waiting.work is job for waiting in database._writer._jobs):
            pass
    gate.open()
    for thread in threads:
        thread.join()
    assert seen == [1, None]
    database.write(looks)
    assert seen[2:] == [None, None]


def _quietly(database: Database, job: Callable[[Tx], None]) -> None:
    try:
        database.write(job)
    except InvalidRequest:
        return


def test_what_fails_after_the_commit_does_not_deny_it(database: Database) -> None:
    def fails() -> None:
        raise ValueError

    def work(tx: Tx) -> str:
        state.put(tx, "a", "1")
        tx.after_commit.append(fails)
        return "done"

    assert database.write(work) == "done"
    assert held(database, "a")


def test_submitted_writes_are_finished_at_close_and_later_ones_refused(database: Database) -> None:
    gate = Gate(database)
    with ThreadPoolExecutor(2) as pool:
        job = pool.submit(database.write, put("a"))
        closing = pool.submit(database.close)
        gate.open()
        assert job.exception() is None
        closing.result()
    with pytest.raises(Unavailable):
        database.write(lambda _tx: None)
