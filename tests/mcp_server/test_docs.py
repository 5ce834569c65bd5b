"""What docs/mcp.md shows hosts can be used."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from memsvc.cli.commands import app
from tests.mcp_server.test_stdio import TOOLS

PAGE = (Path(__file__).parents[2] / "docs" / "mcp.md").read_text("utf-8")
FILES = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
SERVERS = [
    server for file in FILES for server in (file.get("mcpServers") or file["servers"]).values()
]
LINES = re.findall(r"(?:^|-- )(memsvc mcp[^#\n]*)", PAGE, re.MULTILINE)


def parsed(arguments: list[str]) -> dict[str, Any]:
    """What a command line comes to; fails for one that does not."""
    command = typer.main.get_command(app)
    mcp = command.get_command(None, arguments[0])  # type: ignore[attr-defined]
    found: dict[str, Any] = mcp.make_context("mcp", arguments[1:]).params
    return found


@pytest.mark.parametrize("server", SERVERS, ids=str)
def test_a_host_can_start_it_so(server: dict[str, Any]) -> None:
    if "url" in server:
        assert server["url"].endswith("/mcp")
        assert server["headers"]["Authorization"].startswith("Bearer ")
    else:
        assert server["command"] == "memsvc"
        assert parsed(server["args"])["agent"] == "desk"
        assert "MEMSVC_API_KEY" in server["env"]


@pytest.mark.parametrize("line", LINES)
def test_a_command_line_is_one(line: str) -> None:
    parsed(shlex.split(line)[1:])


def test_options_and_tools_are_all_told() -> None:
    options = {f"`--{name.replace('_', '-')}`" for name in parsed(["mcp"])}
    told = set(re.findall(r"`--[a-z-]+`", PAGE))

    assert options - told <= {"`--host`", "`--port`", "`--http`"}, "these stand in examples"
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(TOOLS)
