"""Orders to forget, corrections, keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from memsvc.client.params.moments import When
from memsvc.client.params.writing import FactFields, MemoryBehaviorFields, TimeRange
from memsvc.client.words import DerivedRule, OrderMode, Regulation


class Chosen(TypedDict, total=False):
    """What is to become of a memory of others that names the person."""

    agent_id: Required[str]
    """Whose memory it is."""
    memory_id: Required[str]
    """The memory."""
    action: Required[Literal["delete", "redact"]]
    """`redact` takes the name out and keeps the rest."""


class Order(TypedDict, total=False):
    """Whom or what to forget, and how."""

    subject_ids: Sequence[str]
    """People."""
    agent_id: str | None
    """The agent."""
    memory_ids: Sequence[str]
    """Single memories of the agent."""
    session_ids: Sequence[str]
    """Sessions of the agent."""
    time_range: TimeRange | None
    """What happened in a stretch of time."""
    scope: Literal["agent"] | None
    """`agent`: everything that the agent has."""
    mentions: Sequence[Chosen]
    """Memories of others that name the person, as a preview lists them."""
    id: str | None
    """Your id for it, which makes it safe to repeat."""
    reason: str | None
    """Why; sealed, and destroyed when the request closes."""
    regulation: Regulation
    """Whose clock runs: gdpr one month, ccpa 45 days, other 30 days."""
    derived: DerivedRule
    """What becomes of memories derived from others, too."""
    mode: OrderMode
    """`two_phase` waits for POST …/confirm."""


class Correction(TypedDict, total=False):
    """What is right about one memory; what is left out stays."""

    agent_id: Required[str]
    """The agent whose memory it is."""
    memory_id: Required[str]
    """The memory."""
    content: str
    """The right wording."""
    speaker: str | None
    """The right display name of who said it; null: none."""
    metadata: Mapping[str, Any]
    """Replaces all metadata."""
    tags: Sequence[str]
    """Replaces all tags."""
    fact: FactFields | None
    """The right structured form, of a semantic memory."""
    behavior: MemoryBehaviorFields | None
    """The right structured form, of a procedural memory."""


class KeyFields(TypedDict, total=False):
    """What a key is for."""

    agents: str
    """Agents an agent key is for: a shell pattern."""
    name: str
    """A label for you; stored in the clear."""
    expires_at: When | None
    """When it stops working; null: never."""
