"""Export: the memories of agents as lines of JSON, opened, to be moved or read elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

import memsvc
from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.memory import Status
from memsvc.errors import TransferUnusable
from memsvc.operations.export_file import (
    NOTHING_THERE,
    Standing,
    There,
    begun,
    keep,
    says_why,
    there_since,
)
from memsvc.operations.export_handbook import changes_of, outcomes_of
from memsvc.operations.export_whole import decisions_of, marks_of, whole_of
from memsvc.operations.exported import End, Exported, Header, line_of
from memsvc.operations.exported_beside import Beside
from memsvc.operations.reach import reach
from memsvc.runtime import Safe
from memsvc.store import agents, memories, transfer
from memsvc.store.agents import Agent
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx

Progress = Callable[[int, int], None]
"""Told how many memories are done and how many there are."""


def export(safe: Safe, path: Path, tenant: str, pattern: str, progress: Progress) -> End:
    """Write every memory of the tenant's agents that match the pattern; the file's last line.

    Behind an agent's memories come what was decided of them, its marked sources and its handbook.
    The last line holds the agents' settings as they are at the end.

    Agent by agent, each in order of writing and as of one moment, that at which its turn comes;
    others go on meanwhile. Whatever its status a memory is there, but not when its time is over:
    an expired memory, and what was derived from it alone, is left out as if erased already.

    An export that was interrupted goes on where it stopped, and the agent in whose midst that was
    is then of two moments: what was deleted in between stays in the file, what was changed stays as
    it was. Raises TransferUnusable for a file that holds anything else.
    """
    header = Header(tenant, pattern, safe.clock.now(), memsvc.__version__)
    with says_why(path), begun(path, header) as (file, standing):
        total = sum(count for _, count in _matching(safe, tenant, pattern, after=""))

        def told(done: int) -> None:
            progress(done, total)

        last = standing.agent_id
        if last is not None:
            there = there_since(file, standing.agent_at)
            _export_agent(safe, Scope(tenant, last), file, standing, told, there)
        for agent_id, _ in _matching(safe, tenant, pattern, after=last or ""):
            _export_agent(safe, Scope(tenant, agent_id), file, standing, told)
        given = _settings(safe, tenant, pattern)
        end = End(
            standing.agents,
            standing.memories,
            given,
            standing.decisions,
            standing.marks,
            standing.changes,
            standing.outcomes,
        )
        # The end must not be on the disk before what it speaks of.
        keep(file)
        file.write(line_of(end))
        keep(file)
    return end


def _matching(safe: Safe, tenant: str, pattern: str, after: str) -> Iterator[tuple[str, int]]:
    """Agents beyond `after` that hold anything, in order, with how many memories that is."""
    while True:
        with safe.database.snapshot() as tx:
            found = transfer.held_by_agents(tx, tenant, after)
        yield from (
            (one.agent_id, one.memories)
            for one in found
            if (one.memories or one.has_more) and fnmatchcase(one.agent_id, pattern)
        )
        if len(found) < CHUNK:
            return
        after = found[-1].agent_id


def _settings(safe: Safe, tenant: str, pattern: str) -> dict[str, AgentSettings]:
    with safe.database.snapshot() as tx:
        given = transfer.settings_of_agents(tx, tenant)
    return {one: settings for one, settings in given.items() if fnmatchcase(one, pattern)}


def _export_agent(
    safe: Safe,
    scope: Scope,
    file: BinaryIO,
    standing: Standing,
    told: Callable[[int], None],
    there: There = NOTHING_THERE,
) -> None:
    """Write what one agent has, but for what is there already: memories, then what is beside."""

    def put(one: Exported | Beside) -> None:
        line = line_of(one)
        file.write(line)
        standing.take(one, len(line))

    with safe.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        if agent is None:
            raise TransferUnusable(
                "An agent of this file is not there any more: it was erased meanwhile, or the file "
                "was begun with another database. Give another file."
            )
        gone = _gone(safe, tx, agent)
        for rows in transfer.memories_after(tx, agent.agent_key, -1):
            left = [row for row in rows if row.id not in there.memories]
            for one in whole_of(safe, tx, agent, left):
                if one.memory.id not in gone.erased:
                    put(gone.less(one))
            file.flush()
            told(standing.memories)
        for decision in decisions_of(tx, agent, gone.erased, there):
            put(decision)
        for mark in marks_of(safe, tx, agent, there):
            put(mark)
        for change in changes_of(tx, agent, gone.erased, gone.demoted):
            put(change)
        for outcome in outcomes_of(safe, tx, agent, gone.erased):
            put(outcome)


@dataclass(frozen=True, slots=True)
class _Gone:
    """Ids of what an erasure of the expired memories would erase and demote."""

    erased: frozenset[str]
    demoted: frozenset[str]

    def less(self, one: Exported) -> Exported:
        """The memory as that erasure would leave it."""
        if one.memory.id not in self.demoted:
            return one
        sources = tuple(id_ for id_ in one.memory.source_ids if id_ not in self.erased)
        demoted = one.memory._replace(status=Status.QUARANTINED, source_ids=sources)
        return replace(one, memory=demoted)


def _gone(safe: Safe, tx: Tx, agent: Agent) -> _Gone:
    expired = transfer.expired_numbers(tx, agent.agent_key, safe.clock.now())
    doomed = reach(safe, tx, agent, expired)
    erased, demoted = (
        frozenset(row.id for row in memories.by_numbers(tx, agent.agent_key, numbers))
        for numbers in ((*doomed.erased, *doomed.rederived), doomed.demoted)
    )
    return _Gone(erased, demoted)
