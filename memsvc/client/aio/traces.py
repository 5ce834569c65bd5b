"""Traces: attempts at tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from memsvc.client import models, routes
from memsvc.client.aio.calls import AsyncCalls
from memsvc.client.aio.pages import AsyncPages
from memsvc.client.params import TraceFields


class AsyncTraces:
    """The attempts that an agent learns from."""

    def __init__(self, calls: AsyncCalls, agent_id: str) -> None:
        self._calls, self._agent_id = calls, agent_id

    async def add(
        self, task: str, *, idempotency_key: str | None = None, **fields: Unpack[TraceFields]
    ) -> models.TraceWritten:
        """Record an attempt, with `steps` or as a text in `content`."""
        return await self._calls.ask(
            routes.ADD_TRACE,
            self._agent_id,
            body={"task": task, **fields},
            idempotency_key=idempotency_key,
        )

    def list(self, *, limit: int | None = None) -> AsyncPages[models.Trace, models.TracePage]:
        """All traces, newest first: iterate over them."""

        async def read(cursor: str | None) -> models.TracePage:
            params = {"limit": limit, "cursor": cursor}
            return await self._calls.ask(routes.LIST_TRACES, self._agent_id, params=params)

        return AsyncPages(read, lambda page: page.traces, lambda page: page.next_cursor)

    async def read(self, trace_id: str) -> models.Trace:
        """One trace."""
        return await self._calls.ask(routes.READ_TRACE, self._agent_id, trace_id)

    async def reflection_prompt(self, trace_id: str, *, also: Sequence[str] = ()) -> models.Prompt:
        """A question for your own model: what is to be learnt from this attempt.

        `also`: further traces to be in it.
        """
        params = {"also": list(also)}
        return await self._calls.ask(
            routes.REFLECTION_PROMPT, self._agent_id, trace_id, params=params
        )

    async def curation_prompt(
        self, trace_id: str, *, also: Sequence[str] = (), reflection: str = ""
    ) -> models.Prompt:
        """The second question: which behaviors follow. Its answer goes to `behaviors.propose`."""
        body = {"also": list(also), "reflection": reflection}
        return await self._calls.ask(routes.CURATION_PROMPT, self._agent_id, trace_id, body=body)
