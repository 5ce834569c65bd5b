"""Runs of consolidation: how each went, what it made; and the memories that probe for harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update

from memsvc.store.living_tables import probes, run_memories, runs
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as it stands; `counts` holds numbers, codes and times, nothing personal."""

    run_id: str
    status: str
    started_at: datetime
    finished_at: datetime | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)


def add(tx: Tx, agent_key: int, run: RunRow) -> None:
    """Note a new run."""
    tx.execute(insert(runs).values(agent_key=agent_key, run_id=run.run_id, **_values(run)))


def change(tx: Tx, agent_key: int, run: RunRow) -> None:
    """Note how a run stands."""
    of_run = (runs.c.agent_key == agent_key, runs.c.run_id == run.run_id)
    tx.execute(update(runs).where(*of_run).values(**_values(run)))


def _values(run: RunRow) -> dict[str, Any]:
    return {
        "status": run.status,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "counts": orjson.dumps(run.counts).decode(),
    }


def find(tx: Tx, agent_key: int, run_id: str) -> RunRow | None:
    """The run with this id."""
    statement = select(runs).where(runs.c.agent_key == agent_key, runs.c.run_id == run_id)
    row = tx.execute(statement).first()
    return None if row is None else _run(row)


def latest(tx: Tx, agent_key: int, limit: int, statuses: Sequence[str] = ()) -> list[RunRow]:
    """The last runs of an agent, the newest first; of these statuses only, where any is named."""
    statement = select(runs).where(runs.c.agent_key == agent_key)
    if statuses:
        statement = statement.where(runs.c.status.in_(list(statuses)))
    newest = statement.order_by(runs.c.started_at.desc(), runs.c.run_id.desc()).limit(limit)
    return [_run(row) for row in tx.execute(newest)]


def trim(tx: Tx, agent_key: int, keep: int) -> None:
    """Let go of all but the last `keep` runs; what they made stays."""
    kept = [one.run_id for one in latest(tx, agent_key, keep)]
    for table in (run_memories, runs):
        tx.execute(delete(table).where(table.c.agent_key == agent_key, ~table.c.run_id.in_(kept)))


def add_made(tx: Tx, agent_key: int, run_id: str, numbers: Sequence[int]) -> None:
    """Note memories that a run made."""
    rows = [{"agent_key": agent_key, "run_id": run_id, "number": one} for one in numbers]
    if rows:
        tx.execute(insert(run_memories), rows)


def made_by(tx: Tx, agent_key: int, run_id: str) -> list[int]:
    """Numbers of the memories that a run made and that are still there, ascending."""
    statement = select(run_memories.c.number).where(
        run_memories.c.agent_key == agent_key, run_memories.c.run_id == run_id
    )
    return sorted(tx.execute(statement).scalars())


def forget_made(tx: Tx, agent_key: int, run_id: str) -> None:
    """Have a run no longer be who made what is left of it."""
    tx.execute(
        delete(run_memories).where(
            run_memories.c.agent_key == agent_key, run_memories.c.run_id == run_id
        )
    )


def probes_of(tx: Tx, agent_key: int) -> list[int]:
    """Numbers of the agent's probes that are still there, ascending."""
    statement = select(probes.c.number).where(probes.c.agent_key == agent_key)
    return sorted(tx.execute(statement).scalars())


def add_probes(tx: Tx, agent_key: int, numbers: Sequence[int]) -> None:
    """Choose further probes."""
    known = set(probes_of(tx, agent_key))
    rows = [{"agent_key": agent_key, "number": one} for one in numbers if one not in known]
    for start in range(0, len(rows), CHUNK):
        tx.execute(insert(probes), rows[start : start + CHUNK])


def _run(row: Any) -> RunRow:
    return RunRow(row.run_id, row.status, row.started_at, row.finished_at, orjson.loads(row.counts))
