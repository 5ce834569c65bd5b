"""Group commit: the writes of concurrent requests share one durable transaction.

A commit costs a flush to disk whatever it holds. One writer thread takes every request that is
waiting, runs each under its own savepoint, commits once, and only then lets any of them answer.
While it flushes, the next group gathers by itself, so nobody waits on a timer.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from memsvc.errors import Unavailable
from memsvc.store.failures import is_conflict, translated
from memsvc.store.prepared import run
from memsvc.store.statistics_tables import PARTS
from memsvc.store.sums import settle
from memsvc.store.transaction import Tx

T = TypeVar("T")

log = logging.getLogger(__name__)

TRIES = 3
"""How often a request is tried again whose transaction another process's crossed."""

MAX_GROUP = 64
"""Requests in one transaction: bounds how long the first of them waits for the last."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What keeps keys does its part here, on the writer's thread.

    `done` within each request's savepoint once its work is; `undone` when that was rolled back;
    `before_commit` after the last request of a group and before its COMMIT: what has to be durable
    before the rows are is made so there.
    """

    done: Callable[[Tx], None] = lambda _tx: None
    undone: Callable[[], None] = lambda: None
    before_commit: Callable[[], None] = lambda: None


class GroupCommitter:
    """The one writer of a database."""

    def __init__(self, engine: Engine) -> None:
        self.hooks = Hooks()
        self._engine = engine
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._part = secrets.randbelow(PARTS)
        self._thread = threading.Thread(target=self._run, name="memsvc-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Tx], T], about: str = "") -> T:
        """Run `work` in the next group; returns its result once that is durable.

        Raises what `work` raised (nothing of it is stored then), StorageFull or Unavailable when
        the group could not be committed.
        """
        job = _Job(work, about)
        self._submit([job])
        result: T = job.future.result()
        return result

    def write_all(self, works: Sequence[tuple[str, Callable[[Tx], T]]]) -> list[T | Exception]:
        """As `write` for each, in one group if it has room; what one would raise is its result."""
        jobs = [_Job(work, about) for about, work in works]
        self._submit(jobs)
        return [job.outcome() for job in jobs]

    def alone(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on the writer's connection outside any transaction (VACUUM, checkpoint).

        The engine begins none on a connection that has the execution option `outside`.
        """
        job = _Job(work, outside=True)
        self._submit([job])
        result: T = job.future.result()
        return result

    def close(self) -> None:
        """Finish what was submitted, then stop."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _submit(self, jobs: Sequence[_Job]) -> None:
        with self._wake:
            if self._closing:
                raise Unavailable("The service is shutting down; try again.", retry_after=1)
            self._jobs.extend(jobs)
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._jobs and not self._closing:
                    self._wake.wait()
                if not self._jobs:
                    return
                group = self._take()
            if group[0].outside:
                self._run_alone(group[0])
            else:
                self._run_group(group)

    def _take(self) -> list[_Job]:
        group = [self._jobs.popleft()]
        while (
            not group[0].outside
            and self._jobs
            and not self._jobs[0].outside
            and len(group) < MAX_GROUP
        ):
            group.append(self._jobs.popleft())
        # Stable: requests about the same thing keep their order.
        return sorted(group, key=attrgetter("about"))

    def _run_alone(self, job: _Job) -> None:
        try:
            with self._engine.connect().execution_options(outside=True) as connection:
                job.result = job.work(connection)
        except BaseException as error:  # noqa: BLE001 - belongs to the caller, who raises it
            job.error = translated(error)
        job.settle()

    def _run_group(self, group: list[_Job]) -> None:
        after_commit: list[Callable[[], None]] = []
        try:
            with self._engine.connect() as connection, connection.begin():
                notes: dict[Hashable, Any] = {}
                done = [tx for job in group if (tx := self._run_job(job, connection, notes))]
                after_commit += [follow for tx in done for follow in tx.after_commit]
                self._end(done, Tx(connection, group_notes=notes))
                if any(job.error is None for job in group):
                    self.hooks.before_commit()
        except BaseException as error:  # noqa: BLE001 - belongs to the callers, who raise it
            self.hooks.undone()
            if is_conflict(error) and any(job.tries < TRIES for job in group):
                self._run_apart(group)
                return
            for job in group:
                job.error = job.error or translated(error)
        else:
            _follow(after_commit)
        for job in group:
            job.settle()

    def _end(self, done: Sequence[Tx], tx: Tx) -> None:
        """What waits for the last request of a group: sums are written once for all of them."""
        for _, end in sorted((end for one in done for end in one.at_end), key=itemgetter(0)):
            end(Tx(tx.connection, group_notes=tx.group_notes))
        sums: Counter[Hashable] = Counter()
        for one in done:
            sums.update(one.sums)
        if sums:
            settle(tx, sums, self._part)

    def _run_apart(self, group: list[_Job]) -> None:
        """One by one: another process's transaction crossed one of these."""
        for job in group:
            job.tries += 1
            job.error = None
            self._run_group([job])

    def _run_job(self, job: _Job, connection: Connection, notes: dict[Hashable, Any]) -> Tx | None:
        """What the job did, None when it was undone."""
        tx = Tx(connection, group_notes=notes)
        run(tx, "SAVEPOINT request")
        try:
            job.result = job.work(tx)
            self.hooks.done(tx)
        except BaseException as error:
            if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError):
                # The database itself failed: SQLite may have rolled back the whole transaction.
                raise
            run(tx, "ROLLBACK TO request")
            self.hooks.undone()
            job.error = error
            return None
        run(tx, "RELEASE request")
        notes.update(tx.own_notes)
        return tx


def _follow(after_commit: list[Callable[[], None]]) -> None:
    """Let indexes follow before anyone is answered: a writer reads its own write at once."""
    for follow in after_commit:
        try:
            follow()
        except Exception:
            # The rows are durable; an index that could not follow catches up from SQL.
            log.exception("after_commit_failed")


class _Job:
    """One request's work, waiting for its group."""

    def __init__(
        self, work: Callable[[Any], Any], about: str = "", *, outside: bool = False
    ) -> None:
        self.work = work
        self.about = about
        self.outside = outside
        self.future: Future[Any] = Future()
        self.tries = 0
        self.result: Any = None
        self.error: BaseException | None = None

    def outcome(self) -> Any:
        """The result, or the error, once the group is done."""
        try:
            return self.future.result()
        except Exception as error:  # noqa: BLE001 - handed on as a value
            return error

    def settle(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)
