"""Look: what a plan is made from, read in chunks, each of its own moment.

The erasure epoch is read first: what is erased or held back while the rest is read moves it, and
then nothing that was planned is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from memsvc.core.consolidation.relations import MADE
from memsvc.core.consolidation.run import RunStatus
from memsvc.core.consolidation.view import Since, Standing, View, is_turn
from memsvc.core.memory import Memory
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidating, consolidation_runs, readings
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Seen:
    """The view, the erasure epoch before it was read, and the versions of memories by id."""

    view: View
    epoch: int
    versions: dict[str, tuple[int, int]]

    @property
    def last_number(self) -> int:
        """The highest number of a turn that was seen."""
        return self.view.turns[-1].number if self.view.turns else 0


def look(runtime: Runtime, agent_key: int, breathe: Callable[[], None]) -> Seen | None:
    """An agent's turns and what was made of them; None when the agent is gone."""
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = agents.any_by_key(tx, agent_key)
        were_read = readings.done(tx, agent_key)
    if agent is None:
        return None
    turns: list[Memory] = []
    standing: list[Standing] = []
    after = -1
    while (chunk := _chunk(runtime, agent_key, after, now)) is not None:
        found, relations, after = chunk
        for memory in found:
            if is_turn(memory):
                turns.append(memory)
            elif relations.get(memory.number) in MADE:
                standing.append(Standing(memory, relations[memory.number]))
        breathe()
    read = [*turns, *(one.memory for one in standing)]
    versions = {one.id: (one.number, one.version) for one in read}
    view = View(turns, standing, were_read, asks=runtime.fact_reader is not None)
    return Seen(view, agent.erasure_epoch, versions)


def _chunk(
    runtime: Runtime, agent_key: int, after: int, now: datetime
) -> tuple[list[Memory], dict[int, str], int] | None:
    with runtime.database.snapshot() as tx:
        agent = agents.any_by_key(tx, agent_key)
        rows = consolidating.next_rows(tx, agent_key, after, now) if agent else []
        if agent is None or not rows:
            return None
        opens = partial(opened, runtime.keyring, tx, agent)
        found: list[Memory] = sparing(runtime.keyring, agent, rows, opens)
        derived = [one.number for one in found if one.source_ids]
        relations = consolidating.relations_of(tx, agent_key, derived)
    return found, relations, rows[-1].number


def since_last_run(tx: Tx, agent_key: int, *, force: bool) -> Since:
    """Where the agent's last run that stands left off."""
    done = consolidation_runs.latest(tx, agent_key, 1, [RunStatus.DONE])
    if not done:
        return Since(force=force)
    return Since(int(done[0].counts.get("seen", 0)), done[0].started_at, force)
