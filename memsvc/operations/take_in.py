"""Take in: what an export wrote becomes memories again, embedded with the present model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import Memory, spoken_text
from memsvc.core.statements import slots_said
from memsvc.embedding.protocol import Vectors
from memsvc.errors import TransferUnusable
from memsvc.operations.export_file import Line, header_of, lines_of, says_why
from memsvc.operations.exported import End, Past
from memsvc.operations.insert import Placed, insert_placed
from memsvc.operations.same_thing import note_slots
from memsvc.operations.sealed import memory_context, opened, packed
from memsvc.operations.suppress import suppressed
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.sealing.keyring import Key
from memsvc.store import agents, memories, transfer
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx

BATCH = 100
"""Memories embedded at once and stored by one commit."""

LINES_TOLD = 20

Progress = Callable[[int, int], None]
"""Told how many bytes of the file are done and how many it has."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the memories of a file.

    `conflicts` are those whose id other content has already, `lines` where the first of them stand;
    `lost_sources` are mentions of sources that the agent does not have; `suppressed` are those that
    were forgotten on request, or are held back.
    """

    imported: int = 0
    there: int = 0
    conflicts: int = 0
    lost_sources: int = 0
    suppressed: int = 0
    lines: tuple[int, ...] = ()

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.imported + other.imported,
            self.there + other.there,
            self.conflicts + other.conflicts,
            self.lost_sources + other.lost_sources,
            self.suppressed + other.suppressed,
            (*self.lines, *other.lines)[:LINES_TOLD],
        )


def take_in(runtime: Runtime, path: Path, tenant: str | None, progress: Progress) -> Taken:
    """Store the memories of an export, each as it was: id, times, status, trust, history, lineage.

    Into the given tenant, or the one the file names. Batches are durable one after the other, and
    what an agent has already is neither embedded nor stored again: an import that was interrupted
    goes on when it is run again. A memory whose time is over is stored like the others, and erased
    in turn together with what rests on it. Agents get their settings last. Nothing is overwritten:
    neither memories nor settings. What a tombstone keeps out stays out, an earlier wording as well.

    Raises TransferUnusable for a file that is damaged, cut off or of another format; what stands
    before the damage is stored.
    """
    taken = Taken()
    with says_why(path), path.open("rb") as file:
        total = path.stat().st_size
        header = header_of(path, file)
        into = tenant or header.tenant
        for part in _parts(lines_of(path, file)):
            if isinstance(part, End):
                _take_settings(runtime, into, part)
                progress(total, total)
            else:
                scope = Scope(into, part[0].exported.memory.agent_id)
                taken += _take_batch(runtime, scope, part)
                progress(part[-1].ends, total)
    return taken


def _parts(lines: Iterator[Line | End]) -> Iterator[list[Line] | End]:
    """The lines in batches of one agent's, then the end.

    Where they break off, what was gathered comes first.
    """
    batch: list[Line] = []
    end = None
    try:
        for line in lines:
            if isinstance(line, End):
                end = line
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


def _take_batch(runtime: Runtime, scope: Scope, batch: Sequence[Line]) -> Taken:
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        fresh, taken = _sorted_out(runtime, tx, agent, batch)
    if not fresh:
        return taken
    held = [line.exported.memory for line in fresh]
    vectors = runtime.embedder.embed([spoken_text(one.content, one.speaker) for one in held])
    ready = {memory.id: found for memory, found in zip(held, vectors, strict=True)}
    work = partial(_store, runtime, scope, fresh, ready)
    return taken + runtime.database.write(work, scope.about)


def _store(
    runtime: Runtime, scope: Scope, lines: Sequence[Line], vectors: Mapping[str, Vectors], tx: Tx
) -> Taken:
    """Store what is still unknown now that the agent is locked.

    Unlike a write this judges by ids alone, which are looked up here: no index is asked, so there
    is no ground to move. Whoever writes to the agent next finds these in the journal, or, in the
    same group, among the notes.
    """
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    fresh, taken = _sorted_out(runtime, tx, agent, lines)
    fresh, kept_out = _let_in(runtime, tx, agent, fresh)
    taken += Taken(suppressed=kept_out)
    if not fresh:
        return taken
    placed, lost = _placed(tx, agent, fresh, vectors)
    keys = insert_placed(runtime, tx, agent, placed)
    note_slots(tx, agent, [one.memory for one in placed])
    rows = [
        _version_row(runtime, agent, one.memory.number, key, past)
        for line, one, key in zip(fresh, placed, keys, strict=True)
        for past in line.exported.history
    ]
    transfer.add_versions(tx, rows)
    return taken + Taken(imported=len(fresh), lost_sources=lost)


def _sorted_out(
    runtime: Runtime, tx: Tx, agent: Agent | None, lines: Sequence[Line]
) -> tuple[list[Line], Taken]:
    """The lines whose memories the agent does not have, and what is to say of the others."""
    ids = [line.exported.memory.id for line in lines]
    standing: dict[str, Memory] = {}
    numbers: Mapping[str, int] = {}
    if agent is not None:
        numbers = memories.numbers_of(tx, agent.agent_key, ids)
        rows = memories.by_numbers(tx, agent.agent_key, list(numbers.values()))
        standing = {one.id: one for one in opened(runtime.keyring, tx, agent, rows)}
    fresh: list[Line] = []
    taken = Taken()
    for line in lines:
        memory = line.exported.memory
        if memory.id in numbers and memory.id not in standing:
            # Held back by a forget request: there for nobody, and its id is not free yet.
            taken += Taken(conflicts=1, lines=(line.number,))
            continue
        held = standing.setdefault(memory.id, memory)
        if held is memory:
            fresh.append(line)
        elif _same(held, memory):
            taken += Taken(there=1)
        else:
            taken += Taken(conflicts=1, lines=(line.number,))
    return fresh, taken


def _let_in(
    runtime: Runtime, tx: Tx, agent: Agent, lines: Sequence[Line]
) -> tuple[list[Line], int]:
    """The lines that no tombstone keeps out, their history likewise; how many it keeps out."""
    out = suppressed(runtime, tx, agent, [line.exported.memory for line in lines])
    left = [line for place, line in enumerate(lines) if place not in out]
    return [_without_past(runtime, tx, agent, line) for line in left], len(out)


def _without_past(runtime: Runtime, tx: Tx, agent: Agent, line: Line) -> Line:
    """The line without earlier wordings that a tombstone keeps out."""
    history = line.exported.history
    out = suppressed(runtime, tx, agent, [past.memory for past in history]) if history else set()
    stay = tuple(past for at, past in enumerate(history) if at not in out)
    return line._replace(exported=replace(line.exported, history=stay)) if out else line


def _same(one: Memory, other: Memory) -> bool:
    return one.content == other.content and fingerprint(one) == fingerprint(other)


def _placed(
    tx: Tx, agent: Agent, fresh: Sequence[Line], vectors: Mapping[str, Vectors]
) -> tuple[list[Placed], int]:
    """The memories with numbers and sources, and how many mentions of sources led nowhere."""
    first = agents.advance(tx, agent.agent_key, len(fresh))
    named = {source for line in fresh for source in line.exported.memory.source_ids}
    # Sources come first: in the file, so in numbers, by which an erasure finds what rests on what.
    found = memories.numbers_of(tx, agent.agent_key, sorted(named))
    there = memories.by_numbers(tx, agent.agent_key, list(found.values())) if found else []
    known = {row.id: row.number for row in there}
    placed = []
    lost = 0
    for number, line in enumerate(fresh, start=first):
        memory = line.exported.memory
        memory = memory._replace(slots=slots_said(memory))
        sources = [one for one in dict.fromkeys(memory.source_ids) if one in known]
        lost += len(memory.source_ids) - len(sources)
        placed.append(
            Placed(
                memory._replace(number=number, source_ids=tuple(sources)),
                vectors[memory.id],
                tuple(known[one] for one in sources),
            )
        )
        known[memory.id] = number
        tx.note((agent.agent_key, fingerprint(memory)), number)
    return placed, lost


def _version_row(
    runtime: Runtime, agent: Agent, number: int, key: Key, past: Past
) -> dict[str, object]:
    worded = past.memory
    return {
        "agent_key": agent.agent_key,
        "number": number,
        "version": worded.version,
        "recorded_at": past.recorded_at,
        "superseded_at": past.superseded_at,
        "sealed": runtime.keyring.seal(
            key, packed(worded), memory_context(agent, worded.id, worded.version)
        ),
    }
