"""The app in this process, and the same behind a real server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from memsvc.app import create_app
from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.judges.protocol import Reranking
from memsvc.wiring import build_runtime
from tests.api.site import ADMIN_KEY, NOW, Site, settings_in

START_S = 20.0


@contextmanager
def running(settings: Settings, reranking: Reranking | None = None) -> Iterator[Site]:
    clock = FixedClock(NOW)
    runtime = build_runtime(settings, lambda _line: None, clock=clock)
    runtime = replace(runtime, reranking=reranking)
    app = create_app(settings, build=lambda: runtime)
    with TestClient(app, headers={"Authorization": f"Bearer {ADMIN_KEY}"}) as client:
        yield Site(client, runtime, clock)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An app of the test's own."""
    with running(settings_in(tmp_path)) as site:
        yield site


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One app for all tests of a module."""
    with running(settings_in(tmp_path_factory.mktemp("lasting"))) as site:
        yield site


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Starts an app with settings, and maybe a re-ranker, of the test's own."""
    with ExitStack() as stack:

        def begin(reranking: Reranking | None = None, **more: Any) -> Site:
            return stack.enter_context(running(settings_in(tmp_path, **more), reranking))

        yield begin


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the app behind uvicorn on a free port."""
    folder = tmp_path_factory.mktemp("served")
    settings = settings_in(folder, limits={"body_bytes": 200_000})
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + START_S
        while not server.started and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
