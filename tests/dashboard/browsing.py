"""A real Chromium as the tests use it: pages opened, looked at, and held to what they promise."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 720}
GRAVE = {"serious", "critical"}


def chromium() -> str | None:
    """Where a Chromium of this machine is; None where there is none."""
    named = os.environ.get("CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """One page of a browser; all that it complains of is collected in `complaints`."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, path: str) -> Response:
        """Go to a page of the dashboard, by its path; what the server answered."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer

    @property
    def path(self) -> str:
        """Where it stands."""
        return self.page.url.removeprefix(self.base)

    @property
    def text(self) -> str:
        """What the page says in its main part."""
        return self.page.inner_text("main")

    def wait_until_drawn(self, scheme: str = "light") -> None:
        """Wait until the charts are drawn in the colours of a scheme."""
        self.page.wait_for_selector(f"html[data-charts={scheme}]", state="attached")

    def violations(self) -> list[str]:
        """What axe finds that is serious or critical, with the places."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            # The policy forbids foreign scripts to pages; the protocol of the browser is above it.
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]}"
            for one in found["violations"]
            if one["impact"] in GRAVE
        ]

    def looks(self, path: str) -> None:
        """Open a page; hold it to its promises in light, in dark and on a phone."""
        assert self.open(path).ok, path
        self.looks_as_it_stands()

    def looks_as_it_stands(self) -> None:
        """Hold the page that is open to the promises of `looks`."""
        path = self.path
        for scheme, size in (("light", WIDE), ("dark", WIDE), ("light", PHONE)):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            where = f"{path}, {scheme}, {size['width']} px wide"
            assert self.violations() == [], where
            wide = self.page.evaluate("document.scrollingElement.scrollWidth")
            assert wide <= size["width"], f"{where}: the page is {wide} px wide"
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]

    def shoot(self, path: str, folder: Path, name: str) -> Sequence[Path]:
        """Pictures of a page: light, dark, and on a phone; for people, not for tests."""
        self.open(path)
        taken = []
        for look, scheme, size in (
            ("light", "light", WIDE),
            ("dark", "dark", WIDE),
            ("phone", "light", PHONE),
        ):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self.page.wait_for_timeout(150)
            taken.append(folder / f"{name}-{look}.png")
            self.page.screenshot(path=taken[-1], full_page=True)
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        return taken
