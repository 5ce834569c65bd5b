"""A session: its subgoals and its working memory."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.client import models, routes
from memsvc.client.aio.calls import AsyncCalls


class AsyncSession:
    """A conversation or task run of an agent."""

    def __init__(self, calls: AsyncCalls, agent_id: str, session_id: str) -> None:
        self._calls, self._agent_id = calls, agent_id
        self.id = session_id

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"

    async def complete(
        self, subgoal: str, *, met: bool, summary: str | None = None
    ) -> models.Memory:
        """Say that a subgoal is over; the memory that sums it up."""
        body = {"met": met, "summary": summary}
        return await self._calls.ask(routes.COMPLETE, self._agent_id, self.id, subgoal, body=body)

    async def working_memory(
        self, *, expand: Sequence[str] = (), max_tokens: int | None = None
    ) -> models.WorkingMemory:
        """What is to be held ready: finished subgoals in a line each, the open one in detail.

        `expand`: finished subgoals to be shown in detail, too.
        """
        params = {"expand": list(expand), "max_tokens": max_tokens}
        return await self._calls.ask(routes.WORKING_MEMORY, self._agent_id, self.id, params=params)
