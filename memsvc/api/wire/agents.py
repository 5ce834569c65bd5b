"""Agents and their settings on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from memsvc.api.wire.values import Share, Wire
from memsvc.core.retaining import LONGEST_DAYS
from memsvc.core.weights import STANDARD


class RankingWire(Wire):
    """What counts beside relevance in a search: three weights that sum to at most 1.

    `final = relevance (1 - retention (1 - R) - importance (1 - I) - trust (1 - T))`; 0 leaves one
    out.
    """

    retention: Share = Field(
        STANDARD.retention,
        description="Share of its relevance that a memory with no retention left loses.",
        examples=[0.1],
    )
    importance: Share = Field(
        STANDARD.importance,
        description="Share of its relevance that a memory of importance 0 loses.",
        examples=[0.05],
    )
    trust: Share = Field(
        STANDARD.trust,
        description="Share of its relevance that a memory without any trust would lose. Trust "
        "counts 1 for operator, then 0.8 (user), 0.6 (agent), 0.4 (tool), 0.2 (web).",
        examples=[0.05],
    )


class KeptWire(Wire):
    """How long memories of one kind are kept."""

    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS, strict=True)] = Field(
        description="Days from its writing on (`created_at`) after which a memory is erased.",
        examples=[90],
    )


class RetentionWire(Wire):
    """How long memories are kept, by kind; a kind that is null or left out is kept without end.

    When its time is over a memory is erased for good, within minutes, together with what was
    derived from it alone. Pinned memories stay; a pinned memory that was derived goes with its last
    source all the same. What a forget request or a restriction holds back is left to that.
    """

    episodic: KeptWire | None = Field(None, description="Events.")
    semantic: KeptWire | None = Field(None, description="Facts.")
    procedural: KeptWire | None = Field(None, description="Behaviors.")


class SettingsWire(Wire):
    """Settings of one agent."""

    ranking: RankingWire = Field(
        default_factory=RankingWire, description="How its memories are ranked."
    )
    retention: RetentionWire = Field(
        default_factory=RetentionWire,
        description="How long its memories are kept: without end, unless said here.",
        examples=[{"episodic": {"days": 90}}],
    )


class AgentBody(Wire):
    """All settings of an agent; what is left out is as it is without settings."""

    settings: SettingsWire = Field(description="The settings.")


class AgentWire(Wire):
    """An agent and its settings."""

    agent_id: str = Field(description="Its id.", examples=["support"])
    created_at: datetime = Field(
        description="When it was first written to or given settings.",
        examples=["2026-01-31T12:00:00Z"],
    )
    settings: SettingsWire = Field(description="Its settings, defaults included.")
