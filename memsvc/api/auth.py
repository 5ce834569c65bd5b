"""Authentication: from a key to a principal, from a principal to a scope.

The one place where access is decided, before the body is read: who has no key cannot make the
service parse anything. A foreign agent answers exactly like an unknown one.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from memsvc.api import state
from memsvc.api.measures import Measures
from memsvc.api.state import Running
from memsvc.api.wire.values import AGENT_PATTERN
from memsvc.core.access import Permission, Principal, Role, Scope
from memsvc.core.hosts import names_this_machine
from memsvc.errors import Forbidden, ForeignHost, NotFound, Unauthenticated
from memsvc.operations import activity
from memsvc.operations.credentials import recognise
from memsvc.operations.known import Written
from memsvc.operations.question import Mode
from memsvc.operations.search import Hits
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.runtime import Runtime

REMEMBERED_S = 1.0
"""A revocation by another process takes effect within this time, one by this process at once."""

REMEMBERED_KEYS = 10_000

NOBODY_ASKED = Principal("no-auth", DEFAULT_TENANT, Role.ADMIN)
"""Everybody, when authentication is off."""

SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer KEY`; clients of mem0 say `Token KEY`.",
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "`X-API-Key: KEY`",
    },
}
EITHER: dict[str, Any] = {"security": [{"bearer": []}, {"header": []}]}

SCHEMES_OF_KEYS = frozenset({"bearer", "token"})
"""Of the Authorization header; clients of mem0 say `Token`."""

AgentId = Annotated[
    str, Path(description="The agent.", pattern=AGENT_PATTERN, examples=["support"])
]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in: for whom, on which agent, and with what to answer it."""

    running: Running
    measures: Measures
    principal: Principal
    agent: Scope | None

    @property
    def runtime(self) -> Runtime:
        """What operations need."""
        return self.running.runtime

    @property
    def scope(self) -> Scope:
        """The agent of the path, in the tenant of the key."""
        assert self.agent is not None, "the route names an agent"
        return self.agent

    def searched(self, asked: Mode, hits: Hits, seconds: float, scope: Scope | None = None) -> None:
        """Count a search that was answered, for metrics and statistics; `scope` if no path has."""
        self.measures.searched(asked, hits)
        activity.searched(self.runtime, scope or self.scope, asked, hits, seconds)

    def composed(self, asked: Mode, hits: Hits, tokens: int, seconds: float) -> None:
        """Count a context that was composed."""
        self.measures.searched(asked, hits)
        self.measures.context_tokens.inc(tokens)
        activity.composed(self.runtime, self.scope, asked, hits, seconds)

    def wrote(self, written: Sequence[Written], seconds: float, scope: Scope | None = None) -> None:
        """Count what became of some drafts, and the time that it took; `scope` if no path has."""
        self.measures.written(written)
        activity.wrote(self.runtime, scope or self.scope, seconds)


def call_of(request: Request) -> Call:
    """What the guard of the route found."""
    call = request.scope["call"]
    assert isinstance(call, Call)
    return call


def guarded(permission: Permission) -> type[APIRoute]:
    """A route that lets in only principals with the permission, and only to agents they see.

    Plain code in front of the route, not a chain of dependencies: these cost more than a search.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def guard(request: Request) -> Response:
                running = state.running(request)
                principal = await _principal(request, running.runtime)
                if not principal.may(permission):
                    raise Forbidden(f"A key of role {principal.role} may not do this.")
                agent = _agent(request, principal)
                measures = state.of(request).measures
                request.scope["call"] = Call(running, measures, principal, agent)
                return await answer(request)

            return guard

    return Guarded


def _agent(request: Request, principal: Principal) -> Scope | None:
    agent_id = request.path_params.get("agent_id")
    if agent_id is None:
        return None
    if not principal.sees(agent_id):
        raise NotFound("No such agent, or not one this key may use.")
    return Scope(principal.tenant, agent_id)


async def _principal(request: Request, runtime: Runtime) -> Principal:
    standing = state.of(request)
    if not standing.auth:
        if not names_this_machine(request.headers.get("host", "")):
            raise ForeignHost("Without keys the service answers to localhost, 127.0.0.1 and [::1].")
        return NOBODY_ASKED
    value = _key(request)
    if not value:
        raise Unauthenticated("Send your key as `Authorization: Bearer KEY` or `X-API-Key: KEY`.")
    recognised: Recognised = request.app.state.recognised
    digest = recognised.digest(value)
    principal = recognised.get(digest)
    if principal is None:
        principal = await run_in_threadpool(recognise, runtime, value)
        if principal is None:
            raise Unauthenticated("This key is unknown, expired or revoked.")
        recognised.put(digest, principal)
    request.scope["key_id"] = principal.key_id
    standing.rate.take(principal.key_id)
    return principal


def _key(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in SCHEMES_OF_KEYS:
        return value.strip()
    return request.headers.get("x-api-key", "")


class Recognised:
    """Whose key is whose, remembered for a moment under a salted hash of the key."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._known: dict[bytes, tuple[float, Principal]] = {}

    def digest(self, value: str) -> bytes:
        return blake2b(value.encode("utf-8", "surrogateescape"), key=self._salt).digest()

    def get(self, digest: bytes) -> Principal | None:
        at, principal = self._known.get(digest, (0.0, None))
        return principal if time.monotonic() - at < REMEMBERED_S else None

    def put(self, digest: bytes, principal: Principal) -> None:
        if len(self._known) >= REMEMBERED_KEYS:
            self._known.clear()
        self._known[digest] = (time.monotonic(), principal)

    def clear(self) -> None:
        """Ask the database again: a key was revoked."""
        self._known.clear()
