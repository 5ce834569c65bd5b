"""One service and one browser for all tests of the dashboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

from memsvc.app import create_app
from memsvc.clock import FixedClock
from memsvc.wiring import build_runtime
from tests.api.site import ADMIN_KEY, NOW, Site, settings_in
from tests.dashboard.browsing import WIDE, Tab, chromium
from tests.dashboard.signing_in import sign_in
from tests.dashboard.story import tell
from tests.serving.server import KEY, Server


@pytest.fixture
def site(lasting: Site) -> Site:
    """The app in this process, without a browser, one for all tests of a module; nobody is in."""
    lasting.client.cookies.clear()
    lasting.client.headers.pop("X-Forwarded-Proto", None)
    return lasting


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """As `site`, for one test alone: one that moves the clock, or tries too often."""
    with running(tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("lasting")) as site:
        yield site


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    settings = settings_in(folder)
    clock = FixedClock(NOW)
    runtime = build_runtime(settings, lambda _line: None, clock=clock)
    with TestClient(
        create_app(settings, build=lambda: runtime),
        headers={"Authorization": f"Bearer {ADMIN_KEY}"},
        follow_redirects=False,
    ) as client:
        yield Site(client, runtime, clock)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real process that holds the story of `story.tell`."""
    folder = tmp_path_factory.mktemp("dashboard")
    server = Server(folder / "data", folder)
    tell(server)
    yield server
    server.stop()


# Of the package, not the session: while the browser runs, this thread has a running event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install one, or name it in CHROMIUM")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # root cannot have it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def cookies(server: Server) -> dict[str, str]:
    """The cookies of an admin who is signed in."""
    with httpx.Client(base_url=server.client.base_url) as client:
        sign_in(client, KEY)
        return dict(client.cookies)


@pytest.fixture
def stranger(browser: Browser, server: Server) -> Iterator[Tab]:
    """A tab without a session; a test fails on anything that its page complains of."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
    tab = Tab(context, str(server.client.base_url).rstrip("/"))
    yield tab
    context.close()
    assert tab.complaints == []


@pytest.fixture
def tab(stranger: Tab, cookies: dict[str, str]) -> Tab:
    """A tab in which an admin is signed in."""
    stranger.page.context.add_cookies(
        [
            {"name": name, "value": value, "domain": "127.0.0.1", "path": "/dashboard"}
            for name, value in cookies.items()
        ]
    )
    return stranger
