"""An agent's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Required, TypedDict

from memsvc.client.words import Admission, Contradiction, DecayPolicy


class RankingFields(TypedDict, total=False):
    """What counts beside relevance: three weights that sum to at most 1."""

    retention: float
    """Share of its relevance that a memory with no retention left loses."""
    importance: float
    """Share of its relevance that a memory of importance 0 loses."""
    trust: float
    """Share of its relevance that a memory without any trust would lose."""


class KeptFields(TypedDict, total=False):
    """How long memories of one kind are kept."""

    days: Required[int]
    """Days from its writing on (`created_at`) after which a memory is erased."""


class RetentionFields(TypedDict, total=False):
    """How long memories are kept, by kind."""

    episodic: KeptFields | None
    """Events."""
    semantic: KeptFields | None
    """Facts."""
    procedural: KeptFields | None
    """Behaviors."""


class DecayFields(TypedDict, total=False):
    """How memories of one kind fade."""

    policy: DecayPolicy
    """fsrs (a power law."""
    threshold: float | None
    """Retention below which a memory is archived."""
    max_memories: int | None
    """How many are held ready: beyond it the least retained are archived."""


class DecayPolicyFields(TypedDict, total=False):
    """How memories fade, by kind."""

    episodic: DecayFields
    """Events."""
    semantic: DecayFields
    """Facts."""
    procedural: DecayFields
    """Behaviors."""


class HandbookFields(TypedDict, total=False):
    """How behaviors are offered and measured."""

    hold_out: float
    """Share of offers that are withheld, at random."""
    hold_out_by_class: Mapping[str, Any]
    """The same for some task classes, by name."""
    limit: int
    """Behaviors in an offer at most, 1 to 20."""
    relevance_floor: float
    """Cosine of task and instruction from which a behavior is relevant."""
    budget: int | None
    """Active behaviors beyond which those of the least worth are proposed to be retired."""
    input_price: float
    """What an input token costs, in any one currency."""
    output_price: float
    """What an output token costs, in the same currency."""


class SettingsFields(TypedDict, total=False):
    """All settings of an agent; what is left out is as without settings."""

    ranking: RankingFields
    """How its memories are ranked."""
    retention: RetentionFields
    """How long its memories are kept: without end, unless said here."""
    decay: DecayPolicyFields
    """How its memories fade."""
    admission: Admission
    """standard."""
    contradiction: Contradiction
    """supersede."""
    handbook: HandbookFields
    """How its behaviors are offered and measured."""


def laid_over(known: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is known with the fields over it; mappings that both name are laid over each other."""
    both = {
        name: laid_over(known[name], value)
        for name, value in fields.items()
        if isinstance(value, Mapping) and isinstance(known.get(name), Mapping)
    }
    return {**known, **fields, **both}
