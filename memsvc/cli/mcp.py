"""Command: the MCP server."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from memsvc.cli.terminal import say

Url = Annotated[
    str | None,
    typer.Option(envvar="MEMSVC_URL", help="The service.", show_default="http://127.0.0.1:8080"),
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        envvar="MEMSVC_API_KEY",
        help="The key; better in the environment, where others do not see it.",
    ),
]
Agent = Annotated[str, typer.Option(envvar="MEMSVC_AGENT", help="Whose memory it is.")]
AnyAgent = Annotated[
    bool, typer.Option("--any-agent", help="Calls may name other agents that the key sees.")
]
User = Annotated[
    str | None,
    typer.Option(
        envvar="MEMSVC_USER",
        help="The person whom memories come from unless a call says otherwise; so they can be "
        "forgotten together. Not of callers over HTTP with a key of their own.",
    ),
]
Http = Annotated[bool, typer.Option("--http", help="Streamable HTTP at /mcp, in place of stdio.")]
Host = Annotated[str, typer.Option(help="With --http: the address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="With --http: the port.")]
Names = Annotated[
    list[str] | None,
    typer.Option(help="With --http: a name under which callers reach it; may be repeated."),
]


def mcp(
    url: Url = None,
    api_key: ApiKey = None,
    agent: Agent = "default",
    any_agent: AnyAgent = False,
    user: User = None,
    http: Http = False,
    host: Host = "127.0.0.1",
    port: Port = 8090,
    name: Names = None,
) -> None:
    """Give an MCP host memory: tools that remember, search, and forget.

    A host, such as a desktop assistant or an editor, starts `memsvc mcp`
    and speaks with it over stdio. The service has to run: `memsvc serve`.

    Over HTTP each caller sends a memsvc key of their own, as
    `Authorization: Bearer KEY`, and sees what that key sees; the header
    `X-Memsvc-Agent` names their agent, `X-Memsvc-User` the person whom
    their memories come from. On loopback alone, a caller without a key
    uses yours.
    """
    from memsvc.mcp_server.callers import Given
    from memsvc.mcp_server.serving import NotServed, Where, over_http, over_stdio

    given = Given(url, api_key, agent, user, any_agent)
    try:
        if http:
            over_http(given, Where(host, port, tuple(name or ())))
        else:
            over_stdio(given)
    except (NotServed, ValueError) as error:
        say(f"memsvc mcp: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
