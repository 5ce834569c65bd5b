"""Apply: what was planned is embedded, then written in small transactions.

Each refuses to commit when something was erased or held back since the view was read, or a source
was changed: then everything is planned anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from memsvc.core.consolidation.planning import Unit
from memsvc.core.consolidation.relations import EXTRACTED
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import spoken_text
from memsvc.core.statements import slots_said
from memsvc.embedding.protocol import Vectors
from memsvc.operations.consolidating.look import Seen
from memsvc.operations.insert import Judged, insert
from memsvc.operations.known import with_sources
from memsvc.operations.succeed import succeed
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidation_runs, memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

BATCH = 8
"""Memories embedded and written at a time: searches have the model and the database in between."""


@dataclass(slots=True)
class Made:
    """How many memories were made, by relation, and how many superseded."""

    made: Counter[str] = field(default_factory=Counter)
    superseded: int = 0


def apply(
    runtime: Runtime, agent_key: int, run_id: str, seen: Seen, units: Sequence[Unit], made: Made
) -> bool:
    """Write some of what was planned, all or none; False when the ground moved."""
    texts = [spoken_text(one.draft.content, one.draft.speaker) for one in units]
    vectors = runtime.embedder.embed(texts)
    now = runtime.clock.now()
    work = partial(_write, runtime, agent_key, run_id, seen, list(zip(units, vectors, strict=True)))
    superseded = runtime.database.write(partial(work, now))
    if superseded is None:
        return False
    made.made.update(one.relation for one in units)
    made.superseded += superseded
    # Days rest on the sessions that were just written.
    with runtime.database.snapshot() as tx:
        ids = [str(one.draft.id) for one in units]
        for id_, number in memories.numbers_of(tx, agent_key, ids).items():
            seen.versions[id_] = number, 1
    return True


def _write(
    runtime: Runtime,
    agent_key: int,
    run_id: str,
    seen: Seen,
    units: Sequence[tuple[Unit, Vectors]],
    now: datetime,
    tx: Tx,
) -> int | None:
    """How many were superseded; None when the ground moved."""
    agent = agents.any_by_key(tx, agent_key, lock=True)
    if agent is None or agent.erasure_epoch != seen.epoch:
        return None
    if not _stand(tx, agent, seen, [unit for unit, _ in units]):
        return None
    return write_units(runtime, tx, agent, run_id, units, now)


def write_units(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    run_id: str,
    units: Sequence[tuple[Unit, Vectors]],
    now: datetime,
) -> int:
    """Write what is planned of one agent, which is locked, as made by the run.

    How many were superseded as former ones of a unit.
    """
    superseded = 0
    numbers = []
    for unit, vectors in units:
        draft = unit.draft
        assert draft.id is not None, "planned with an id"
        # Of what only repeats or sums up others' words nothing is to be superseded.
        slots = slots_said(draft) if unit.relation == EXTRACTED else ()
        judged = Judged(draft, draft.id, vectors, fingerprint(draft), draft.trust, slots=slots)
        insert(runtime, tx, agent, with_sources(tx, agent, [judged]), now, unit.relation)
        numbers.append(memories.numbers_of(tx, agent.agent_key, [draft.id])[draft.id])
        superseded += succeed(tx, agent, unit.replaces, draft.id, now)
    consolidation_runs.add_made(tx, agent.agent_key, run_id, numbers)
    return superseded


def _stand(tx: Tx, agent: Agent, seen: Seen, units: Sequence[Unit]) -> bool:
    """Whether the sources are there, worded as they were when they were read."""
    sources = {source for unit in units for source in unit.draft.source_ids}
    # What is made in the same batch is a source of what follows it.
    sources -= {unit.draft.id for unit in units}
    expected = {seen.versions.get(one) for one in sources}
    if None in expected:
        return False
    numbers = sorted(number for number, _ in filter(None, expected))
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    return {(row.number, row.version) for row in rows} == expected
