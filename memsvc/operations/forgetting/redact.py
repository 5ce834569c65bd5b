"""Redact: a memory that names a person who is erased stays, without the name, under a new key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from memsvc.core.fingerprint import normalised
from memsvc.core.forget_request import REDACTED, Act
from memsvc.core.handbook.told import told_in
from memsvc.core.handbook.wording import line_in
from memsvc.core.memory import Memory, spoken_text
from memsvc.core.naming import ENOUGH, MARK, Person, redacted_memory
from memsvc.embedding.protocol import Vectors
from memsvc.operations.forgetting.demoting import demote_or_erase
from memsvc.operations.forgetting.hold_back import changed
from memsvc.operations.forgetting.progress import under_way
from memsvc.operations.forgetting.tombstones import put_up_for
from memsvc.operations.handbook.restand import concerned, restand
from memsvc.operations.reword import reword
from memsvc.operations.sealed import opened
from memsvc.operations.settle import settle_again
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import agents, forget_requests, memories, readings, restrictions, transfer
from memsvc.store.agents import Agent
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx

UNSURE = 0.25
"""From here on a naming counts where nothing surer stands: somebody chose this memory."""
_SHORT = "\u2026"
"""A mark that is no longer than any name."""
BATCH = 64
"""Memories embedded anew at once."""


@dataclass(frozen=True, slots=True)
class _Redacted:
    before: Memory
    after: Memory
    vectors: Vectors


def redact(runtime: Runtime, request: RequestRow, agent_key: int, people: Sequence[Person]) -> None:
    """Redact the agent's memories that the request is to redact, batch by batch.

    One in which nobody was found, or that is damaged, says what it said; the request's progress
    counts those as `unredacted`.
    """
    while True:
        with runtime.database.snapshot() as tx:
            agent = agents.by_key(tx, agent_key)
            numbers = restrictions.free_of(tx, request.holder, agent_key, REDACTED, BATCH)
            rows = memories.by_numbers(tx, agent_key, numbers, restricted=True) if numbers else []
            opens = partial(opened, runtime.keyring, tx, agent)
            found = sparing(runtime.keyring, agent, rows, opens)
        if not numbers:
            return
        after = [_without(one, people) for one in found]
        vectors = runtime.embedder.embed([spoken_text(one.content, one.speaker) for one in after])
        ready = [_Redacted(*one) for one in zip(found, after, vectors, strict=True)]
        runtime.database.write(partial(_store, runtime, request.holder, agent_key, numbers, ready))


def _without(memory: Memory, people: Sequence[Person]) -> Memory:
    sure = _redacted(memory, people, ENOUGH)
    # Sure as a name of a behavior may be, what its words say is the same person, and no surer.
    return sure if sure != memory and not _is_told(memory) else _redacted(memory, people, UNSURE)


def _redacted(memory: Memory, people: Sequence[Person], at_least: float) -> Memory:
    told = _marked(memory, people, at_least, MARK)
    if _is_told(memory) and not _is_told(told):
        # The marks made it too long for one.
        told = _marked(memory, people, at_least, _SHORT)
    return told


def _is_told(memory: Memory) -> bool:
    """Whether the handbook can be told from it."""
    return line_in(memory) is not None or told_in(memory) is not None


def _marked(memory: Memory, people: Sequence[Person], at_least: float, mark: str) -> Memory:
    for person in people:
        memory = redacted_memory(memory, person, at_least=at_least, mark=mark)
    return memory


def _store(
    runtime: Runtime,
    holder: int,
    agent_key: int,
    numbers: Sequence[int],
    ready: Sequence[_Redacted],
    tx: Tx,
) -> None:
    request = under_way(tx, holder)
    agent = agents.by_key(tx, agent_key, lock=True)
    noted = _keep_out(runtime, tx, agent, request, ready)
    # What it says now may name nobody, and what it said before may.
    earlier = transfer.versions_of(tx, agent_key, numbers)
    for one in ready:
        if one.after != one.before or one.before.number in earlier:
            reword(runtime, tx, agent, one.before, one.after, one.vectors)
    both = restrictions.numbers_of(tx, holder, agent_key, [Act.REDACT_DEMOTED])
    lost = sorted(set(numbers).intersection(both))
    gone = set(lost).difference(demote_or_erase(runtime, tx, agent, lost))
    # The facts that a model read in them went with the rest that was made of them.
    readings.forget(tx, agent_key, numbers)
    restrictions.let_go(tx, holder, agent_key, numbers)
    stay = [one for one in numbers if one not in gone]
    others = settle_again(runtime, tx, agent, stay)
    if concerned(tx, agent, stay):
        others += restand(runtime, tx, agent)
    changed(runtime, tx, agent_key, sorted({*stay, *others}))
    redacted = {one.before.number for one in ready if one.after != one.before}
    unredacted = len(set(numbers) - redacted - gone)
    if unredacted:
        noted["unredacted"] = request.progress.get("unredacted", 0) + unredacted
    if noted:
        forget_requests.change(tx, holder, {"progress": {**request.progress, **noted}})


def _keep_out(
    runtime: Runtime, tx: Tx, agent: Agent, request: RequestRow, ready: Sequence[_Redacted]
) -> dict[str, Any]:
    """Have what was said not come in again by replaying a transcript; what to note of it."""
    named = [
        one.before.number
        for one in ready
        if normalised(one.before.content) != normalised(one.after.content)
    ]
    until = put_up_for(runtime, tx, agent, request.holder, named, frozenset())
    if until is None:
        return {}
    standing = request.progress.get("suppress_until")
    return {"suppress_until": max(filter(None, [standing, until.isoformat()]))}
