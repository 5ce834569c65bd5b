"""Agents of a tenant: which there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memsvc.core.memory import Status
from memsvc.runtime import Safe
from memsvc.store import roster

AT_ONCE = 200
MOST_LOOKED_AT = 5_000
"""Ids gone through at most for one page, for a caller who sees few of them."""


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent: when it was made, how much readers may see of it, by stored status."""

    agent_id: str
    created_at: datetime
    held: Mapping[Status, int]

    @property
    def memories(self) -> int:
        """All of them."""
        return sum(self.held.values())


@dataclass(frozen=True, slots=True)
class AgentPage:
    """Agents by id; `next_after` continues the list, None at its end."""

    agents: Sequence[AgentLine]
    next_after: str | None


def list_agents(
    safe: Safe,
    tenant: str,
    sees: Callable[[str], bool],
    named: str = "",
    after: str = "",
    limit: int = 50,
) -> AgentPage:
    """A page of the tenant's agents that the caller sees, those whose id holds `named`.

    A page may be short, and the list go on, where few are seen.
    """
    seen: list[Any] = []
    looked_at, goes_on = 0, True
    with safe.database.snapshot() as tx:
        while goes_on and len(seen) <= limit and looked_at < MOST_LOOKED_AT:
            rows = roster.page(tx, tenant, named.lower(), after, AT_ONCE)
            seen += [row for row in rows if sees(row.agent_id)]
            goes_on, looked_at = len(rows) == AT_ONCE, looked_at + len(rows)
            after = rows[-1].agent_id if rows else after
        shown = seen[:limit]
        held = roster.held(tx, [row.agent_key for row in shown])
    if len(seen) > limit:
        after, goes_on = shown[-1].agent_id, True
    lines = [AgentLine(row.agent_id, row.created_at, held[row.agent_key]) for row in shown]
    return AgentPage(lines, after if goes_on else None)
