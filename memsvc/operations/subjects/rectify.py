"""Rectify: a memory of a person is put right, and what it said before is erased for good.

GDPR Art. 16. Unlike a change, which keeps the old wording in the memory's history: history goes,
the old key is destroyed, what was derived from the memory waits in quarantine, for it may say the
old words, and the old wording is not taken in again when somebody replays it. What is put right in
the words of a behavior is put right wherever these words are kept: it is one line of the handbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from memsvc.core.audit import Act, Action
from memsvc.core.fingerprint import fingerprint, normalised
from memsvc.core.handbook.correcting import as_corrected, words_in
from memsvc.core.memory import Kind, Memory, spoken_text
from memsvc.embedding.protocol import Vectors
from memsvc.errors import InvalidRequest, Unavailable
from memsvc.operations.audit import record
from memsvc.operations.erase import demote
from memsvc.operations.forgetting.hold_back import changed
from memsvc.operations.handbook.restand import concerned, restand
from memsvc.operations.purge import finish_shreddings
from memsvc.operations.reword import reword
from memsvc.operations.sealed import opened
from memsvc.operations.settle import beside, settle_without
from memsvc.operations.suppress import put_up
from memsvc.runtime import Runtime
from memsvc.store import agents, forget_requests, handbook_changes, lineage, memories, subjects
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow, expired_by
from memsvc.store.transaction import Tx

ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Correction:
    """What is right: names of `Memory` fields and their values.

    Out of content, speaker, metadata, tags, fact, behavior; what is not among them stays.
    """

    agent_id: str
    memory_id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A correction with the memory as it was read, as it is to be, and that one's vectors."""

    place: int
    before: Memory
    after: Memory
    vectors: Vectors


def rectify(
    runtime: Runtime, tenant: str, actor: str, corrections: Sequence[Correction]
) -> list[bool]:
    """Put memories right, agent by agent; for each correction whether its memory was there.

    Restricted memories, too, but not what is held back by an erasure. On return no key opens what
    was said before. Raises InvalidRequest for a memory that is corrected twice and for a fact or
    behavior of what is none, before anything is changed, and Unavailable when others change the
    same memories again and again.
    """
    _check_once(corrections)
    done = [False] * len(corrections)
    left = list(range(len(corrections)))
    for _ in range(ATTEMPTS):
        ready = _ready(runtime, tenant, corrections, left)
        left = []
        for agent_key, of_agent in ready.items():
            overtaken = runtime.database.write(
                partial(_rectify, runtime, tenant, actor, agent_key, of_agent)
            )
            left += overtaken
            for one in of_agent:
                done[one.place] = one.place not in overtaken
        if not left:
            break
    finish_shreddings(runtime)
    if left:
        raise Unavailable(
            "The memories are being changed by many at once; try again.", retry_after=1
        )
    return done


def _check_once(corrections: Sequence[Correction]) -> None:
    seen = set()
    for place, one in enumerate(corrections):
        if (one.agent_id, one.memory_id) in seen:
            raise InvalidRequest.at(f"corrections.{place}", "corrects a memory a second time")
        seen.add((one.agent_id, one.memory_id))


def _ready(
    runtime: Runtime, tenant: str, corrections: Sequence[Correction], places: Sequence[int]
) -> dict[int, list[_Ready]]:
    """The corrections whose memories are there, by agent; embedded in one run of the model."""
    found = []
    named = {(one.agent_id, one.memory_id) for one in corrections}
    for place in places:
        one = corrections[place]
        with runtime.database.snapshot() as tx:
            agent = agents.find(tx, tenant, one.agent_id)
            numbers = memories.numbers_of(tx, agent.agent_key, [one.memory_id]) if agent else {}
            if agent is not None and numbers:
                held = _readable(runtime, tx, agent, list(numbers.values()))
                said = [*held.values(), *_saying_the_same(runtime, tx, agent, held)]
                found += [
                    (place, agent.agent_key, memory)
                    for memory in said
                    if memory.number in held or (one.agent_id, memory.id) not in named
                ]
    after = [_corrected(place, corrections[place], before) for place, _, before in found]
    texts = [spoken_text(one.content, one.speaker) for one in after]
    vectors = runtime.embedder.embed(texts) if texts else []
    ready: dict[int, list[_Ready]] = {}
    for (place, agent_key, before), right, its in zip(found, after, vectors, strict=True):
        ready.setdefault(agent_key, []).append(_Ready(place, before, right, its))
    return ready


def _readable(runtime: Runtime, tx: Tx, agent: Agent, numbers: Sequence[int]) -> dict[int, Memory]:
    """Those of the agent's memories that may be put right, by number."""
    gone = subjects.ordered_erased(tx, agent.agent_key, numbers)
    left = [one for one in numbers if one not in gone]
    rows: list[MemoryRow] = (
        memories.by_numbers(tx, agent.agent_key, left, restricted=True) if left else []
    )
    now = runtime.clock.now()
    living = [row for row in rows if not expired_by(row, now)]
    return {one.number: one for one in opened(runtime.keyring, tx, agent, living)}


def _saying_the_same(
    runtime: Runtime, tx: Tx, agent: Agent, held: Mapping[int, Memory]
) -> list[Memory]:
    """Further memories with the words of behaviors that are among these."""
    lines = {line for one in held.values() if (line := words_in(one)) is not None}
    numbers = handbook_changes.wordings_of(tx, agent.agent_key) if lines else set()
    others = _readable(runtime, tx, agent, sorted(numbers - held.keys()))
    return [one for one in others.values() if words_in(one) in lines]


def _corrected(place: int, correction: Correction, before: Memory) -> Memory:
    for name, kind in (("fact", Kind.SEMANTIC), ("behavior", Kind.PROCEDURAL)):
        if correction.values.get(name) is not None and before.kind is not kind:
            where = f"corrections.{place}.{name}"
            raise InvalidRequest.at(where, f"goes with kind {kind} only")
    try:
        return as_corrected(before, correction.values)
    except ValueError as wrong:
        field, _, reason = str(wrong).partition(": ")
        raise InvalidRequest.at(f"corrections.{place}.{field}", reason) from None


def _rectify(
    runtime: Runtime,
    tenant: str,
    actor: str,
    agent_key: int,
    ready: Sequence[_Ready],
    tx: Tx,
) -> list[int]:
    """Store what is ready of one agent; places of those that were changed meanwhile."""
    agent = agents.any_by_key(tx, agent_key, lock=True)
    if agent is None:
        return sorted({one.place for one in ready})
    standing = _readable(runtime, tx, agent, [one.before.number for one in ready])
    # What says the same is put right together: else the next look would not know it by its words.
    overtaken = {
        one.place
        for one in ready
        if one.before.number not in standing
        or standing[one.before.number].version != one.before.version
    }
    same = [one for one in ready if one.place not in overtaken]
    numbers = [one.before.number for one in same]
    others: set[int] = set()
    for one in same:
        others.update(reword(runtime, tx, agent, one.before, one.after, one.vectors))
        tx.note((agent_key, fingerprint(one.after)), one.before.number)
    _keep_out(runtime, tx, agent, same)
    demoted = _below(tx, agent_key, numbers)
    near = beside(runtime, tx, agent, demoted)
    demote(tx, agent, demoted)
    # What is in quarantine ends nothing.
    others.update(settle_without(runtime, tx, agent, [], demoted, near))
    if concerned(tx, agent, [*numbers, *demoted]):
        others.update(restand(runtime, tx, agent))
    changed(runtime, tx, agent_key, sorted({*numbers, *demoted, *others}))
    if same:
        detail = {"memories": len(same), "demoted": len(demoted)}
        act = Act(actor, Action.SUBJECT_RECTIFIED, agent_key=agent_key, detail=detail)
        record(runtime, tx, tenant, act)
    return sorted(overtaken)


def _keep_out(runtime: Runtime, tx: Tx, agent: Agent, same: Sequence[_Ready]) -> None:
    """Have the old wording, where it is another, not come in again by replaying a transcript."""
    wrong = [
        one.before
        for one in same
        if normalised(one.before.content) != normalised(one.after.content)
    ]
    if wrong:
        put_up(runtime, tx, agent, forget_requests.draw_holder(), wrong, frozenset())


def _below(tx: Tx, agent_key: int, numbers: Sequence[int]) -> list[int]:
    """All that rests on these memories, however far, without them."""
    found: set[int] = set()
    frontier = list(numbers)
    while frontier:
        children = lineage.children_of(tx, agent_key, frontier).values()
        fresh = {one for of_parent in children for one in of_parent} - found - set(numbers)
        found |= fresh
        frontier = sorted(fresh)
    return sorted(found)
