"""An agent's settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from memsvc.client.models.answer import Answer, Open
from memsvc.client.words import Admission, Contradiction, DecayPolicy


class Ranking(Answer):
    """What counts beside relevance in a search: three weights that sum to at most 1."""

    retention: float
    importance: float
    trust: float


class Kept(Answer):
    """How long memories of one kind are kept."""

    days: int


class Retention(Answer):
    """How long memories are kept, by kind; a kind that is null or left out is kept without end."""

    episodic: Kept | None = None
    semantic: Kept | None = None
    procedural: Kept | None = None


class Decay(Answer):
    """How memories of one kind fade. Fading erases nothing: what has faded is archived."""

    policy: Open[DecayPolicy]
    threshold: float | None = None
    max_memories: int | None = None


class DecayPolicies(Answer):
    """How memories fade, by kind."""

    episodic: Decay
    semantic: Decay
    procedural: Decay


class HandbookSettings(Answer):
    """How its behaviors are offered, tried, bounded and counted."""

    hold_out: float
    hold_out_by_class: dict[str, Any]
    limit: int
    relevance_floor: float
    budget: int | None = None
    input_price: float
    output_price: float


class AgentSettings(Answer):
    """Settings of one agent."""

    ranking: Ranking
    retention: Retention
    decay: DecayPolicies
    admission: Open[Admission]
    contradiction: Open[Contradiction]
    handbook: HandbookSettings


class AgentCard(Answer):
    """An agent and its settings."""

    agent_id: str
    created_at: datetime
    settings: AgentSettings
