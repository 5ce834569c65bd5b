"""The client of a memsvc service."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import httpx

from memsvc.client import models, routes
from memsvc.client.aio.administration import AsyncAudit, AsyncKeys
from memsvc.client.aio.agent import AsyncAgent
from memsvc.client.aio.calls import AsyncCalls
from memsvc.client.aio.forget_requests import AsyncForgetRequests
from memsvc.client.aio.subjects import AsyncSubjects
from memsvc.client.credentials import KEEP_ALIVE_S, Key, address
from memsvc.client.params.moments import When, as_text
from memsvc.client.words import Measure, Step

CONNECT_S = 5.0


class AsyncMemsvc:
    """A memsvc service and a key to it; safe to share, and to be closed after use.

    `url`: default `MEMSVC_URL`, else http://127.0.0.1:8080. `api_key`: default `MEMSVC_API_KEY`,
    else none, for a service with `--no-auth`. `timeout`: seconds that one try may take; reaching
    the service may take 5. `retry_for`: seconds over which a call is tried again where that does
    no harm; 0: never; None: 30, but 3 as long as this client never reached the service. A try that
    takes longer than that is the last. `http`: your own httpx client, for proxies or certificates;
    it stays open.
    Raises ValueError for an address or a key that is none.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        timeout: float = 60.0,
        retry_for: float | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        key = Key(api_key)
        # Whoever prints the variables of a traceback finds no key.
        del api_key
        self._url = ""
        key.check()
        self._url = address(url)
        self._is_own = http is None
        self._http = http or httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_S)),
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_S),
        )
        self._calls = AsyncCalls(self._http, self._url, key, retry_for)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._is_own:
            await self._http.aclose()

    def agent(self, agent_id: str) -> AsyncAgent:
        """An agent's memory. Asks the service nothing; an agent is made by its first write."""
        return AsyncAgent(self._calls, agent_id)

    @property
    def forget_requests(self) -> AsyncForgetRequests:
        """Orders of erasure."""
        return AsyncForgetRequests(self._calls)

    @property
    def subjects(self) -> AsyncSubjects:
        """People whose data is held."""
        return AsyncSubjects(self._calls)

    @property
    def keys(self) -> AsyncKeys:
        """API keys."""
        return AsyncKeys(self._calls)

    @property
    def audit(self) -> AsyncAudit:
        """The audit log."""
        return AsyncAudit(self._calls)

    async def health(self) -> models.Health:
        """Whether the process answers, and which version it is."""
        return await self._calls.ask(routes.HEALTH)

    async def ready(self) -> models.Readiness:
        """Whether it can serve; waits for a service that is starting, else Unavailable."""
        return await self._calls.ask(routes.READY)

    async def statistics(self) -> models.TenantStatistics:
        """All agents that the key sees in figures, and how the service stands."""
        return await self._calls.ask(routes.STATISTICS)

    async def timeline(
        self,
        measure: Measure,
        *,
        agent_id: str | None = None,
        since: When | None = None,
        until: When | None = None,
        step: Step = "hour",
    ) -> models.Timeline:
        """A measure over time, of all agents that the key sees or of one; by hours or days."""
        params = {
            "measure": measure,
            "agent_id": agent_id,
            "from": as_text(since),
            "to": as_text(until),
            "step": step,
        }
        return await self._calls.ask(routes.TIMELINE, params=params)

    async def metrics(self) -> str:
        """Its figures for Prometheus, as text."""
        return await self._calls.ask(routes.METRICS)
