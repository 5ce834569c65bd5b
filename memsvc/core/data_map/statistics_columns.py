"""Columns of the tables of figures: counts alone, of nobody and nothing in particular."""

from __future__ import annotations

from memsvc.core.data_map.columns import AGENT, ROW
from memsvc.core.data_map.entry import Cell, Entry, Holds, table

_CELL = {
    "kind": Cell(Holds.CODE, "memories of this kind"),
    "status": Cell(Holds.CODE, "and this stored status"),
    "trust": Cell(Holds.CODE, "and this trust"),
    "uses": Cell(Holds.NUMBER, "that were used so often, 1,000 for all above"),
}
_TENANT = Cell(Holds.CHOSEN_ID, "whose agents")
_COUNT = Cell(Holds.NUMBER, "how many there are that readers may see")
_DONE = {
    "measure": Cell(Holds.CODE, "what was done, or a bucket of how long it took"),
    "hour": Cell(Holds.TIME, "in which hour"),
}
_PART = Cell(Holds.NUMBER, "which process counted: one of 64 at random")
_MANY = Cell(Holds.NUMBER, "how often")

COLUMNS: tuple[Entry, ...] = (
    *table(
        "tallies",
        {"agent_key": AGENT, **_CELL, "count": _COUNT},
        destroyed_by="the change that leaves nothing to count, as by every erasure",
        kept="as long as there is something to count",
    ),
    *table(
        "tenant_tallies",
        {"tenant": _TENANT, **_CELL, "part": _PART, "count": _COUNT},
        destroyed_by="the change that leaves nothing to count, as by every erasure",
        kept="as long as there is something to count; the sum over the parts is what counts",
    ),
    *table(
        "activity",
        {"agent_key": AGENT, **_DONE, "count": _MANY},
        destroyed_by=f"{ROW}, and the erasure of the agent",
        kept="90 days, or as MEMSVC_ACTIVITY_DAYS says: what was done, not what about",
    ),
    *table(
        "tenant_activity",
        {"tenant": _TENANT, **_DONE, "part": _PART, "count": _MANY},
        destroyed_by=f"{ROW}; the erasure of an agent takes its share out",
        kept="90 days, or as MEMSVC_ACTIVITY_DAYS says: what was done, not what about",
    ),
)
