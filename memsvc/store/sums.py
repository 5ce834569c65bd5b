"""Sums that are kept, of agents and of tenants: written once, at the end of a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, delete, literal_column, select

from memsvc.store.prepared import PreparedInsert, run_all
from memsvc.store.statistics_tables import activity, tallies, tenant_activity, tenant_tallies
from memsvc.store.tables import agents
from memsvc.store.transaction import Tx

_OF_TENANT, _GONE, _MADE_ANEW = "tenant of", "gone", "made anew"


class Cell(NamedTuple):
    """Memories of an agent that are counted together; `uses` is `MOST_USES` for all above."""

    agent_key: int
    kind: str
    status: str
    trust: str
    uses: int


class Deed(NamedTuple):
    """Something that was done for an agent in an hour, counted since 1970."""

    agent_key: int
    measure: str
    hour: int


class Undone(NamedTuple):
    """Deeds that a tenant's sums hold, of an agent that is gone."""

    tenant: str
    measure: str
    hour: int


_FEW = 16
"""Rows of one statement at most: as many forms of it a server is to know."""

_Step = tuple[str, Sequence[Sequence[Any]]]
"""A statement, and its parameters for each time that it is run."""


class _Kept:
    """One table of sums. Rows that come to nothing are deleted: nothing tells that they were."""

    def __init__(self, table: Table) -> None:
        self._names = [column.name for column in table.primary_key]
        self._add = PreparedInsert(table, adding="count")
        same = [table.c[name] == bindparam(f"of_{name}") for name in self._names]
        self._delete = delete(table).where(*same, table.c.count == literal_column("0"))
        self._deletes: dict[str, str] = {}

    def steps(self, tx: Tx, sums: Mapping[tuple[Any, ...], int]) -> Iterator[_Step]:
        """What adds to rows by their primary keys, in order: no two writers wait for each other."""
        keys = sorted(key for key, by in sums.items() if by)
        if keys:
            rows = [
                {**dict(zip(self._names, key, strict=True)), "count": sums[key]} for key in keys
            ]
            few = len(rows) <= _FEW
            yield self._add.in_one(tx, rows) if few else self._add.steps(tx, rows)
        fewer = [key for key in keys if sums[key] < 0]
        if fewer:
            dialect = tx.connection.dialect
            if dialect.name not in self._deletes:
                self._deletes[dialect.name] = str(self._delete.compile(dialect=dialect))
            yield self._deletes[dialect.name], fewer


_TALLIES, _ACTIVITY = _Kept(tallies), _Kept(activity)
_TENANT_TALLIES, _TENANT_ACTIVITY = _Kept(tenant_tallies), _Kept(tenant_activity)


def belongs(tx: Tx, agent_key: int, tenant: str) -> None:
    """Note whose agent it is: known to whoever found it."""
    tx.own_notes[_OF_TENANT, agent_key] = tenant


def gone(tx: Tx, agent_key: int) -> None:
    """Note that an agent is erased: sums of its own are not kept any more.

    What the same transaction did for it goes into no sum of its tenant either.
    """
    tx.note((_GONE, agent_key), True)


def leave_tallies(tx: Tx) -> None:
    """Note that tallies are made anew when all of this transaction is done, and need no sums."""
    tx.note(_MADE_ANEW, True)


def settle(tx: Tx, sums: Mapping[Hashable, int], part: int) -> None:
    """Write what the requests of a transaction noted; `part` is the process's own."""
    made_anew = tx.noted(_MADE_ANEW)
    noted = {
        key: by
        for key, by in sums.items()
        if by and not (made_anew and isinstance(key, Cell)) and not _is_lost(tx, key)
    }
    tenants = _tenants(tx, {key.agent_key for key in noted if isinstance(key, Cell | Deed)})
    own: tuple[Counter[Any], Counter[Any]] = Counter(), Counter()
    of_tenant: tuple[Counter[Any], Counter[Any]] = Counter(), Counter()
    for key, by in noted.items():
        if isinstance(key, Undone):
            of_tenant[1][*key, part] += by
            continue
        assert isinstance(key, Cell | Deed)
        place = 0 if isinstance(key, Cell) else 1
        if not tx.noted((_GONE, key.agent_key)):
            own[place][key] += by
        of_tenant[place][_under(tenants[key.agent_key], key, part)] += by
    steps = [
        *_TALLIES.steps(tx, own[0]),
        *_ACTIVITY.steps(tx, own[1]),
        *_TENANT_TALLIES.steps(tx, of_tenant[0]),
        *_TENANT_ACTIVITY.steps(tx, of_tenant[1]),
    ]
    if steps:
        run_all(tx, steps)


def _is_lost(tx: Tx, key: Hashable) -> bool:
    return isinstance(key, Deed) and bool(tx.noted((_GONE, key.agent_key)))


def _under(tenant: str, key: Cell | Deed, part: int) -> tuple[Any, ...]:
    return (tenant, *key[1:], part)


def _tenants(tx: Tx, agent_keys: Iterable[int]) -> dict[int, str]:
    found = {key: tx.noted((_OF_TENANT, key)) for key in agent_keys}
    missing = [key for key, tenant in found.items() if tenant is None]
    if missing:
        found.update(_asked(tx, missing))
    return {key: str(tenant) for key, tenant in found.items()}


def _asked(tx: Tx, agent_keys: Sequence[int]) -> dict[int, str]:
    named = select(agents.c.agent_key, agents.c.tenant).where(agents.c.agent_key.in_(agent_keys))
    return {row.agent_key: row.tenant for row in tx.execute(named)}
