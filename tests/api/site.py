"""A running app as the tests use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from memsvc.clock import FixedClock
from memsvc.config import EmbeddingBackend, EmbeddingSettings, Settings
from memsvc.core.access import Role
from memsvc.operations.credentials import issue_key
from memsvc.runtime import Runtime

ADMIN_KEY = "the-admin-key-of-the-tests"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PROBLEM = "application/problem+json"


def settings_in(folder: Path, **more: Any) -> Settings:
    """Settings of a service that keeps everything in one folder and needs no model."""
    hashing = EmbeddingSettings(backend=EmbeddingBackend.HASHING)
    # Tests that let days go by would find memories that they did not write.
    more = {"consolidate_every_s": 0.0, **more}
    return Settings(data_dir=folder, admin_key=ADMIN_KEY, embedding=hashing, **more)


@dataclass(frozen=True)
class Site:
    """An app in this process: a client that sends the admin key, the runtime, the clock."""

    client: TestClient
    runtime: Runtime
    clock: FixedClock

    def issue(
        self,
        role: Role,
        *,
        tenant: str = "default",
        agents: str = "*",
        expires_at: datetime | None = None,
    ) -> tuple[str, dict[str, str]]:
        """A new key: its id, and the header to send."""
        card, value = issue_key(
            self.runtime, tenant, role, agent_pattern=agents, expires_at=expires_at
        )
        return card.key_id, {"Authorization": f"Bearer {value}"}

    def key(self, role: Role, **more: Any) -> dict[str, str]:
        """The header of a new key."""
        return self.issue(role, **more)[1]

    def write(self, *drafts: dict[str, Any], agent: str = "a1") -> list[dict[str, Any]]:
        """Write memories as the admin; the results."""
        answer = self.client.post(f"/v1/agents/{agent}/memories", json={"memories": list(drafts)})
        assert answer.status_code == 201, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def add(self, content: str, *, agent: str = "a1", **fields: Any) -> str:
        """Write one memory as the admin; its id."""
        [result] = self.write({"content": content, **fields}, agent=agent)
        assert result["event"] in {"added", "superseded", "merged", "disputed"}
        return str(result["id"])

    def get(self, memory_id: str, *, agent: str = "a1") -> dict[str, Any]:
        """One memory."""
        answer = self.client.get(f"/v1/agents/{agent}/memories/{memory_id}")
        assert answer.status_code == 200, answer.text
        memory: dict[str, Any] = answer.json()
        return memory

    def page(self, *, agent: str = "a1", **query: Any) -> dict[str, Any]:
        """A page of the list."""
        answer = self.client.get(f"/v1/agents/{agent}/memories", params=query)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def listed(self, *, agent: str = "a1", **query: Any) -> list[str]:
        """Ids of a page of the list."""
        return [one["id"] for one in self.page(agent=agent, **query)["memories"]]

    def patch(self, memory_id: str, *, agent: str = "a1", **changes: Any) -> dict[str, Any]:
        """Change a memory; how it stands then."""
        answer = self.client.patch(f"/v1/agents/{agent}/memories/{memory_id}", json=changes)
        assert answer.status_code == 200, answer.text
        memory: dict[str, Any] = answer.json()
        return memory

    def delete(self, memory_id: str, *, agent: str = "a1") -> None:
        """Erase a memory."""
        answer = self.client.delete(f"/v1/agents/{agent}/memories/{memory_id}")
        assert (answer.status_code, answer.content) == (204, b"")

    def search(self, query: str, *, agent: str = "a1", **body: Any) -> list[dict[str, Any]]:
        """Results of a search."""
        answer = self.client.post(f"/v1/agents/{agent}/search", json={"query": query, **body})
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def found(self, query: str, *, agent: str = "a1", **body: Any) -> list[str]:
        """Ids that a search finds."""
        return [one["memory"]["id"] for one in self.search(query, agent=agent, **body)]

    def context(self, query: str, *, agent: str = "a1", **body: Any) -> dict[str, Any]:
        """Memories composed into one text."""
        answer = self.client.post(f"/v1/agents/{agent}/context", json={"query": query, **body})
        assert answer.status_code == 200, answer.text
        context: dict[str, Any] = answer.json()
        return context


def is_problem(answer: Response, status: int, code: str) -> bool:
    """Whether the answer is this problem; fails with the difference when it is not."""
    problem = answer.json()
    assert answer.headers["content-type"] == PROBLEM
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:memsvc:problem:{code}"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"]
    return True
