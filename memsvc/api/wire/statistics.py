"""Statistics on the wire."""

from __future__ import annotations

from pydantic import Field

from memsvc.api.wire.offers import HandbookWorthWire
from memsvc.api.wire.values import Wire


class UsesWire(Wire):
    """How memories are used, as feedback tells."""

    total: int = Field(description="Uses of all memories together.", examples=[840])
    never: int = Field(description="Memories that were never used.", examples=[900])
    gini: float | None = Field(
        description="Gini's coefficient of uses over memories: 0 where all are used alike, towards "
        "1 where few have all the uses; null where nothing was used. Exact while no memory was "
        "used more than `most` times.",
        examples=[0.83],
    )
    most: int = Field(
        description="A memory that was used more often counts as used so often.", examples=[1000]
    )


class DisputesWire(Wire):
    """Memories that contradict each other, neither of which clearly wins."""

    open: int = Field(description="Memories disputed now.", examples=[4])
    looked_at: int = Field(
        description="Of so many the age was looked at: of 500 at most, whichever are found first.",
        examples=[4],
    )
    oldest_days: float | None = Field(
        description="Days since the later one of the pair that has been disputed longest was "
        "written, of those looked at; null without any. Of more than 100 it is up to a minute old.",
        examples=[2.5],
    )


class RetentionWire(Wire):
    """How retention is spread over memories that are active or disputed, by stored status."""

    bins: list[int] = Field(
        description="Memories by retention, in ten bins of equal width: from 0 to below 0.1 first, "
        "from 0.9 to 1 last.",
        examples=[[0, 0, 4, 11, 30, 51, 80, 120, 210, 494]],
    )
    faded: int = Field(
        description="Those below the threshold of their kind: shown as archived, though stored as "
        "active or disputed. What is beyond a budget (`max_memories`) only is not among them.",
        examples=[3],
    )
    state: str = Field(
        description="exact: every memory was looked at; sampled: `looked_at` memories drawn at "
        "random up to a minute ago, and the figures scaled up to all `of`.",
        examples=["exact"],
    )
    looked_at: int = Field(description="Memories looked at.", examples=[1000])
    of: int = Field(description="Memories that are active or disputed.", examples=[1000])


class LatencyWire(Wire):
    """How long requests took inside the service, over all processes; 9 % off at most."""

    count: int = Field(description="Requests answered.", examples=[512])
    p50_ms: float | None = Field(description="Half were answered within.", examples=[7.3])
    p95_ms: float | None = Field(description="95 of 100 were answered within.", examples=[14.7])
    p99_ms: float | None = Field(description="99 of 100 were answered within.", examples=[24.8])


class RecallWire(Wire):
    """Searches, contexts and writes of the last 24 hours; up to 10 seconds late."""

    hours: int = Field(description="Hours looked at, the present one included.", examples=[24])
    searches: int = Field(
        description="Searches answered, those for contexts among them.", examples=[512]
    )
    one_pass_share: float | None = Field(
        description="Share of searches that one pass answered; null without any.",
        examples=[0.98],
    )
    auto_one_pass_share: float | None = Field(
        description="The same of those of mode `auto`, which are escalated where the first pass "
        "leaves doubt.",
        examples=[0.94],
    )
    search: LatencyWire = Field(description="Time of a search.")
    context: LatencyWire = Field(description="Time of a context, its search included.")
    write: LatencyWire = Field(description="Time of a write, until it is durable.")


class MemoryFiguresWire(Wire):
    """Memories that readers may see; those held back by a request or a restriction are not."""

    memories: int = Field(description="Memories, whatever their status.", examples=[1200])
    by_kind: dict[str, int] = Field(
        description="Memories by kind.",
        examples=[{"episodic": 1000, "semantic": 190, "procedural": 10}],
    )
    by_status: dict[str, int] = Field(
        description="Memories by stored status. Fading is judged when a memory is read: a faded "
        "one is shown as archived and counted here as it is stored (see `retention.faded`). What "
        "was superseded by something that begins later is shown as active until then, and counted "
        "as superseded.",
        examples=[
            {"active": 1100, "superseded": 80, "disputed": 4, "archived": 16, "quarantined": 0}
        ],
    )
    by_trust: dict[str, int] = Field(
        description="Memories by trust.",
        examples=[{"operator": 0, "user": 900, "agent": 250, "tool": 50, "web": 0}],
    )
    uses: UsesWire = Field(description="How they are used.")
    disputes: DisputesWire = Field(description="Open disputes.")
    retention: RetentionWire = Field(description="How far they have faded.")
    events: dict[str, int] = Field(
        description="What became of drafts that were offered in the last 30 days: duplicates, "
        "supersessions and the rest, counted when it happened, whatever was erased since.",
        examples=[
            {
                "added": 950, "duplicate": 41, "merged": 2, "superseded": 38, "disputed": 4,
                "suppressed": 0, "quarantined": 0, "rejected": 3,
            }
        ],
    )  # fmt: skip
    recall: RecallWire = Field(description="How searches were answered of late.")


class HandbookStatisticsWire(Wire):
    """A handbook in figures."""

    version: int = Field(description="Its version.", examples=[3])
    behaviors: dict[str, int] = Field(
        description="Behaviors by status.",
        examples=[{"candidate": 2, "active": 12, "retired": 1}],
    )
    traces: int = Field(description="Traces recorded.", examples=[140])
    worth: HandbookWorthWire = Field(
        description="What it is worth so far, over tasks of all classes."
    )


class AgentStatisticsWire(MemoryFiguresWire):
    """An agent in figures."""

    handbook: HandbookStatisticsWire = Field(description="Its handbook.")


class HandbooksWire(Wire):
    """The handbooks of all agents together."""

    agents: int = Field(description="Agents that have a handbook.", examples=[12])
    outcomes: int = Field(description="Outcomes of offers that were told.", examples=[1000])
    offered: int = Field(
        description="Tasks with an offer; 0 above 50,000 outcomes.", examples=[900]
    )
    held_out: int = Field(description="Tasks held out; 0 above 50,000 outcomes.", examples=[100])
    saving: float | None = Field(
        description="What all tasks with an offer cost less together, by each agent's own prices, "
        "less what curation cost; below zero they cost more. Null where no agent has tasks of both "
        "sorts, and above 50,000 outcomes.",
        examples=[182_000.0],
    )


class ForgetFiguresWire(Wire):
    """Forget requests of the tenant."""

    by_status: dict[str, int] = Field(
        description="Requests by status; those `verified` or `closed` were proven.",
        examples=[{"received": 0, "restricted": 1, "closed": 12}],
    )
    open: int = Field(description="Requests that are not over.", examples=[1])
    due: int = Field(
        description="Those of them that have used half of their time or more.", examples=[0]
    )
    overdue: int = Field(description="Those that are past their time.", examples=[0])


class IndexFiguresWire(Wire):
    """Indexes in the RAM of the process that answered, since it started."""

    agents: int = Field(description="Agents whose index is in RAM.", examples=[12])
    size_bytes: int = Field(description="RAM that they take, estimated.", examples=[73_400_320])
    hits: int = Field(description="Times that an index was there when asked for.", examples=[9000])
    misses: int = Field(description="Times that one had to be loaded.", examples=[12])
    evictions: int = Field(description="Indexes let go for room.", examples=[0])
    behind: int = Field(
        description="Indexes that are behind the database, of the 1,000 used last; each catches up "
        "before it answers.",
        examples=[0],
    )
    lag: int = Field(description="By so many changes in all.", examples=[0])


class ProcessFiguresWire(Wire):
    """The process that answered, and the whole database, of all tenants."""

    tier: str = Field(
        description="shred: sealed, each memory under its own key; store: plain rows.",
        examples=["shred"],
    )
    database: str = Field(description="sqlite or postgresql.", examples=["sqlite"])
    storage_bytes: int = Field(
        description="Bytes of the database: its files with the log (SQLite), or what the server "
        "says (PostgreSQL).",
        examples=[52_428_800],
    )
    tombstones: int | None = Field(
        description="Tombstones that keep forgotten memories from being written again; null for "
        "viewer keys.",
        examples=[340],
    )
    indexes: IndexFiguresWire = Field(description="Indexes in RAM.")


class TenantStatisticsWire(MemoryFiguresWire):
    """All agents of the tenant in figures, or those that a key's pattern lets it see."""

    agents: int = Field(description="Agents that have memories or settings.", examples=[12])
    handbooks: HandbooksWire = Field(description="Their handbooks.")
    forget_requests: ForgetFiguresWire | None = Field(
        description="Forget requests; null for viewer keys."
    )
    service: ProcessFiguresWire | None = Field(
        description="Process and database; for operator and admin keys, and where there is one "
        "tenant only; else null."
    )
