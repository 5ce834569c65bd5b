"""Wordings are stored: the memories with the words of behaviors, sealed like any other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import NamedTuple

from memsvc.core.fingerprint import fingerprint
from memsvc.core.handbook.wording import line_in
from memsvc.core.memory import Draft
from memsvc.embedding.protocol import Vectors
from memsvc.operations.insert import Judged, insert
from memsvc.operations.known import with_sources
from memsvc.operations.marks import doubted
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import handbook_changes, memories
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


class Stored(NamedTuple):
    """Numbers of wordings, in order, and of those among them whose sources are not believed."""

    numbers: list[int]
    unsound: list[int]


def store_wordings(
    runtime: Runtime, tx: Tx, agent: Agent, worded: Sequence[tuple[Draft, Vectors]]
) -> Stored:
    """Store drafts that have ids, each with its vectors of shape (pieces, dimension).

    Their sources are memories of the agent, which is locked.
    """
    judged = [
        Judged(draft, draft.id or "", vectors, fingerprint(draft), draft.trust)
        for draft, vectors in worded
    ]
    judged = doubted(runtime, tx, agent, with_sources(tx, agent, judged))
    insert(runtime, tx, agent, judged, runtime.clock.now())
    found = memories.numbers_of(tx, agent.agent_key, [one.id for one in judged])
    return Stored(
        [found[one.id] for one in judged],
        [found[one.id] for one in judged if one.doubt is not None],
    )


def named(
    runtime: Runtime, tx: Tx, agent: Agent, names: Collection[str]
) -> dict[str, tuple[int, ...]]:
    """The numbers of all wordings of lines by these names, those that are held back, too."""
    numbers = sorted(handbook_changes.wordings_of(tx, agent.agent_key))
    rows = memories.by_numbers(tx, agent.agent_key, numbers, restricted=True) if numbers else []
    held = sparing(runtime.keyring, agent, rows, partial(opened, runtime.keyring, tx, agent))
    found: dict[str, list[int]] = {}
    for memory in sorted(held, key=lambda one: one.number):
        line = line_in(memory)
        if line is not None and line.name in names:
            found.setdefault(line.name, []).append(memory.number)
    return {name: tuple(of_name) for name, of_name in found.items()}
