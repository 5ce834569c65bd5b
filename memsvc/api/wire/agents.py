"""Agents and their settings on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from memsvc.api.wire.values import Name, Share, Wire
from memsvc.core.admission import Admission
from memsvc.core.agent_settings import Contradiction
from memsvc.core.decay import Policy
from memsvc.core.fading import HIGHEST, MOST_MEMORIES
from memsvc.core.handbook.settings import (
    HIGHEST_PRICE,
    MOST_BUDGET,
    MOST_CLASSES,
    MOST_OFFERED,
    STANDARD_HANDBOOK,
)
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


class DecayWire(Wire):
    """How memories of one kind fade. Fading erases nothing: what has faded is archived."""

    policy: Policy = Field(
        Policy.FSRS,
        description="fsrs (a power law; each use that comes late strengthens), memorybank "
        "(exp(-t/S), each use adds a day to S), exponential (0.9^(t/S)) or none.",
        examples=["fsrs"],
    )
    threshold: Annotated[float, Field(ge=0, le=HIGHEST, strict=True)] | None = Field(
        None,
        description="Retention below which a memory is archived: 0 (never), or 0.0001 to 0.99; "
        "null: the policy's own, which is 0.2 for fsrs, 0.05 for exponential and 0.001 for "
        "memorybank.",
        examples=[0.2],
    )
    max_memories: Annotated[int, Field(ge=1, le=MOST_MEMORIES, strict=True)] | None = Field(
        None,
        description="How many are held ready: beyond it the least retained are archived.",
        examples=[100_000],
    )


class DecayPoliciesWire(Wire):
    """How memories fade, by kind."""

    episodic: DecayWire = Field(default_factory=DecayWire, description="Events.")
    semantic: DecayWire = Field(default_factory=DecayWire, description="Facts.")
    procedural: DecayWire = Field(default_factory=DecayWire, description="Behaviors.")


Price = Annotated[float, Field(ge=0, le=HIGHEST_PRICE, strict=True, allow_inf_nan=False)]


class HandbookSettingsWire(Wire):
    """How its behaviors are offered, tried, bounded and counted."""

    hold_out: Share = Field(
        STANDARD_HANDBOOK.hold_out,
        description="Share of offers that are withheld, at random: against these the handbook is "
        "measured. 0: none, and nothing is known of its worth.",
        examples=[0.1],
    )
    hold_out_by_class: dict[Name, Share] = Field(
        default_factory=dict,
        max_length=MOST_CLASSES,
        description="The same for some task classes, by name; at most 100. These names are stored "
        "in the clear.",
        examples=[{"billing": 0.2}],
    )
    limit: Annotated[int, Field(ge=1, le=MOST_OFFERED, strict=True)] = Field(
        STANDARD_HANDBOOK.limit, description="Behaviors in an offer at most, 1 to 20.", examples=[5]
    )
    relevance_floor: Annotated[float, Field(ge=-1, le=1, strict=True, allow_inf_nan=False)] = Field(
        STANDARD_HANDBOOK.relevance_floor,
        description="Cosine of task and instruction from which a behavior is relevant; depends on "
        "the embedding model.",
        examples=[0.09],
    )
    budget: Annotated[int, Field(ge=1, le=MOST_BUDGET, strict=True)] | None = Field(
        None,
        description="Active behaviors beyond which those of the least worth are proposed to be "
        "retired; null: no bound.",
        examples=[200],
    )
    input_price: Price = Field(
        STANDARD_HANDBOOK.input_price,
        description="What an input token costs, in any one currency.",
        examples=[1.0],
    )
    output_price: Price = Field(
        STANDARD_HANDBOOK.output_price,
        description="What an output token costs, in the same currency.",
        examples=[4.0],
    )


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
    decay: DecayPoliciesWire = Field(
        default_factory=DecayPoliciesWire,
        description="How its memories fade.",
        examples=[{"episodic": {"policy": "memorybank", "max_memories": 100_000}}],
    )
    admission: Admission = Field(
        Admission.STANDARD,
        description="standard: what says nothing, or nearly what stands already, is not stored "
        "again; off: all is but what was said word for word.",
        examples=["standard"],
    )
    contradiction: Contradiction = Field(
        Contradiction.SUPERSEDE,
        description="supersede: of statements about one thing the newer ends the older, or both "
        "are disputed; off: all stand side by side.",
        examples=["supersede"],
    )
    handbook: HandbookSettingsWire = Field(
        default_factory=HandbookSettingsWire,
        description="How its behaviors are offered and measured.",
        examples=[{"hold_out": 0.1, "limit": 5}],
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
