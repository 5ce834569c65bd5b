"""The server, over stdio or over HTTP."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import anyio
import httpx
import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

import memsvc
from memsvc.client import AsyncMemsvc, MemsvcError, errors
from memsvc.client.credentials import KEEP_ALIVE_S
from memsvc.mcp_server.callers import Callers, Given, bearer
from memsvc.mcp_server.remedies import tool_error
from memsvc.mcp_server.tools import INSTRUCTIONS, tools_for

PATH = "/mcp"
TIMEOUT = httpx.Timeout(50.0, connect=5.0)
"""Hosts wait a minute for a tool."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class NotServed(Exception):
    """It cannot be served so; the message says how it can."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where to listen, and under which names callers reach it, as `host` or `host:port`."""

    host: str
    port: int
    names: Sequence[str] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def lends(self) -> bool:
        """Whether callers without a key may use the one given: only what is of this machine does.

        Named, the server stands behind a proxy, by which anybody may come.
        """
        return self.is_loopback and not self.names


def over_stdio(given: Given) -> None:
    """Serve the host that started this process, until it closes the pipe."""

    async def serve() -> None:
        async with _connections() as http:
            callers = Callers(given, http, lends=True)
            if await _is_there(given, http):
                await _try_key(callers)
            await server_of(callers).run_stdio_async()

    anyio.run(serve)


def over_http(given: Given, where: Where) -> None:
    """Serve over streamable HTTP, at /mcp. Raises NotServed."""
    if not where.is_loopback and not where.names:
        raise NotServed(
            "Beyond loopback, say under which name callers reach it, such as "
            "--name memory.example.org: requests to other names are refused."
        )

    async def serve() -> None:
        async with _connections() as http:
            await _is_there(given, http)
            callers = Callers(given, http, lends=where.lends)
            config = uvicorn.Config(
                application(server_of(callers), where),
                host=where.host,
                port=where.port,
                log_level="warning",
                server_header=False,
            )
            say(f"memsvc mcp listens on http://{where.host}:{where.port}{PATH}")
            await uvicorn.Server(config).serve()

    anyio.run(serve)


def server_of(callers: Callers) -> MCPServer[Any]:
    """The server with its tools."""
    return MCPServer(
        "memsvc",
        title="memsvc",
        instructions=INSTRUCTIONS,
        version=memsvc.__version__,
        log_level="WARNING",
        tools=tools_for(callers),
    )


def application(server: MCPServer[Any], where: Where) -> Application:
    """The ASGI application: no state between requests, no page of a browser, no strangers.

    A request under another name, or from a page (`Origin`), is refused: so a page that has its own
    name lead to this address gets nothing. Where no key is lent every request needs one.
    """
    names = [*where.names, *(LOOPBACK if where.is_loopback else ())]
    security = TransportSecuritySettings(
        allowed_hosts=[*names, *(f"{name}:*" for name in names)], allowed_origins=[]
    )
    inner: Application = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        transport_security=security,
        host=where.host,
    )
    return inner if where.lends else keyed(inner)


def keyed(inner: Application) -> Application:
    """Refuse requests that bring no key; whether it is valid, and for what, the service says."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if bearer(headers):
            await inner(scope, receive, send)
            return
        head = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
        await send({"type": "http.response.start", "status": 401, "headers": head})
        told = b"Send your memsvc key as `Authorization: Bearer KEY`.\n"
        await send({"type": "http.response.body", "body": told})

    return guard


def say(line: str) -> None:
    """A line for the person; standard output belongs to the protocol."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _connections() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_S))


async def _is_there(given: Given, http: httpx.AsyncClient) -> bool:
    """Say at once what tools would say later: the service may start after its host."""
    try:
        await AsyncMemsvc(given.url, api_key="", retry_for=1.0, http=http).ready()
    except MemsvcError as error:
        say(f"memsvc mcp: {tool_error(error)} It is asked again with each call.")
        return False
    return True


async def _try_key(callers: Callers) -> None:
    """Say at once that every call will be refused: none, or a wrong key, was given."""
    try:
        await callers.agent(None, None).memories(limit=1).page()
    except errors.Unauthenticated as error:
        say(f"memsvc mcp: {tool_error(error)}")
    except MemsvcError:
        # It is about this question alone; the tools say it about theirs.
        pass
