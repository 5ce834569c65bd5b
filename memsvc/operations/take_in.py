"""Take in: what an export wrote becomes memories again, embedded with the present model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.errors import TransferUnusable
from memsvc.operations.export_file import Line, header_of, lines_of, says_why
from memsvc.operations.exported import End
from memsvc.operations.exported_beside import Beside
from memsvc.operations.take_in_beside import take_beside
from memsvc.operations.take_in_memories import take_batch
from memsvc.operations.taken import LeftOut, Taken
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.store.transaction import Tx

BATCH = 100
"""Memories embedded at once and stored by one commit."""

Progress = Callable[[int, int], None]
"""Told how many bytes of the file, or lines, are done and how many there are."""


def take_in(runtime: Runtime, path: Path, tenant: str | None, progress: Progress) -> Taken:
    """Store the memories of an export, each as it was: id, times, status, trust, history, lineage.

    Into the given tenant, or the one the file names. Batches are durable one after the other, and
    what an agent has already is neither embedded nor stored again: an import that was interrupted
    goes on when it is run again. A memory whose time is over is stored like the others, and erased
    in turn together with what rests on it. Agents get their settings last, and then what was
    decided, the marks and the handbook, in a file that is all there. Nothing is overwritten:
    neither memories nor settings. What a tombstone keeps out stays out, an earlier wording as well,
    and with it what rests on it; all else stands as if it had never been.

    Raises TransferUnusable for a file that is damaged, cut off or of another format; what stands
    before the damage is stored.
    """
    with says_why(path), path.open("rb") as file:
        total = path.stat().st_size
        header = header_of(path, file)
        return take_lines(runtime, tenant or header.tenant, lines_of(path, file), progress, total)


def take_lines(
    runtime: Runtime,
    into: str,
    lines: Iterator[Line | Beside | End],
    progress: Progress,
    total: int,
) -> Taken:
    """Store what these lines tell, into that tenant, as `take_in` says; `total` is for progress."""
    taken = Taken()
    left_out: dict[str, LeftOut] = defaultdict(LeftOut)
    beside: dict[str, list[Beside]] = defaultdict(list)
    progress(0, total)
    for part in _parts(lines):
        if isinstance(part, End):
            _take_settings(runtime, into, part)
            for one in sorted(left_out.keys() | beside.keys()):
                taken += take_beside(runtime, Scope(into, one), beside[one], left_out[one])
            progress(total, total)
        elif not isinstance(part, list):
            beside[part.agent_id].append(part)
        else:
            agent_id = part[0].exported.memory.agent_id
            taken += take_batch(runtime, Scope(into, agent_id), part, left_out[agent_id])
            progress(part[-1].ends, total)
    return taken


def _parts(lines: Iterator[Line | Beside | End]) -> Iterator[list[Line] | Beside | End]:
    """The memories in batches of one agent's, what stands beside them, then the end.

    Where they break off, what was gathered comes first.
    """
    batch: list[Line] = []
    end = None
    try:
        for line in lines:
            if isinstance(line, End):
                end = line
                continue
            if not isinstance(line, Line):
                yield line
                continue
            agent_id = line.exported.memory.agent_id
            if batch and (len(batch) == BATCH or batch[0].exported.memory.agent_id != agent_id):
                yield batch
                batch = []
            batch.append(line)
    except TransferUnusable:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
    if end is not None:
        yield end


def _take_settings(runtime: Runtime, tenant: str, end: End) -> None:
    """Give each agent its settings, unless it has some of its own."""

    def work(scope: Scope, settings: AgentSettings, tx: Tx) -> None:
        agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
        agents.set_settings(tx, agent.agent_key, settings, keep=True)

    for agent_id, settings in end.settings.items():
        scope = Scope(tenant, agent_id)
        runtime.database.write(partial(work, scope, settings), scope.about)
