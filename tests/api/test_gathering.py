"""Requests that meet are answered together, each with its own answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from memsvc.api.gathering import MOST, WORTH_A_START, Gatherer, LetGo
from memsvc.errors import NotFound, Unavailable


class Model:
    """Doubles numbers; groups wait at a gate, before or after they let go."""

    def __init__(self, *, lets_go_first: bool = False) -> None:
        self.groups: list[list[int]] = []
        self.gate = threading.Semaphore(0)
        self.entered = threading.Semaphore(0)
        self._lets_go_first = lets_go_first

    def __call__(self, asked: Sequence[int], let_go: LetGo) -> list[int | Exception]:
        self.groups.append(list(asked))
        if self._lets_go_first:
            let_go()
        self.entered.release()
        assert self.gate.acquire(timeout=10)
        if -1 in asked:
            raise RuntimeError("broken")
        return [NotFound("odd") if one % 2 else 2 * one for one in asked]

    async def busy(self) -> None:
        """Once another group has come in."""
        assert await asyncio.to_thread(self.entered.acquire, True, 10)

    def open(self, groups: int = 100) -> None:
        self.gate.release(groups)


def play(
    model: Model, scene: Callable[[Gatherer[int, int]], Coroutine[Any, Any, None]], threads: int = 2
) -> None:
    async def run() -> None:
        gatherer: Gatherer[int, int] = Gatherer(model, threads)
        try:
            await scene(gatherer)
        finally:
            model.open()
            await asyncio.to_thread(gatherer.close)

    asyncio.run(run())


def asking(gatherer: Gatherer[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    return [asyncio.create_task(gatherer.ask(one)) for one in numbers]


def test_one_alone_does_not_wait_for_others() -> None:
    model = Model()
    model.open()

    async def scene(gatherer: Gatherer[int, int]) -> None:
        assert await gatherer.ask(4) == 8

    play(model, scene)
    assert model.groups == [[4]]


def test_those_that_wait_go_together_and_each_gets_its_own() -> None:
    model = Model()

    async def scene(gatherer: Gatherer[int, int]) -> None:
        first = asking(gatherer, 0)
        await model.busy()
        others = asking(gatherer, 3, 4)
        await asyncio.sleep(0.05)
        assert model.groups == [[0]], "two are not worth a second start"
        model.open()
        three, four = await asyncio.gather(*others, return_exceptions=True)
        assert (await first[0], four) == (0, 8)
        assert isinstance(three, NotFound)

    play(model, scene)
    assert model.groups == [[0], [3, 4]]


def test_enough_of_them_start_beside_the_first() -> None:
    model = Model()

    async def scene(gatherer: Gatherer[int, int]) -> None:
        first = asking(gatherer, 0)
        await model.busy()
        others = asking(gatherer, *range(2, 2 + WORTH_A_START))
        await model.busy()
        model.open()
        await asyncio.gather(*first, *others, return_exceptions=True)

    play(model, scene)
    assert [len(group) for group in model.groups] == [1, WORTH_A_START]


def test_the_next_group_starts_when_the_model_is_let_go() -> None:
    model = Model(lets_go_first=True)

    async def scene(gatherer: Gatherer[int, int]) -> None:
        first = asking(gatherer, 0)
        await model.busy()
        second = asking(gatherer, 2)
        await model.busy()
        model.open()
        assert await asyncio.gather(*first, *second) == [0, 4]

    play(model, scene)


def test_groups_are_bounded() -> None:
    model = Model()

    async def scene(gatherer: Gatherer[int, int]) -> None:
        first = asking(gatherer, 0)
        await model.busy()
        others = asking(gatherer, *range(0, 100, 2))
        model.open()
        assert await asyncio.gather(*first, *others) == [0, *range(0, 200, 4)]

    play(model, scene, threads=1)
    assert all(len(group) <= MOST for group in model.groups)
    assert len(model.groups) <= 2 + 50 // WORTH_A_START


def test_a_failure_is_raised_in_each_and_the_thread_lives_on() -> None:
    model = Model()
    model.open()

    async def scene(gatherer: Gatherer[int, int]) -> None:
        for _ in range(3):
            with pytest.raises(RuntimeError, match="broken"):
                await gatherer.ask(-1)
        assert await gatherer.ask(2) == 4

    play(model, scene)


def test_one_that_has_gone_does_not_disturb_the_others() -> None:
    model = Model()

    async def scene(gatherer: Gatherer[int, int]) -> None:
        first = asking(gatherer, 0)
        await model.busy()
        gone, stays = asking(gatherer, 2, 4)
        await asyncio.sleep(0)
        gone.cancel()
        model.open()
        assert (await stays, await first[0]) == (8, 0)
        with pytest.raises(asyncio.CancelledError):
            await gone

    play(model, scene)


def test_those_whose_loop_has_ended_take_no_thread_with_them() -> None:
    model = Model()
    gatherer: Gatherer[int, int] = Gatherer(model, 1)

    async def ask_and_go() -> None:
        asking(gatherer, 1)
        await model.busy()

    asyncio.run(ask_and_go())
    model.open()
    try:
        assert asyncio.run(asyncio.wait_for(gatherer.ask(2), 10)) == 4
    finally:
        gatherer.close()


def test_closing_answers_what_waits_and_takes_no_more() -> None:
    model = Model()

    async def scene(gatherer: Gatherer[int, int]) -> None:
        waiting = asking(gatherer, 0, 2, 4)
        await model.busy()
        closing = asyncio.create_task(asyncio.to_thread(gatherer.close))
        await asyncio.sleep(0.05)
        with pytest.raises(Unavailable):
            await gatherer.ask(6)
        model.open()
        assert await asyncio.gather(*waiting) == [0, 4, 8]
        await closing

    play(model, scene)
