"""A world: one whole service over real files, spoken to over HTTP, with a clock that stands still.

Ids that the service drew at random are told by the order in which they came, so that two worlds
with the same history can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from memsvc.app import create_app
from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.consolidation.run import UNDER_WAY as UNDER_WAY_RUNS
from memsvc.core.forget_request import UNDER_WAY, RequestStatus, Step
from memsvc.operations.consolidate import resume_runs
from memsvc.operations.forgetting.progress import is_done
from memsvc.operations.forgetting.resume import CLAIM, STEPS, resume
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.runtime import Runtime
from memsvc.store import forget_requests
from memsvc.wiring import build_runtime

KEY = "a-key-of-the-test-world"
AGENT = "/v1/agents/a1"
REQUESTS = "/v1/forget-requests"


class World:
    """A service in a folder of its own; `restart` throws away everything but the folder."""

    runtime: Runtime
    """The rooms of the service as it runs now."""

    def __init__(self, folder: Path, clock: FixedClock, **settings: Any) -> None:
        self.settings = Settings(
            data_dir=folder,
            admin_key=KEY,
            embedding={"backend": "hashing", "dimension": 32},
            purge_after_s=0.0,
            # Two worlds would have their runs at different moments.
            consolidate_every_s=0.0,
            **settings,
        )
        self.clock = clock
        self.labels: dict[str, str] = {}
        self._open()

    def _open(self) -> None:
        app = create_app(self.settings, build=self._build)
        self._client = TestClient(app, headers={"X-API-Key": KEY})
        self._client.__enter__()

    def _build(self) -> Runtime:
        self.runtime = build_runtime(self.settings, lambda _line: None, clock=self.clock)
        return self.runtime

    def close(self) -> None:
        self._client.__exit__(None, None, None)

    def restart(self) -> None:
        self.close()
        self._open()

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and answer of the agent, less what is allowed to differ between twins."""
        return self.ask_service(method, AGENT + path, body, headers)

    def ask_service(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """The same for any path of the service."""
        response = self._client.request(method, path, json=body, headers=headers)
        answer = response.json() if response.content else None
        if isinstance(answer, dict):
            for clocked in ("took_ms", "request_id"):
                answer.pop(clocked, None)
        return response.status_code, answer

    def text(self, path: str) -> str:
        """A file that the agent is given."""
        response = self._client.get(AGENT + path)
        assert response.status_code == 200, response.text
        return response.text

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
        path = "/memories?limit=21"
        while True:
            _, page = self.ask("GET", path)
            found += page["memories"]
            if page["next_cursor"] is None:
                assert page["total"] == len(found)
                return found
            path = f"/memories?limit=21&cursor={page['next_cursor']}"

    def consolidate(self, *, force: bool) -> str:
        """Have a run carried out, without waiting for the scheduler's next tick; its id."""
        status, run = self.ask("POST", "/consolidations", {"force": force})
        assert status == 202, run
        for _ in range(1000):
            resume_runs(self.runtime)
            _, run = self.ask("GET", f"/consolidations/{run['run_id']}")
            if run["status"] not in UNDER_WAY_RUNS:
                return str(run["run_id"])
            # The scheduler is at it.
            time.sleep(0.01)
        raise AssertionError(run)

    def go_through(self, request_id: str, last: Step) -> None:
        """Take a forget request up to this step; its scheduler may have got further by itself."""
        with self.runtime.database.claim(CLAIM) as claimed:
            for step, work in STEPS.items() if claimed else ():
                with self.runtime.database.snapshot() as tx:
                    request = forget_requests.find(tx, DEFAULT_TENANT, request_id)
                assert request is not None
                if request.status in UNDER_WAY and not is_done(request, step):
                    work(self.runtime, request)
                if step is last:
                    return

    def carry_out(self, request_id: str) -> dict[str, Any]:
        """Take a forget request to its end, without waiting for the scheduler's next tick."""
        request: dict[str, Any] = {}
        for _ in range(1000):
            resume(self.runtime)
            _, request = self.ask_service("GET", f"{REQUESTS}/{request_id}")
            if request["status"] == RequestStatus.CLOSED:
                return request
            assert request["status"] in UNDER_WAY, request
            # The scheduler is at it.
            time.sleep(0.01)
        raise AssertionError(request)
