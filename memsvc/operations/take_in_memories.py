"""Take in memories: a batch of an export's lines is embedded and stored by one commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from memsvc.core.access import Scope
from memsvc.core.derived import POSTED
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import Memory, spoken_text
from memsvc.core.statements import slots_said
from memsvc.embedding.protocol import Vectors
from memsvc.operations.export_file import Line
from memsvc.operations.exported import Exported, Past
from memsvc.operations.insert import Placed, insert_placed
from memsvc.operations.same_thing import note_slots
from memsvc.operations.sealed import memory_context, opened, packed
from memsvc.operations.suppress import suppressed
from memsvc.operations.taken import LeftOut, Taken
from memsvc.operations.write import locked_agent
from memsvc.runtime import Runtime
from memsvc.sealing.keyring import Key
from memsvc.store import agents, feedback, memories, transfer
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def take_batch(runtime: Runtime, scope: Scope, batch: Sequence[Line], left_out: LeftOut) -> Taken:
    """Store the memories of these lines that the agent does not have; what became of them.

    What stays out is noted in `left_out`, where what came before in the file is already.
    """
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        fresh, taken = _sorted_out(runtime, tx, agent, batch, left_out)
    if not fresh:
        return taken
    held = [line.exported.memory for line in fresh]
    vectors = runtime.embedder.embed([spoken_text(one.content, one.speaker) for one in held])
    ready = {memory.id: found for memory, found in zip(held, vectors, strict=True)}
    work = partial(_store, runtime, scope, fresh, ready, left_out)
    return taken + runtime.database.write(work, scope.about)


def what_is_there(runtime: Runtime, scope: Scope, batch: Sequence[Line]) -> Taken:
    """What would become of these lines, but for what tombstones keep out; nothing is stored."""
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        fresh, taken = _sorted_out(runtime, tx, agent, batch, LeftOut())
    return taken + Taken(imported=len(fresh))


def _store(
    runtime: Runtime,
    scope: Scope,
    lines: Sequence[Line],
    vectors: Mapping[str, Vectors],
    left_out: LeftOut,
    tx: Tx,
) -> Taken:
    """Store what is still unknown now that the agent is locked.

    Unlike a write this judges by ids alone, which are looked up here: no index is asked, so there
    is no ground to move. Whoever writes to the agent next finds these in the journal, or, in the
    same group, among the notes.
    """
    agent = locked_agent(runtime, scope, runtime.clock.now(), tx)
    fresh, taken = _sorted_out(runtime, tx, agent, lines, left_out)
    fresh, kept_out = _let_in(runtime, tx, agent, fresh, left_out)
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
    told = [
        use
        for line, one in zip(fresh, placed, strict=True)
        for use in _feedback_rows(agent, one.memory.number, line.exported)
    ]
    if told:
        feedback.add(tx, told)
    return taken + Taken(imported=len(fresh), lost_sources=lost)


def _sorted_out(
    runtime: Runtime, tx: Tx, agent: Agent | None, lines: Sequence[Line], left_out: LeftOut
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
            held = None
        else:
            held = standing.setdefault(memory.id, memory)
        if held is memory:
            fresh.append(line)
        elif held is not None and _same(held, memory):
            taken += Taken(there=1)
        else:
            left_out.others.add(memory.id)
            taken += Taken(conflicts=1, lines=(line.number,))
    return fresh, taken


def _let_in(
    runtime: Runtime, tx: Tx, agent: Agent, lines: Sequence[Line], left_out: LeftOut
) -> tuple[list[Line], int]:
    """The lines that no tombstone keeps out, their history likewise; how many it keeps out.

    What rests on what is kept out, now or earlier in the file, is as an erasure would leave it.
    """
    out = suppressed(runtime, tx, agent, [line.exported.memory for line in lines])
    left = []
    for place, line in enumerate(lines):
        one = None if place in out else left_out.less(line.exported)
        if one is None:
            left_out.keep_out(line.exported.memory)
        else:
            left.append(_without_past(runtime, tx, agent, line._replace(exported=one)))
    return left, len(lines) - len(left)


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
        derivation = line.exported.derivation
        if derivation is None or derivation.states:
            memory = memory._replace(slots=slots_said(memory))
        sources = [one for one in dict.fromkeys(memory.source_ids) if one in known]
        lost += len(memory.source_ids) - len(sources)
        placed.append(
            Placed(
                memory._replace(number=number, source_ids=tuple(sources)),
                vectors[memory.id],
                tuple(known[one] for one in sources),
                None if derivation is None else derivation.stated_trust,
                POSTED if derivation is None else derivation.relation,
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


def _feedback_rows(agent: Agent, number: int, one: Exported) -> Iterator[dict[str, Any]]:
    for place, use in enumerate(one.uses):
        yield {
            "agent_key": agent.agent_key,
            "number": number,
            "place": place,
            "at": use.at,
            "outcome": use.outcome,
            "elapsed_days": use.elapsed_days,
            "stability_days": use.stability_days,
            "difficulty": use.difficulty,
        }
