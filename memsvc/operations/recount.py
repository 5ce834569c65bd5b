"""Recount: what statistics count as it changes, held against the memories themselves."""

from __future__ import annotations

from collections import Counter
from typing import Any

from memsvc.core.finding import Finding, ok, warning
from memsvc.store import recounting
from memsvc.store.database import Database
from memsvc.store.transaction import Tx

TALLIES = "tallies"

REMEDY = (
    "Statistics are wrong, nothing else is: run `memsvc recount`, while the service runs or not. "
    "It should not happen; please report it."
)


def differing(tx: Tx) -> int:
    """How many figures, of agents and of tenants, are not what a recount finds."""
    found, kept = recounting.counted(tx), recounting.kept(tx)
    tenants = recounting.tenants(tx)
    summed: Counter[tuple[Any, ...]] = Counter()
    for cell, count in found.items():
        summed[tenants[cell.agent_key], *cell[1:]] += count
    return _apart(found, kept) + _apart(summed, recounting.of_tenants(tx))


def _apart(first: Counter[Any], second: Counter[Any]) -> int:
    return sum(first[one] != second[one] for one in first.keys() | second.keys())


def recount(database: Database) -> None:
    """Make all tallies anew from the memories."""
    database.write(recounting.rebuild)


def examine_tallies(database: Database) -> list[Finding]:
    """Whether all that is counted as it changes is what a recount finds."""
    with database.snapshot() as tx:
        wrong = differing(tx)
    if wrong:
        return [warning(TALLIES, f"{wrong:,} figures differ from a recount", REMEDY)]
    return [ok(TALLIES, "statistics agree with a recount")]
