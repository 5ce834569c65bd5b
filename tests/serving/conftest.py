"""One service with the real model, for all tests that need its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.serving.server import Server


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service on an exported model, started the second time."""
    folder = tmp_path_factory.mktemp("started")
    server = Server(folder / "data", folder, MEMSVC_EMBEDDING__BACKEND="onnx", MEMSVC_ADMIN_KEY="")
    server.stop()
    server.start()
    [key] = set(re.findall(r"msk_[\w-]+", server.said))
    server.client.headers["Authorization"] = f"Bearer {key}"
    yield server
    server.stop()
