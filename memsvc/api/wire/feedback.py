"""Feedback and forecasts on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from memsvc.api.wire.values import BATCH, PAGE_LIMIT, MemoryId, Wire
from memsvc.core.memory import Kind
from memsvc.core.reinforcement import Outcome

LONGEST_FORECAST_DAYS = 3_650


class FeedbackItem(Wire):
    """What became of one memory that you were given."""

    memory_id: MemoryId = Field(description="The memory.", examples=["turn-17"])
    outcome: Outcome = Field(
        description="used: it went into the answer; confirmed: and somebody said that it is so; "
        "partly: it helped a little; contradicted: it was wrong. Tell nothing of what you did not "
        "use.",
        examples=["used"],
    )


class FeedbackBody(Wire):
    """What became of memories; several items about one memory count in their order."""

    items: list[FeedbackItem] = Field(
        min_length=1,
        max_length=BATCH,
        description="1 to 1000 items.",
        examples=[[{"memory_id": "turn-17", "outcome": "used"}]],
    )


class FeedbackAnswer(Wire):
    """How much was taken in."""

    updated: int = Field(
        description="Memories that were updated; ids that no memory of the agent has are passed "
        "over.",
        examples=[1],
    )


class ForecastQuery(Wire):
    """How far to look, and how much to show."""

    days: Annotated[float, Field(gt=0, le=LONGEST_FORECAST_DAYS, allow_inf_nan=False)] = Field(
        30, description="Days from now on, up to 3650.", examples=[30]
    )
    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = Field(
        100, description="Memories at most, 1 to 500.", examples=[100]
    )
    cursor: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        None,
        description="`next_cursor` of the page before.",
        examples=["Qxkq3EeWwAAAAAAAAAAAKg"],
    )


class FadingWire(Wire):
    """A memory that will fade unless it is used."""

    id: str = Field(description="The memory.", examples=["turn-17"])
    kind: Kind = Field(description="Its kind.", examples=["episodic"])
    retention: float = Field(
        description="Chance that it is still worth recalling now, 0 to 1.", examples=[0.21]
    )
    fades_at: datetime = Field(
        description="When it falls below the threshold of its kind and is shown archived.",
        examples=["2026-02-14T08:30:00Z"],
    )


class FadingCounts(Wire):
    """How many memories fade, by kind."""

    episodic: int = Field(description="Events.", examples=[12])
    semantic: int = Field(description="Facts.", examples=[3])
    procedural: int = Field(description="Behaviors.", examples=[0])


class ForecastAnswer(Wire):
    """What fades within the time asked for, soonest first."""

    memories: list[FadingWire] = Field(description="The memories.", examples=[[]])
    counts: FadingCounts = Field(
        description="How many there are on all pages.",
        examples=[{"episodic": 12, "semantic": 3, "procedural": 0}],
    )
    next_cursor: str | None = Field(
        description="Pass as `cursor` for the next page; null at the end.", examples=[None]
    )
