"""Statistics on the wire."""

from __future__ import annotations

from pydantic import Field

from memsvc.api.wire.offers import HandbookWorthWire
from memsvc.api.wire.values import Wire


class HandbookStatisticsWire(Wire):
    """A handbook in figures."""

    version: int = Field(description="Its version.", examples=[3])
    behaviors: dict[str, int] = Field(
        description="Behaviors by status.",
        examples=[{"candidate": 2, "active": 12, "retired": 1}],
    )
    traces: int = Field(description="Traces recorded.", examples=[140])
    worth: HandbookWorthWire = Field(
        description="What it is worth so far, over tasks of all classes."
    )


class AgentStatisticsWire(Wire):
    """An agent in figures."""

    memories: int = Field(description="Memories, whatever their status.", examples=[1200])
    handbook: HandbookStatisticsWire = Field(description="Its handbook.")
