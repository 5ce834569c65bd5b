"""Requests that meet are answered together."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class Together(Generic[J, R]):
    def __init__(
        self,
        answer: Callable[[Sequence[J], Callable[[], None]], Sequence[R | Exception]],
        workers: int,
        most: int = 8,
        worth: int = 4,
    ) -> None:
        self._answer = answer
        self._workers = workers
        self._most = most
        self._worth = worth
        self._waiting: deque[tuple[J, asyncio.Future[R]]] = deque()
        self._changed = threading.Condition()
        self._engaged = 0
        self._free = workers
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"search-{n}", daemon=True)
            for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    async def ask(self, job: J) -> R:
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        with self._changed:
            self._waiting.append((job, future))
            if self._ready():
                self._changed.notify()
        return await future

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _ready(self) -> bool:
        return bool(self._waiting) and (not self._engaged or len(self._waiting) >= self._worth)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ready() or self._closed)
                if not self._waiting:
                    return
                count = min(len(self._waiting), self._most)
                if not self._engaged and len(self._waiting) >= 2 * self._worth:
                    count = min(count, -(-len(self._waiting) // 2))
                taken = [self._waiting.popleft() for _ in range(count)]
                self._engaged += 1
                if self._ready():
                    self._changed.notify()
            gone = False

            def let_go() -> None:
                nonlocal gone
                if gone:
                    return
                gone = True
                with self._changed:
                    self._engaged -= 1
                    if self._ready():
                        self._changed.notify()

            outcomes: Sequence[Any]
            try:
                outcomes = self._answer([job for job, _ in taken], let_go)
            except BaseException as error:
                outcomes = [error] * len(taken)
            let_go()
            loop = taken[0][1].get_loop()
            loop.call_soon_threadsafe(_deliver, [f for _, f in taken], outcomes)
            del taken, outcomes


def _deliver(futures: Sequence[asyncio.Future[Any]], outcomes: Sequence[Any]) -> None:
    for future, outcome in zip(futures, outcomes, strict=True):
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
