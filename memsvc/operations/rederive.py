"""Rederive: what survivors still support is put together anew, as new memories, once.

What is to be is noted together with the erasure (`store.rederivations`), so nothing is lost with a
process. Sources come before what is derived from them; what takes the place of one stands in its
place wherever others wait for it. Nothing keeps it out: it says what survivors said.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from memsvc.core.consolidation.relations import EXTRACTED, RECURRENCE, SUMMARIES
from memsvc.core.consolidation.view import says_the_same
from memsvc.core.derived import DERIVATIONS
from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import Draft, Memory, Status, spoken_text
from memsvc.core.statements import slots_said
from memsvc.embedding.protocol import Vectors
from memsvc.errors import MemsvcError
from memsvc.operations.erase import erase_closure
from memsvc.operations.insert import Judged, insert
from memsvc.operations.known import with_sources
from memsvc.operations.sealed import as_worded, opened
from memsvc.operations.sparing import sparing
from memsvc.operations.succeed import succeed
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidation_runs, lineage, memories, rederivations
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.rederivations import Pending
from memsvc.store.transaction import Tx

log: Any = structlog.get_logger("memsvc.rederive")

AT_ONCE = 32
"""Memories embedded in one batch and written in one transaction: others write in between."""
UNITS = (*SUMMARIES, RECURRENCE)
"""Made by runs in the place of former ones; facts take the place of whatever they contradict."""
ATTEMPTS = 8
"""Tries while others change the agent; the scheduler goes on with what is left."""


def rederive_due(runtime: Runtime) -> int:
    """Put together anew what waits, of all agents; how many were there."""
    with runtime.database.snapshot() as tx:
        due = rederivations.agents_of(tx)
    return sum(rederive(runtime, agent_key) for agent_key in due)


def rederive_now(runtime: Runtime, agent_key: int) -> None:
    """Put together anew at once what waits of an agent; should that fail, the scheduler does it."""
    try:
        rederive(runtime, agent_key)
    except MemsvcError as error:
        log.warning("rederive_later", agent_key=agent_key, code=error.code)


def rederive(runtime: Runtime, agent_key: int) -> int:
    """Put together anew what waits of one agent, sources first; how many were there."""
    count = attempts = 0
    while attempts < ATTEMPTS:
        batch = _prepared(runtime, agent_key)
        if not batch.anew:
            break
        texts = [spoken_text(one.draft.content, one.draft.speaker) for one in batch.drafted]
        vectors = dict(zip(batch.drafted, runtime.embedder.embed(texts), strict=True))
        work = partial(_write, runtime, agent_key, batch, vectors.get)
        slots = runtime.database.write(work)
        if slots is None:
            attempts += 1
            continue
        runtime.keyring.shred(slots, agent_key)
        count += len(batch.anew)
        attempts = 0
    return count


@dataclass(frozen=True, slots=True, eq=False)
class _Anew:
    """One that waits, the versions of its sources by number, and what they give."""

    pending: Pending
    versions: tuple[tuple[int, int], ...]
    draft: Draft

    @property
    def id(self) -> str:
        assert self.draft.id is not None
        return self.draft.id


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was made of some that wait, and at which erasure epoch.

    In place of one that gives nothing: the number of the source that stands for it, if one does.
    """

    epoch: int
    anew: list[tuple[Pending, _Anew | int | None]]

    @property
    def drafted(self) -> list[_Anew]:
        return [one for _, one in self.anew if isinstance(one, _Anew)]


def _prepared(runtime: Runtime, agent_key: int) -> _Batch:
    """What comes next: nothing that waits is among its sources, or among what it supersedes."""
    with runtime.database.snapshot() as tx:
        agent = agents.any_by_key(tx, agent_key)
        if agent is None:
            return _Batch(0, [])
        waiting = rederivations.of_agent(tx, agent_key)
        numbers = {one.number for one in waiting}
        ready = [one for one in waiting if numbers.isdisjoint((*one.sources, *one.superseded))]
        batch = _Batch(agent.erasure_epoch, [])
        for one in ready[:AT_ONCE]:
            batch.anew.append((one, _made_of(runtime, tx, agent, one, batch.drafted)))
        return batch


def _made_of(
    runtime: Runtime, tx: Tx, agent: Agent, pending: Pending, before: Sequence[_Anew]
) -> _Anew | int | None:
    derivation = DERIVATIONS[pending.relation]
    numbers = pending.sources
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    rows.sort(key=lambda row: row.number)
    opens = partial(opened, runtime.keyring, tx, agent)
    left = _as_they_were(runtime, tx, agent, pending, sparing(runtime.keyring, agent, rows, opens))
    draft = derivation.again(left) if derivation.again and left else None
    if derivation.each and len(left) == 1:
        others = [one.draft for one in before]
        of_turn = derivation.each(left[0])
        draft = _not_yet(runtime, tx, agent, pending.relation, left[0], of_turn, others)
    if draft is None:
        stands = derivation.stands_for(left)
        return None if stands is None else stands.number
    versions = tuple((one.number, one.version) for one in left)
    return _Anew(pending, versions, replace(draft, id=secrets.token_hex(16)))


def _not_yet(
    runtime: Runtime,
    tx: Tx,
    agent: Agent,
    relation: str,
    source: Memory,
    drafts: Sequence[Draft],
    others: Sequence[Draft],
) -> Draft | None:
    """The first of what one source gives that is neither there nor, without its id, in `others`."""
    taken = [replace(one, id=None) for one in others]
    for draft in drafts:
        if draft not in taken and not _alike(runtime, tx, agent, relation, [source.number], draft):
            return draft
    return None


def _as_they_were(
    runtime: Runtime, tx: Tx, agent: Agent, pending: Pending, left: Sequence[Memory]
) -> list[Memory]:
    """The sources, worded as they were when it was made of them, and believed as they were then.

    What was changed, archived or quarantined since, the next run takes account of: it would have
    done so, had those that are gone never been.
    """
    held = {one.number: one for one in left}
    rows = memories.by_numbers(tx, agent.agent_key, list(held)) if held else []
    worded = as_worded(runtime.keyring, tx, agent, held, rows, pending.created_at)
    return [worded[one.number]._replace(status=Status.ACTIVE) for one in left]


def _write(
    runtime: Runtime,
    agent_key: int,
    batch: _Batch,
    vectors_of: Callable[[_Anew], Vectors | None],
    tx: Tx,
) -> list[int] | None:
    """Write what was made; None when the ground moved meanwhile: somebody erased or changed.

    Where nothing is left to be made, what it had taken the place of is no more either, as a run
    would see to. Returns the key slots to destroy once this is durable.
    """
    agent = agents.any_by_key(tx, agent_key, lock=True)
    if agent is None:
        return []
    waiting = {one.number: one for one in rederivations.of_agent(tx, agent_key)}
    if agent.erasure_epoch != batch.epoch or not _stands(tx, agent, batch, waiting):
        return None
    slots: list[int] = []
    for pending, anew in batch.anew:
        number = anew if isinstance(anew, int) else None
        if isinstance(anew, _Anew):
            vectors = vectors_of(anew)
            assert vectors is not None, "embedded before"
            number = _insert(runtime, tx, agent, anew, vectors)
        if number is None and pending.relation in UNITS:
            slots += _erase_former(runtime, tx, agent, pending)
        rederivations.drop(tx, agent_key, pending.number)
        del waiting[pending.number]
        for other in list(waiting.values()):
            changed = other.with_other(pending.number, number)
            if changed != other:
                waiting[other.number] = changed
                rederivations.change(tx, agent_key, changed)
    return slots


def _erase_former(runtime: Runtime, tx: Tx, agent: Agent, pending: Pending) -> list[int]:
    rows = (
        memories.by_numbers(tx, agent.agent_key, pending.superseded) if pending.superseded else []
    )
    former = sorted(row.number for row in rows)
    return erase_closure(runtime, tx, agent, former) if former else []


def _stands(tx: Tx, agent: Agent, batch: _Batch, waiting: dict[int, Pending]) -> bool:
    if any(waiting.get(one.number) != one for one, _ in batch.anew):
        return False
    seen = {version for one in batch.drafted for version in one.versions}
    numbers = sorted({number for number, _ in seen})
    rows = memories.by_numbers(tx, agent.agent_key, numbers) if numbers else []
    return seen == {(row.number, row.version) for row in rows}


def _insert(runtime: Runtime, tx: Tx, agent: Agent, anew: _Anew, vectors: Vectors) -> int:
    """Write one memory, as old as what it stands for, in the run and over those that it had."""
    pending, draft = anew.pending, anew.draft
    # Facts supersede by what they say, and all else by what it stands for.
    slots = slots_said(draft) if pending.relation == EXTRACTED else ()
    judged = Judged(draft, anew.id, vectors, fingerprint(draft), draft.trust, slots=slots)
    [offer] = with_sources(tx, agent, [judged])
    if pending.status != Status.QUARANTINED:
        # Somebody approved it, whatever its sources are.
        offer = replace(offer, doubt=None)
    said = _alike(runtime, tx, agent, pending.relation, offer.sources, draft)
    found = max(said, key=lambda row: row.number, default=None)
    if found is not None:
        number, id_ = int(found.number), str(found.id)
    else:
        insert(runtime, tx, agent, [offer], pending.created_at, pending.relation)
        number, id_ = memories.numbers_of(tx, agent.agent_key, [anew.id])[anew.id], anew.id
        if pending.status == Status.ARCHIVED:
            memories.change(tx, agent.agent_key, number, {"status": Status.ARCHIVED})
            agents.record(tx, agent.agent_key, [number])
        if pending.run_id is not None:
            consolidation_runs.add_made(tx, agent.agent_key, pending.run_id, [number])
    if pending.relation != EXTRACTED:
        succeed(tx, agent, pending.superseded, id_, pending.created_at)
    return number


def _alike(
    runtime: Runtime, tx: Tx, agent: Agent, relation: str, sources: Sequence[int], draft: Draft
) -> list[MemoryRow]:
    """What was derived in the same way from the same sources, and says the same.

    It may be a former one whose place the erased one had taken because of what is gone now.
    """
    children = lineage.children_of(tx, agent.agent_key, sources[:1]).get(sources[0], [])
    parents = lineage.parents_of(tx, agent.agent_key, children)
    alike = [one for one in children if tuple(parents[one]) == tuple(sources)]
    same = [one for one in alike if lineage.relation_of(tx, agent.agent_key, one) == relation]
    rows = memories.by_numbers(tx, agent.agent_key, same) if same else []
    opens = partial(opened, runtime.keyring, tx, agent)
    said = {
        one.number
        for one in sparing(runtime.keyring, agent, rows, opens)
        if says_the_same(one, draft)
    }
    return [row for row in rows if row.number in said]
