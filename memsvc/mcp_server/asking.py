"""What tools share: for whom they ask, and what they say when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from pydantic import Field

from memsvc.client import AsyncAgent, MemsvcError
from memsvc.mcp_server.callers import USER_HEADER, Callers
from memsvc.mcp_server.remedies import header_error, key_error, tool_error

Agent = Annotated[
    str | None, Field(description="Whose memory; leave it out for your own, the usual case.")
]

Id = Annotated[str, Field(min_length=1)]

Call = Context[Any, Any]


class Asking:
    """Base of tools: methods that are shown to hosts, with their docstrings."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    @contextmanager
    def _agent(self, named: str | None, call: Call) -> Iterator[AsyncAgent]:
        """The agent of a call; what the service refuses is a tool error with a remedy."""
        told = None
        try:
            asked = self._callers.agent(named, call.headers)
        except ValueError as error:
            told = key_error(error)
        else:
            try:
                yield asked
            except MemsvcError as error:
                told = tool_error(error)
        if told is not None:
            raise told

    def _person(self, named: str | None, call: Call) -> str | None:
        """Whom a memory comes from; raises ToolError for a header that cannot be read for sure."""
        person = named or self._callers.person(call.headers)
        if person and not named and call.headers is not None and not person.isascii():
            raise header_error(USER_HEADER, "user_id")
        return person
