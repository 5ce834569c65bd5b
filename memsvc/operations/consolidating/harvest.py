"""Harvest: what a run made, as far as it is still there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.fading import Seen
from memsvc.operations import indexing
from memsvc.operations.fading import fading_of
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Runtime
from memsvc.store import consolidation_runs, lineage, memories


@dataclass(frozen=True, slots=True)
class Yielded:
    """A memory that a run made, and the relation under which it was derived."""

    seen: Seen
    relation: str


@dataclass(frozen=True, slots=True)
class Harvest:
    """Memories in order of making; `next_after` is None at the end."""

    yielded: Sequence[Yielded]
    next_after: int | None


def harvest(
    runtime: Runtime, scope: Scope, run_id: str, after: int | None = None, limit: int = 25
) -> Harvest:
    """What a run made and nobody erased since, behind a number; nothing for an unknown run.

    Raises NotFound for an unknown agent.
    """
    now = runtime.clock.now()
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, scope)
        made = consolidation_runs.made_by(tx, agent.agent_key, run_id)
        left = [one for one in made if after is None or one > after]
        numbers = left[:limit]
        rows = [
            row
            for row in memories.by_numbers(tx, agent.agent_key, numbers)
            if not memories.expired_by(row, now)
        ]
        opens = partial(opened, runtime.keyring, tx, agent)
        fading = fading_of(tx, agent, now)
        edges = lineage.edges_up(tx, agent.agent_key, numbers)
        relation = {edge.child: edge.relation for edge in edges}
        yielded = [
            Yielded(fading.seen(one, now), relation.get(one.number, ""))
            for one in sparing(runtime.keyring, agent, rows, opens)
        ]
    yielded.sort(key=lambda one: one.seen.memory.number)
    return Harvest(yielded, numbers[-1] if len(left) > limit else None)
