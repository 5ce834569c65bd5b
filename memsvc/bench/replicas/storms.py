"""What befalls the replicas and their database, at random moments."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from memsvc.bench.client import LoadFailed
from memsvc.bench.replicas.database import OwnDatabase
from memsvc.bench.replicas.witness import Witness
from memsvc.bench.served import Served

STARTS_S = 120.0
NOTICED_S = 1.5
"""Until the balancer has asked a replica that is back whether it is ready."""


class Storms:
    """Kills and restarts, one after the other, none of which ends before all is up again."""

    def __init__(
        self,
        replicas: Sequence[Served],
        database: OwnDatabase | None,
        witness: Witness,
        chance: random.Random,
    ) -> None:
        self._replicas = replicas
        self._database = database
        self._witness = witness
        self._random = chance
        self.counts: Counter[str] = Counter()
        self._kinds: list[tuple[str, Callable[[], None], int]] = [
            ("replica killed", self._kill, 5),
            ("two replicas killed", self._kill_two, 2),
            ("replica restarted", self._restart, 3),
        ]
        if database is not None:
            self._kinds += [
                ("database crashed", self._crash_database, 2),
                ("database restarted", self._restart_database, 1),
                ("replica killed while the database was down", self._both, 1),
            ]

    def one(self) -> str:
        """One of them, of any kind; which one it was."""
        [(name, storm, _)] = self._random.choices(self._kinds, [w for _, _, w in self._kinds])
        self.one_of(name, storm)
        return name

    def each(self) -> Sequence[Callable[[], str]]:
        """One of every kind, in random order."""
        kinds = self._random.sample(self._kinds, len(self._kinds))
        return [partial(self.one_of, name, storm) for name, storm, _ in kinds]

    def one_of(self, name: str, storm: Callable[[], None]) -> str:
        """That one."""
        storm()
        self.counts[name] += 1
        return name

    def _kill(self, count: int = 1) -> None:
        with self._witness.workers.span():
            chosen = self._random.sample(self._replicas, count)
            for one in chosen:
                one.kill()
            self._rest(1.5)
            for one in chosen:
                self._start(one)

    def _kill_two(self) -> None:
        self._kill(2)

    def _restart(self) -> None:
        """As an operator does it: asked to stop, then started."""
        with self._witness.restarts.span():
            one = self._random.choice(self._replicas)
            one.stop()
            self._start(one)

    def _crash_database(self) -> None:
        self._without_database(crash=True)

    def _restart_database(self) -> None:
        self._without_database(crash=False)

    def _both(self) -> None:
        with self._witness.workers.span():
            one = self._random.choice(self._replicas)
            self._without_database(crash=True, meanwhile=one.kill)
            self._start(one)

    def _without_database(
        self, *, crash: bool, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        assert self._database is not None, "only a database of our own is ended"
        with self._witness.database.span():
            self._database.end(crash=crash)
            meanwhile()
            self._rest(2.0)
            self._database.start()

    def _rest(self, most: float) -> None:
        threading.Event().wait(self._random.uniform(0, most))

    def _start(self, one: Served) -> None:
        """As whatever looks after processes does it: again until it stays up."""
        end = time.monotonic() + STARTS_S
        while True:
            try:
                one.start()
            except LoadFailed:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                break
        # No storm kills the only replicas that the balancer knows to be up.
        time.sleep(NOTICED_S)
