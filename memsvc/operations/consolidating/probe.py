"""Probe: whether searches find what they found before, asked as anybody asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.consolidation.probing import PAGE, chosen, queries
from memsvc.core.memory import Memory
from memsvc.operations.question import Question
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidation_runs, memories
from memsvc.store.transaction import Tx


def probes_in(runtime: Runtime, agent_key: int, turns: Sequence[Memory]) -> Mapping[str, str]:
    """What to ask for each of the agent's probes, by id; chosen where there are none."""
    with runtime.database.snapshot() as tx:
        numbers = consolidation_runs.probes_of(tx, agent_key)
    there = {one.number: one for one in turns}
    if not any(number in there for number in numbers):
        numbers = chosen(turns)
        runtime.database.write(partial(_choose, agent_key, numbers))
    return queries([there[number] for number in numbers if number in there], turns)


def _choose(agent_key: int, numbers: Sequence[int], tx: Tx) -> None:
    # Some may be gone by now, and the agent with them.
    agents.any_by_key(tx, agent_key, lock=True)
    rows = memories.by_numbers(tx, agent_key, numbers) if numbers else []
    consolidation_runs.add_probes(tx, agent_key, sorted(row.number for row in rows))


def recall(
    runtime: Runtime, agent_key: int, scope: Scope, asked: Mapping[str, str]
) -> float | None:
    """The share of probes among the first ten of what is found for their words; None without any.

    One that others erased since is no loss. One search after the other: others have their turn in
    between.
    """
    with runtime.database.snapshot() as tx:
        numbers = memories.numbers_of(tx, agent_key, list(asked))
        rows = memories.by_numbers(tx, agent_key, sorted(numbers.values())) if numbers else []
    there = {row.id: asked[row.id] for row in rows}
    found = 0
    for id_, query in there.items():
        hits = search(runtime, scope, Question(query, limit=PAGE)).found
        found += any(one.memory.id == id_ for one in hits)
    return found / len(there) if there else None
