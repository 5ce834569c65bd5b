"""Reflections on the wire: traces that our own model is to learn from, and what it put forward."""

from __future__ import annotations

from pydantic import Field

from memsvc.api.wire.behaviors import ProposalsAnswer
from memsvc.api.wire.values import MemoryId, Wire

MOST_TRACES = 20


class ReflectionBody(Wire):
    """Which traces."""

    trace_ids: list[MemoryId] = Field(
        min_length=1,
        max_length=MOST_TRACES,
        description="Ids of 1 to 20 traces. What a behavior rests on is among them.",
        examples=[["trace-1", "trace-2"]],
    )


class ReflectionAnswer(ProposalsAnswer):
    """One answer for each behavior that the model put forward, in its order."""

    tokens: int = Field(
        description="Output tokens of all that the model wrote; they count against the handbook.",
        examples=[800],
    )
