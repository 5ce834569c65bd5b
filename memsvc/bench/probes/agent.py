"""One agent of a server, as the probes write to it and ask it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from memsvc.bench.probes.told import Told
from memsvc.bench.served import Served

PAGE = 10
BATCH = 500
SESSION = 10
"""Statements of one conversation."""
TOKENS = 400
"""Of a context: room for a page of such statements."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Ids of the memories that a question found, best first, with their scores."""

    ids: Sequence[str]
    scores: Sequence[float]


class Agent:
    """An agent of its own; every method raises httpx.HTTPStatusError when the server refuses."""

    def __init__(self, server: Served, name: str) -> None:
        self._server = server
        self._path = f"/v1/agents/{name}"
        self._said = 0

    def hear(self, told: Sequence[Told]) -> list[str]:
        """Write statements as turns of conversations; their ids."""
        drafts = []
        for one in told:
            session = f"s{self._said // SESSION}"
            self._said += 1
            drafts.append(
                {
                    "content": one.content,
                    "speaker": one.person,
                    "user_id": one.person.lower(),
                    "role": "user",
                    "session_id": session,
                }
            )
        return self.write(drafts)

    def write(self, drafts: Sequence[dict[str, Any]]) -> list[str]:
        """Write memories; their ids."""
        ids: list[str] = []
        for start in range(0, len(drafts), BATCH):
            body = {"memories": drafts[start : start + BATCH]}
            ids += [one["id"] for one in self._ask("/memories", body)["results"]]
        return ids

    def search(self, query: str, kinds: Sequence[str] = ()) -> Answer:
        """Ask for a page."""
        body = {"query": query, "limit": PAGE, "kinds": list(kinds)}
        found = self._ask("/search", body)["results"]
        return Answer([one["memory"]["id"] for one in found], [one["score"] for one in found])

    def context(self, query: str) -> str:
        """What would go into a prompt."""
        return str(self._ask("/context", {"query": query, "token_budget": TOKENS})["text"])

    def forget(self, ids: Sequence[str]) -> None:
        """Erase memories by their ids."""
        for start in range(0, len(ids), BATCH):
            self._ask("/forget", {"memory_ids": list(ids[start : start + BATCH])})

    def _ask(self, path: str, body: Any) -> Any:
        answer = self._server.ask("POST", f"{self._path}{path}", body)
        answer.raise_for_status()
        return answer.json()
