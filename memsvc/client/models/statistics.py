"""Figures: of an agent, of all of them, over time."""

from __future__ import annotations

from datetime import datetime

from memsvc.client.models.answer import Answer, Open
from memsvc.client.models.offers import HandbookWorth
from memsvc.client.words import Measure, Step


class Uses(Answer):
    """How memories are used."""

    total: int
    never: int
    gini: float | None
    most: int


class Disputes(Answer):
    """Open disputes."""

    open: int
    looked_at: int
    oldest_days: float | None


class RetentionFigures(Answer):
    """How far memories have faded."""

    bins: list[int]
    faded: int
    state: str
    looked_at: int
    of: int


class Latency(Answer):
    """How long answers took; null where there were none."""

    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class RecallFigures(Answer):
    """How searches were answered of late."""

    hours: int
    searches: int
    one_pass_share: float | None
    auto_one_pass_share: float | None
    search: Latency
    context: Latency
    write: Latency


class MemoryFigures(Answer):
    """Memories in figures."""

    memories: int
    by_kind: dict[str, int]
    by_status: dict[str, int]
    by_trust: dict[str, int]
    uses: Uses
    disputes: Disputes
    retention: RetentionFigures
    events: dict[str, int]
    recall: RecallFigures


class HandbookStatistics(Answer):
    """A handbook in figures."""

    version: int
    behaviors: dict[str, int]
    traces: int
    worth: HandbookWorth


class AgentStatistics(MemoryFigures):
    """An agent in figures."""

    handbook: HandbookStatistics


class Handbooks(Answer):
    """All handbooks in figures."""

    agents: int
    outcomes: int
    offered: int
    held_out: int
    saving: float | None


class ForgetFigures(Answer):
    """Forget requests in figures."""

    by_status: dict[str, int]
    open: int
    due: int
    overdue: int


class IndexFigures(Answer):
    """Indexes in RAM."""

    agents: int
    size_bytes: int
    hits: int
    misses: int
    evictions: int
    behind: int
    lag: int


class Installation(Answer):
    """How the service stands."""

    tier: str
    database: str
    storage_bytes: int
    tombstones: int | None
    indexes: IndexFigures


class TenantStatistics(MemoryFigures):
    """All agents that the key sees, in figures; the last two for operator and admin keys."""

    agents: int
    handbooks: Handbooks
    forget_requests: ForgetFigures | None
    service: Installation | None


class Point(Answer):
    """One step of a timeline; percentiles are those of times."""

    at: datetime
    count: int
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None


class Timeline(Answer):
    """A measure over time: a point for each step, oldest first."""

    measure: Open[Measure]
    step: Open[Step]
    points: list[Point]
