"""For whom a tool is called: which key, which agent, which person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from memsvc.client import AsyncAgent, AsyncMemsvc

AGENT_HEADER = "x-memsvc-agent"
USER_HEADER = "x-memsvc-user"

RETRY_S = 5.0
"""People wait for a tool."""


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """What was given at start. `any_agent`: whether a call may name another agent than this."""

    url: str | None
    api_key: str | None
    agent: str
    user_id: str | None
    any_agent: bool


class Callers:
    """Finds the agent of a call. Over HTTP the caller's own key is used, else the one given.

    `lends`: whether a caller over HTTP who brings no key may use the given one.
    """

    def __init__(self, given: Given, http: httpx.AsyncClient, *, lends: bool) -> None:
        self._given, self._http = given, http
        self._lends = lends

    @property
    def any_agent(self) -> bool:
        """Whether a call may name another agent."""
        return self._given.any_agent

    def agent(self, named: str | None, headers: Mapping[str, str] | None) -> AsyncAgent:
        """The agent that a call means; `headers`: those of its request, None over stdio.

        Who brings a key may say which is theirs; a key that is lent is for the agent given.
        """
        own = self._given.agent
        if headers is not None and (bearer(headers) or self.any_agent):
            own = headers.get(AGENT_HEADER, "").strip() or own
        return self._memsvc(headers).agent(named or own)

    def person(self, headers: Mapping[str, str] | None) -> str | None:
        """Whom memories come from unless a call says otherwise; `headers` as for the agent.

        Who brings a key is not the person of whoever started this.
        """
        if headers is None:
            return self._given.user_id
        lent = self._given.user_id if self._lends and not bearer(headers) else None
        return headers.get(USER_HEADER, "").strip() or lent

    def _memsvc(self, headers: Mapping[str, str] | None) -> AsyncMemsvc:
        key = self._given.api_key if headers is None or self._lends else ""
        brought = "" if headers is None else bearer(headers)
        return AsyncMemsvc(
            self._given.url, api_key=brought or key, retry_for=RETRY_S, http=self._http
        )


def bearer(headers: Mapping[str, str]) -> str:
    """The key in the headers of a request, empty without one."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
