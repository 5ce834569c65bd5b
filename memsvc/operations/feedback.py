"""Feedback: what an agent tells of memories it was given strengthens or weakens them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from memsvc.core.access import Scope
from memsvc.core.activity import hour_of
from memsvc.core.activity import told as told_as
from memsvc.core.decay import SECONDS_PER_DAY, Policy
from memsvc.core.memory import Kind
from memsvc.core.reinforcement import Outcome, reinforced
from memsvc.operations.indexing import known_agent
from memsvc.operations.once import Once, remember, replayed
from memsvc.runtime import Runtime, Safe
from memsvc.store import activity, agents, feedback, memories
from memsvc.store.agents import Agent
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx

_ANSWERED = "updated"
"""What an idempotency record calls the number of memories that were updated."""


class Told(NamedTuple):
    """What became of one memory."""

    memory_id: str
    outcome: Outcome


class _Step(NamedTuple):
    """How one use changed a memory: before it, and after."""

    outcome: Outcome
    elapsed_days: float
    stability_days: float
    difficulty: float


class Telling(NamedTuple):
    """What was told of one memory, at a time; without an outcome, that it was written."""

    memory: str
    kind: Kind
    at: datetime
    outcome: Outcome | None


def tellings(safe: Safe) -> Iterator[Telling]:
    """All that was ever told of the memories that still are, for whoever measures policies.

    Memories are numbered, not named.
    """
    last = None
    with safe.database.snapshot() as tx:
        for row in feedback.everything(tx):
            name, kind = f"{row.agent_key}.{row.number}", Kind(row.kind)
            if name != last:
                yield Telling(name, kind, row.created_at, None)
            last = name
            if row.outcome is not None:
                yield Telling(name, kind, row.at, Outcome(row.outcome))


def give_feedback(
    runtime: Runtime, scope: Scope, told: Sequence[Told], once: Once | None = None
) -> int:
    """Take in what became of memories, in order; how many memories were updated.

    An id that no memory has, or one that is another's, held back or past its time, is passed over.
    Pinned memories are updated like any other. Raises NotFound for an unknown agent, and
    InvalidRequest for an Idempotency-Key used with another body.
    """
    work = partial(_give, runtime, scope, told, once)
    return runtime.database.write(work, scope.about)


def _give(runtime: Runtime, scope: Scope, told: Sequence[Told], once: Once | None, tx: Tx) -> int:
    now = runtime.clock.now()
    agent = known_agent(tx, scope, lock=True)
    if once is not None and (answer := replayed(runtime, tx, agent, once)) is not None:
        return int(answer[0][0] or 0)
    outcomes: dict[str, list[Outcome]] = {}
    for one in told:
        outcomes.setdefault(one.memory_id, []).append(one.outcome)
    numbers = memories.numbers_of(tx, agent.agent_key, list(outcomes))
    rows = memories.by_numbers(tx, agent.agent_key, sorted(numbers.values())) if numbers else []
    rows = [row for row in rows if not memories.expired_by(row, now)]
    strengthen(tx, agent, rows, outcomes, now)
    if once is not None:
        remember(runtime, tx, agent, once, [(str(len(rows)), _ANSWERED)])
    return len(rows)


def strengthen(
    tx: Tx,
    agent: Agent,
    rows: Sequence[MemoryRow],
    outcomes: Mapping[str, Sequence[Outcome]],
    now: datetime,
) -> None:
    """Strengthen or weaken memories by their outcomes in order, by id; the agent is locked."""
    if not rows:
        return
    known = feedback.counts(tx, agent.agent_key, [row.number for row in rows])
    changed, kept = [], []
    for row in sorted(rows, key=lambda row: int(row.number)):
        values, steps = _folded(row, outcomes[row.id], _policy(agent, row), now)
        changed.append({"number": row.number, **values})
        kept += [
            {"agent_key": agent.agent_key, "number": row.number, "place": place, "at": now}
            | step._asdict()
            for place, step in enumerate(steps, start=known.get(row.number, 0))
        ]
    feedback.strengthen(tx, agent.agent_key, rows, changed)
    feedback.add(tx, kept)
    did = Counter(told_as(one) for row in rows for one in outcomes[row.id])
    activity.note(tx, agent.agent_key, hour_of(now), did.items())
    # The index reads the new state from SQL on its next use.
    agents.record(tx, agent.agent_key, [one["number"] for one in changed])


def _policy(agent: Agent, row: MemoryRow) -> Policy:
    return agent.settings.decay.of(Kind(row.kind)).policy


def _folded(
    row: MemoryRow, outcomes: Sequence[Outcome], policy: Policy, now: datetime
) -> tuple[dict[str, Any], list[_Step]]:
    """The memory's new values after one outcome after the other, and each step.

    A contradiction is no use: its time goes on, and it is weaker at once.
    """
    last_used_at, use_count = row.last_used_at, row.use_count
    stability, difficulty = row.stability_days, row.difficulty
    steps = []
    for outcome in outcomes:
        since = now - (last_used_at or row.created_at)
        elapsed = max(since.total_seconds(), 0.0) / SECONDS_PER_DAY
        steps.append(_Step(outcome, elapsed, stability, difficulty))
        stability, difficulty = reinforced(policy, stability, difficulty, elapsed, outcome)
        if outcome is not Outcome.CONTRADICTED:
            last_used_at, use_count = now, use_count + 1
    values = {
        "stability_days": stability,
        "difficulty": difficulty,
        "last_used_at": last_used_at,
        "use_count": use_count,
    }
    return values, steps
