"""Take back: a run is undone; what it made is erased, and what it superseded stands again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from memsvc.core.audit import SERVICE
from memsvc.core.consolidation.run import RunStatus, Why
from memsvc.operations.erase import By, erase_closure
from memsvc.operations.rederive import rederive_now
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidation_runs, readings
from memsvc.store.consolidation_runs import RunRow
from memsvc.store.transaction import Tx

BATCH = 200


def take_back(
    runtime: Runtime, agent_key: int, run: RunRow, why: Why, actor: str = SERVICE
) -> RunRow:
    """Undo a run that is noted as being rolled back; repeated after a crash, it goes on.

    From the last memory that it made to the first: what was derived goes before its sources.
    """
    if run.status != RunStatus.ROLLING_BACK or "why" not in run.counts:
        run = replace(run, status=RunStatus.ROLLING_BACK, counts={**run.counts, "why": why.value})
        runtime.database.write(lambda tx: consolidation_runs.change(tx, agent_key, run))
    while slots := runtime.database.write(
        partial(_erase_some, runtime, agent_key, run.run_id, By(actor))
    ):
        runtime.keyring.shred(slots[0], agent_key)
    rederive_now(runtime, agent_key)

    def end(tx: Tx) -> RunRow:
        agent = agents.any_by_key(tx, agent_key, lock=True)
        counts = {**run.counts, "sequence": agent.sequence if agent else 0}
        ended = replace(
            run,
            status=RunStatus.ROLLED_BACK,
            finished_at=runtime.clock.now(),
            counts=counts,
        )
        consolidation_runs.change(tx, agent_key, ended)
        readings.forget_run(tx, agent_key, run.run_id)
        return ended

    return runtime.database.write(end)


def _erase_some(
    runtime: Runtime, agent_key: int, run_id: str, by: By, tx: Tx
) -> tuple[list[int]] | None:
    """The key slots to destroy of the next batch; None when nothing is left."""
    agent = agents.any_by_key(tx, agent_key, lock=True)
    made = consolidation_runs.made_by(tx, agent_key, run_id)
    if agent is None or not made:
        return None
    slots = erase_closure(runtime, tx, agent, made[-BATCH:], by=by)
    left = consolidation_runs.made_by(tx, agent_key, run_id)
    if len(left) == len(made):
        # What others hold back stays, and is no longer the run's.
        consolidation_runs.forget_made(tx, agent_key, run_id)
    return (slots,)
