"""Activity over time on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from memsvc.api.wire.values import AGENT_PATTERN, Moment, Wire
from memsvc.core.activity import Measure
from memsvc.operations.statistics_activity import Step


class TimelineQuery(Wire):
    """What to look at, and when."""

    measure: Measure = Field(
        description="What was done, or how long it took (`seconds.…`). Writes, feedback and "
        "`forgotten` are exact; the others are up to 10 seconds late, and lost for as long when a "
        "process is killed.",
        examples=["searches"],
    )
    agent_id: Annotated[str, StringConstraints(pattern=AGENT_PATTERN)] | None = Field(
        None, description="Only this agent; left out: all that the key sees.", examples=["support"]
    )
    since: Moment | None = Field(
        None,
        description="From the step that holds this moment; left out: 24 hours, or 30 days, "
        "before `to`.",
        alias="from",
        examples=["2026-01-30T12:00:00Z"],
    )
    until: Moment | None = Field(
        None,
        description="To the step that holds this moment; left out: now.",
        alias="to",
        examples=["2026-01-31T12:00:00Z"],
    )
    step: Step = Field(Step.HOUR, description="hour, or day (UTC).", examples=["hour"])


class PointWire(Wire):
    """One step."""

    at: datetime = Field(description="When it begins.", examples=["2026-01-31T12:00:00Z"])
    count: int = Field(description="How much of it there was.", examples=[42])
    p50_ms: float | None = Field(
        None, description="Of times: half were answered within.", examples=[7.3]
    )
    p95_ms: float | None = Field(
        None, description="Of times: 95 of 100 were answered within.", examples=[14.7]
    )
    p99_ms: float | None = Field(
        None, description="Of times: 99 of 100 were answered within.", examples=[24.8]
    )


class TimelineAnswer(Wire):
    """A measure over time."""

    measure: Measure = Field(description="What was looked at.", examples=["searches"])
    step: Step = Field(description="How long a step is.", examples=["hour"])
    points: list[PointWire] = Field(
        description="One for each step, oldest first, whether anything was done or not; 0 for what "
        "is kept no more.",
        examples=[[{"at": "2026-01-31T12:00:00Z", "count": 42}]],
    )
