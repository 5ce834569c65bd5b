"""Prepare: what still needs the words of what is erased is taken from them first.

Texts to look for afterwards and a sample of the sealed values: kept under the request's own key,
and destroyed with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from memsvc.core.forget_request import GONE, REDACTED, Act, Step
from memsvc.core.memory import Memory
from memsvc.operations.forgetting.people import Subject, subject_of
from memsvc.operations.forgetting.progress import finish
from memsvc.operations.forgetting.resolve import as_spoken
from memsvc.operations.forgetting.words import Prepared, Sample, Words, open_words, seal_words
from memsvc.operations.sealed import memory_context, opened, packed
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import (
    agents,
    forget_requests,
    memories,
    rederivations,
    restrictions,
    selections,
)
from memsvc.store.agents import Agent
from memsvc.store.forget_requests import RequestRow
from memsvc.store.memories import MemoryRow
from memsvc.store.rederivations import Pending
from memsvc.store.transaction import Tx

READ = 32
"""Memories of each agent that are read, from the first on and up to the last."""
PROBES = 3
"""Texts of each agent that searches must find nothing of."""
CANARIES = 8
SAMPLES = 3
LONG_ENOUGH = 12
"""Characters of a text that tells one memory from another."""
LONGEST = 256
"""Characters of a row that are looked for whole, in tier `store`."""


@dataclass(slots=True)
class _Gathered:
    """What is taken along, batch by batch."""

    erased: dict[int, tuple[int, ...]] = field(default_factory=dict)
    again: list[tuple[int, Pending]] = field(default_factory=list)
    probes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    redacted: list[tuple[int, int, int]] = field(default_factory=list)


def prepare(runtime: Runtime, request: RequestRow) -> None:
    """Take what later steps need; repeated after a crash, it comes to the same."""
    with runtime.database.snapshot() as tx:
        words = open_words(runtime, tx, request)
        assert words is not None, "words live as long as the request is open"
        ids = words.order.selector.subject_ids
        found = [subject_of(runtime, tx, request.tenant, one) for one in ids]
        # What is redacted may hold a name under which only what stays was said.
        people = [as_spoken(runtime, tx, request.tenant, one) for one in found]
        subjects = [replace(one, person=who) for one, who in zip(found, people, strict=True)]
        gathered = _Gathered()
        for agent_key in restrictions.agents_of(tx, request.holder):
            _gather(runtime, tx, request.holder, agents.by_key(tx, agent_key), gathered)
    prepared = _prepared(gathered, subjects, _identities(words, subjects))
    finish(runtime, request.holder, Step.PREPARE, partial(_keep, runtime, prepared))


def _gather(runtime: Runtime, tx: Tx, holder: int, agent: Agent, gathered: _Gathered) -> None:
    numbers = restrictions.numbers_of(tx, holder, agent.agent_key, GONE)
    again = restrictions.numbers_of(tx, holder, agent.agent_key, [Act.REDERIVE])
    gathered.again += _again(tx, agent.agent_key, again, set(numbers))
    gathered.erased[agent.agent_key] = tuple(numbers)
    gathered.slots += selections.slots(tx, agent.agent_key, numbers)
    named = restrictions.numbers_of(tx, holder, agent.agent_key, REDACTED)
    gathered.redacted += [
        (agent.agent_key, row.number, row.key_slot)
        for row in (
            memories.by_numbers(tx, agent.agent_key, named, restricted=True) if named else ()
        )
        if row.key_slot is not None
    ]
    # Its words may be said anew by what takes its place.
    told = sorted(set(numbers).difference(again))
    # From the first and the last of them: of a long life some will do.
    read = sorted({*told[:READ], *told[-READ:]})
    rows = memories.by_numbers(tx, agent.agent_key, read, restricted=True) if read else []
    found = sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
    _take(runtime, agent, rows, found, gathered)


def _again(tx: Tx, agent_key: int, numbers: list[int], gone: set[int]) -> list[tuple[int, Pending]]:
    """What is to be derived anew, with the agent's key."""
    rows = memories.by_numbers(tx, agent_key, numbers, restricted=True) if numbers else []
    found = rederivations.standing(tx, agent_key, rows, gone - set(numbers))
    return [(agent_key, one) for one in found]


def _take(
    runtime: Runtime,
    agent: Agent,
    rows: list[MemoryRow],
    found: list[Memory],
    gathered: _Gathered,
) -> None:
    telling = [one for one in found if len(one.content) >= LONG_ENOUGH]
    probes = gathered.probes.get(agent.agent_key, ())
    gathered.probes[agent.agent_key] = (*probes, *(one.content for one in telling))[:PROBES]
    plain = runtime.keyring.tier == "store"
    texts = [_as_it_lies(one) if plain else one.content for one in telling]
    gathered.canaries += texts[: CANARIES - len(gathered.canaries)]
    gathered.samples += [
        Sample(row.sealed, memory_context(agent, row.id, row.version))
        for row in rows[: SAMPLES - len(gathered.samples)]
        if not plain
    ]


def _as_it_lies(memory: Memory) -> str:
    """In tier `store`: how the row says it, to whom it is ascribed included.

    Another person may have said the same words, or words that begin or end the same.
    """
    said = packed(memory).decode("utf-8", "surrogatepass").partition('"session_id"')[0]
    return said[-LONGEST:]


def _identities(words: Words, subjects: list[Subject]) -> tuple[str, ...]:
    """By what the people are known and must not be found any more, unless they keep some of it."""
    if not words.order.selector.means_whole_people:
        return ()
    known = [one for subject in subjects for one in subject.person.identities]
    return tuple(dict.fromkeys(one for one in known if len(one) >= LONG_ENOUGH))


def _prepared(
    gathered: _Gathered, subjects: list[Subject], identities: tuple[str, ...]
) -> Prepared:
    return Prepared(
        people=tuple(one.person for one in subjects),
        subject_nos=tuple(number for one in subjects for number in one.subject_nos),
        erased=gathered.erased,
        again=tuple(gathered.again),
        probes=gathered.probes,
        canaries=tuple(dict.fromkeys(gathered.canaries)),
        identities=identities,
        samples=tuple(gathered.samples),
        slots=tuple(sorted(gathered.slots)),
        redacted=tuple(gathered.redacted),
    )


def _keep(runtime: Runtime, prepared: Prepared, tx: Tx, request: RequestRow) -> Mapping[str, Any]:
    # As they stand now: somebody may have decided about the request meanwhile.
    words = open_words(runtime, tx, request)
    assert words is not None, "words live as long as the request is open"
    sealed = seal_words(runtime, tx, request, replace(words, prepared=prepared))
    forget_requests.change(tx, request.holder, {"sealed": sealed})
    return {}
