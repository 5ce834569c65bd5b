"""Requests that meet are answered together.

A thread a request is the usual way, and costs more than the search: with eight clients its threads
changed places 35 times for every answer. Here few threads take what waits: one run of the model,
one snapshot and one pass over the vectors serve several, and nobody waits on a timer.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar

from memsvc.errors import Unavailable

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

MOST = 8
"""Requests answered together: bounds how long the first waits for the last. The model runs through
four at a time nearly as well as through more."""

WORTH_A_START = 3
"""Requests that have to wait before a second group starts while one is with the model."""

LetGo = Callable[[], None]


class Gatherer(Generic[Asked, Answer]):
    """Groups of requests, each answered by one of `threads` threads.

    `answer` is given the requests of a group and something to call when its work with the model is
    done, so that the next group may start. It returns an answer, or an error to raise, for each.
    """

    def __init__(
        self,
        answer: Callable[[Sequence[Asked], LetGo], Sequence[Answer | Exception]],
        threads: int,
    ) -> None:
        self._answer = answer
        self._waiting: deque[_Request[Asked, Answer]] = deque()
        self._changed = threading.Condition()
        self._starting = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"gathering-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def ask(self, asked: Asked) -> Answer:
        """The answer; raises what `answer` gave or raised, and Unavailable after `close`."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        with self._changed:
            if self._closed:
                raise Unavailable("The service is shutting down; try again.", retry_after=1)
            self._waiting.append(_Request(asked, future))
            self._wake()
        return await future

    def close(self) -> None:
        """Answer what waits, then stop."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _wake(self) -> None:
        if self._may_start():
            self._changed.notify()

    def _may_start(self) -> bool:
        """Whether a group is worth starting: small ones side by side cost more than one larger."""
        if not self._starting:
            return bool(self._waiting)
        return len(self._waiting) >= WORTH_A_START

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._may_start() or self._closed)
                if not self._waiting:
                    return
                group = self._take()
                self._starting += 1
                # What is left may be worth another thread.
                self._wake()
            self._serve(group)
            # A thread that waits must not keep what it answered last.
            del group

    def _take(self) -> list[_Request[Asked, Answer]]:
        """All that wait, or half where that leaves a group for somebody else."""
        count = len(self._waiting)
        if count >= 2 * WORTH_A_START:
            count = (count + 1) // 2
        return [self._waiting.popleft() for _ in range(min(count, MOST))]

    def _serve(self, group: list[_Request[Asked, Answer]]) -> None:
        starting = True

        def let_go() -> None:
            nonlocal starting
            if starting:
                starting = False
                with self._changed:
                    self._starting -= 1
                    self._wake()

        answers: Sequence[Answer | BaseException]
        try:
            answers = self._answer([one.asked for one in group], let_go)
        except BaseException as error:  # noqa: BLE001 - raised again in each request
            answers = [error] * len(group)
        let_go()
        loop = group[0].future.get_loop()
        with suppress(RuntimeError):  # the loop is closed, and whoever asked is gone with it
            loop.call_soon_threadsafe(_settle, [one.future for one in group], answers)


class _Request(NamedTuple, Generic[Asked, Answer]):
    asked: Asked
    future: asyncio.Future[Answer]


def _settle(
    futures: Sequence[asyncio.Future[Answer]], answers: Sequence[Answer | BaseException]
) -> None:
    for future, answer in zip(futures, answers, strict=True):
        if future.done():
            # Whoever asked has gone.
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
