"""Hosts as others make them: the official client, over stdio and over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

START_S = 60.0


def environment(url: str, key: str) -> dict[str, str]:
    return dict(os.environ) | {"MEMSVC_URL": url, "MEMSVC_API_KEY": key}


@asynccontextmanager
async def over_stdio(url: str, key: str, *options: str, log: Path) -> AsyncIterator[ClientSession]:
    """A session with `memsvc mcp` in a process of its own."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "memsvc", "mcp", *options],
        env=environment(url, key),
    )
    with log.open("a") as errors:
        async with (
            stdio_client(server, errlog=errors) as (read, write),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            yield session


@contextmanager
def http_server(url: str, key: str, *options: str, log: Path) -> Iterator[str]:
    """The address of `memsvc mcp --http` in a process of its own."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with log.open("a") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "memsvc", "mcp", "--http", "--port", str(port), *options],
            env=environment(url, key),
            stderr=errors,
        )
    try:
        _wait(port, process, log)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())


@asynccontextmanager
async def over_http(address: str, **headers: str) -> AsyncIterator[ClientSession]:
    """A session over HTTP, with headers of the host's own; `_` stands for `-` in their names."""
    sent = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    async with (
        httpx2.AsyncClient(headers=sent, timeout=30.0) as client,
        streamable_http_client(address, http_client=client) as (read, write),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        yield session


async def call(session: ClientSession, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a tool."""
    answer = await session.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    assert isinstance(answer.structured_content, dict)
    return answer.structured_content


async def refused(session: ClientSession, tool: str, **arguments: Any) -> str:
    """What a tool says that cannot do it."""
    answer = await session.call_tool(tool, arguments)
    assert answer.is_error
    [said] = answer.content
    text: str = getattr(said, "text")  # noqa: B009 - one of several kinds of content
    return text
