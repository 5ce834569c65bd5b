"""How to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from memsvc.client.params.moments import When
from memsvc.client.words import Kind, SearchMode, Status, Timing


class RecallOptions(TypedDict, total=False):
    """What a search and a context are both asked with."""

    kinds: Sequence[Kind]
    """Kinds to search; empty: all."""
    user_id: str | None
    """Only what came from this person."""
    session_id: str | None
    """Only this conversation."""
    filters: Mapping[str, Any]
    """Conditions, applied inside the search."""
    as_of: When | None
    """Answer from what was recorded and valid then."""
    include: Sequence[Literal["archived", "superseded", "quarantined"]]
    """Statuses to search besides active and disputed."""
    mode: SearchMode
    """How hard to look."""
    reference_time: When | None
    """The moment from which times in the query are meant (`last May`)."""
    timing: Timing
    """What a time in the query does."""
    min_score: float
    """Leave out results below."""


class SearchOptions(RecallOptions, total=False):
    """How to search."""

    limit: int
    """Results at most, 1 to 200."""
    explain: bool
    """Whether to add `score_details` to each result."""


class ContextOptions(RecallOptions, total=False):
    """What goes into a context."""

    token_budget: int
    """Tokens the whole text may have, 50 to 32,000."""
    limit: int
    """Memories considered at most, 1 to 200."""


class MemoryFilter(TypedDict, total=False):
    """Which memories to list."""

    kind: Kind | None
    """Only of this kind."""
    user_id: str | None
    """Only from this person."""
    session_id: str | None
    """Only of this conversation."""
    status: Status | None
    """Only with this status."""
    limit: int
    """Memories at most, 1 to 500."""
