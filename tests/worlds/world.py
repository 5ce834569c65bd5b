"""A world: one whole service over real files, spoken to over HTTP, with a clock that stands still.

Ids that the service drew at random are told by the order in which they came, so that two worlds
with the same history can be compared.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from memsvc.app import create_app
from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.wiring import build_runtime

KEY = "a-key-of-the-test-world"
AGENT = "/v1/agents/a1"


class World:
    """A service in a folder of its own; `restart` throws away everything but the folder."""

    def __init__(self, folder: Path, clock: FixedClock, **settings: Any) -> None:
        self.settings = Settings(
            data_dir=folder,
            admin_key=KEY,
            embedding={"backend": "hashing", "dimension": 32},
            purge_after_s=0.0,
            **settings,
        )
        self.clock = clock
        self.labels: dict[str, str] = {}
        self._open()

    def _open(self) -> None:
        app = create_app(
            self.settings,
            build=lambda: build_runtime(self.settings, lambda _line: None, clock=self.clock),
        )
        self._client = TestClient(app, headers={"X-API-Key": KEY})
        self._client.__enter__()

    def close(self) -> None:
        self._client.__exit__(None, None, None)

    def restart(self) -> None:
        self.close()
        self._open()

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer, less what is allowed to differ between twins."""
        response = self._client.request(method, AGENT + path, json=body)
        answer = response.json() if response.content else None
        if isinstance(answer, dict):
            for clocked in ("took_ms", "request_id"):
                answer.pop(clocked, None)
        return response.status_code, answer

    def label(self, memory_id: str, label: str) -> None:
        """Call a memory by this name from now on."""
        self.labels[memory_id] = label

    def told(self, answer: Any) -> Any:
        """The answer with labels in place of ids."""
        if isinstance(answer, dict):
            return {key: self.told(value) for key, value in answer.items()}
        if isinstance(answer, list):
            return [self.told(value) for value in answer]
        return self.labels.get(answer, answer) if isinstance(answer, str) else answer

    def everything(self) -> list[dict[str, Any]]:
        """All memories of the agent, over as many pages as it takes."""
        found: list[dict[str, Any]] = []
        path = "/memories?limit=7"
        while True:
            _, page = self.ask("GET", path)
            found += page["memories"]
            if page["next_cursor"] is None:
                assert page["total"] == len(found)
                return found
            path = f"/memories?limit=7&cursor={page['next_cursor']}"
