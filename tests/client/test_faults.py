"""Servers that die, refuse or lose their database under a call."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from memsvc.client import Agent, AsyncMemsvc, Memsvc, errors
from memsvc.client.retrying import UNREACHED_S
from tests.databases import own_server
from tests.serving.server import KEY, Server


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Mortal:
    """A server that dies before it answers, once asked to, and is started again by itself."""

    def __init__(self, folder: Path) -> None:
        self._mark = folder / "die"
        self.server = Server(
            folder / "data",
            folder,
            under=(sys.executable, "-m", "tests.client.dying_server"),
            KILL_BEFORE_ANSWER=str(self._mark),
            KEPT_PORT=str(free_port()),
        )
        self.url = str(self.server.client.base_url)
        self._watch: threading.Thread | None = None

    def die_before_the_next_answer(self) -> None:
        """And come back."""
        self._mark.touch()
        self._watch = threading.Thread(target=self._come_back)
        self._watch.start()

    def is_back(self) -> None:
        """Wait until it is; it has died."""
        assert self._watch is not None
        self._watch.join()
        assert not self._mark.exists()

    def _come_back(self) -> None:
        self.server.process.wait(timeout=30.0)
        self.server.client.close()
        self.server.start()


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    one = Mortal(tmp_path_factory.mktemp("mortal"))
    yield one
    one.server.kill()


@pytest.fixture
def patient(mortal: Mortal) -> Iterator[Memsvc]:
    with Memsvc(mortal.url, api_key=KEY) as client:
        yield client


def test_a_write_is_done_once_though_its_answer_was_lost(mortal: Mortal, patient: Memsvc) -> None:
    demo = patient.agent("once")
    mortal.die_before_the_next_answer()

    written = demo.write("It rained in May.")

    mortal.is_back()
    assert written.event == "added"
    assert [one.id for one in demo.memories()] == [written.id]


def test_a_deletion_is_done_though_its_answer_was_lost(mortal: Mortal) -> None:
    async def story() -> None:
        async with AsyncMemsvc(mortal.url, api_key=KEY) as memsvc:
            demo = memsvc.agent("gone")
            await demo.write("It rained in May.", id="rain")
            mortal.die_before_the_next_answer()
            await demo.delete("rain")
            assert [one async for one in demo.memories()] == []

    asyncio.run(story())
    mortal.is_back()


def test_what_cannot_be_repeated_is_not(mortal: Mortal, patient: Memsvc) -> None:
    demo = patient.agent("changed")
    demo.write("It rained in May.", id="rain")
    mortal.die_before_the_next_answer()

    with pytest.raises(errors.NotReached):
        demo.change("rain", content="It rained in June.")

    mortal.is_back()
    assert demo.read("rain").content == "It rained in June.", "nobody could know"


def seconds_of(client: Memsvc) -> float:
    """How long a call takes; its client stays open."""
    began = time.monotonic()
    client.health()
    return time.monotonic() - began


def test_who_never_reached_a_service_is_told_soon(mortal: Mortal, patient: Memsvc) -> None:
    patient.health()
    mortal.server.kill()
    began = time.monotonic()
    with Memsvc(mortal.url) as stranger, pytest.raises(errors.NotReached, match="memsvc serve"):
        stranger.health()
    assert 1.0 < time.monotonic() - began < 15.0, "half of what an outage is given"

    back = threading.Timer(UNREACHED_S, mortal.server.start)
    back.start()
    with Memsvc(mortal.url, retry_for=30.0) as told, ThreadPoolExecutor() as both:
        waits = list(both.map(seconds_of, (patient, told)))
    back.join()
    assert min(waits) > UNREACHED_S, "one knows the service, the other was told to wait for it"


def calm(demo: Agent, calls: int) -> float:
    began = time.monotonic()
    for number in range(calls):
        demo.write(f"It rained {number} times.")
    return time.monotonic() - began


def test_who_asks_too_fast_is_slowed_down(tmp_path: Path) -> None:
    limits = {"MEMSVC_LIMITS__REQUESTS_PER_S": "1", "MEMSVC_LIMITS__BURST": "2"}
    server = Server(tmp_path / "data", tmp_path, **limits)
    url = str(server.client.base_url)

    with Memsvc(url, api_key=KEY) as patient:
        assert calm(patient.agent("calm"), 4) > 1.5
    with (
        Memsvc(url, api_key=KEY, retry_for=0.5) as hasty,
        pytest.raises(errors.RateLimited) as refused,
    ):
        calm(hasty.agent("calm"), 4)

    server.kill()
    assert refused.value.retry_after == 1.0


def test_a_database_that_comes_back_is_waited_for(tmp_path: Path) -> None:
    postgres = own_server(tmp_path)
    server = Server(tmp_path / "data", tmp_path, MEMSVC_DATABASE_URL=postgres.get_uri())
    url = str(server.client.base_url)
    try:
        with Memsvc(url, api_key=KEY) as patient, Memsvc(url, api_key=KEY, retry_for=0.0) as hasty:
            patient.agent("p").write("It rained in May.")
            postgres.stop()
            with pytest.raises(errors.Unavailable) as refused:
                hasty.agent("p").write("It snowed.")
            assert refused.value.retry_after is not None
            back = threading.Timer(1.5, postgres.start)
            back.start()

            written = patient.agent("p").write("It rained in June.")

            back.join()
            assert written.event == "added"
            assert next(one.id for one in patient.agent("p").memories()) == written.id
    finally:
        server.kill()
        postgres.cleanup()
