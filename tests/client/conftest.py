"""A real service, and clients that speak to it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from memsvc.client import Agent, Memsvc
from tests.serving.server import KEY, Server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running service, whose admin key is KEY."""
    folder = tmp_path_factory.mktemp("served")
    server = Server(folder / "data", folder)
    yield str(server.client.base_url)
    server.kill()


@pytest.fixture
def memsvc(served: str) -> Iterator[Memsvc]:
    """A client with the admin key."""
    with Memsvc(served, api_key=KEY) as client:
        yield client


@pytest.fixture
def demo(memsvc: Memsvc) -> Agent:
    """An agent of the test's own."""
    return memsvc.agent(f"demo-{next(_numbers)}")
