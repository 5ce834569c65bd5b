"""Wordings are stored: the memories with the words of behaviors, sealed like any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.fingerprint import fingerprint
from memsvc.core.memory import Draft
from memsvc.embedding.protocol import Vectors
from memsvc.operations.insert import Judged, insert
from memsvc.operations.known import with_sources
from memsvc.operations.marks import doubted
from memsvc.runtime import Runtime
from memsvc.store import memories
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
