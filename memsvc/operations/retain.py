"""Retain: memories whose kind is kept for a time only are erased when that is over.

No index of the database has their times, and looking at a million rows every minute would cost more
than all searches. So what is due next is remembered, by times and numbers, and looked up again when
that list is used up, when the policy is another one, or, if the agent was changed, after an hour. A
memory written in between is due after a day at the earliest; only one that was imported, unpinned
or let go by a restriction may be up to an hour late.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from memsvc.core.memory import Kind
from memsvc.core.retaining import RetentionPolicy
from memsvc.operations.erase import erase_closure
from memsvc.runtime import Runtime
from memsvc.store import agents, memories, retaining
from memsvc.store.transaction import Tx

EVERY = timedelta(minutes=1)
LOOKED_UP_AGAIN = timedelta(hours=1)
REMEMBERED = 10_000
"""Memories of a kind whose times are remembered: 2 MB."""
BATCH = 100
"""Memories, with what was derived from them, erased in one transaction."""
MOST = 500
"""Erased in one go, so that the scheduler's other jobs have their turn; then it goes on."""


@dataclass(slots=True)
class _Queue:
    """What is due next of one agent; `is_whole`: and else nothing, until something changes."""

    policy: RetentionPolicy
    sequence: int
    made_at: datetime
    due: deque[tuple[datetime, int]]
    is_whole: bool

    def is_good(self, policy: RetentionPolicy, sequence: int, now: datetime) -> bool:
        if self.policy != policy or (not self.due and not self.is_whole):
            return False
        # A clock that was set back makes no list good for longer.
        fresh = timedelta(0) <= now - self.made_at < LOOKED_UP_AGAIN
        return self.sequence == sequence or fresh

    def take(self, now: datetime, most: int) -> list[int]:
        """Up to `most` numbers of what is due by now."""
        taken: list[int] = []
        while self.due and self.due[0][0] <= now and len(taken) < most:
            taken.append(self.due.popleft()[1])
        return taken


class Retaining:
    """The job of one scheduler: call it every second, it looks once a minute."""

    def __init__(self) -> None:
        self._queues: dict[int, _Queue] = {}
        self._looked_at: datetime | None = None

    def __call__(self, runtime: Runtime) -> int:
        """Erase some of what is due; how many. What fails for one agent is raised in the end."""
        now = runtime.clock.now()
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < EVERY:
            return 0
        with runtime.database.snapshot() as tx:
            policies = retaining.policies(tx)
        self._queues = {one: queue for one, queue in self._queues.items() if one in policies}
        erased = 0
        failed: Exception | None = None
        for agent_key, policy in policies.items():
            try:
                erased += self._erase_due(runtime, agent_key, policy, MOST - erased)
            except Exception as error:  # noqa: BLE001 - raised again once all had their turn
                # What was taken from it is not erased.
                self._queues.pop(agent_key, None)
                failed = error
            if erased >= MOST:
                break
        else:
            self._looked_at = now
        if failed is not None:
            raise failed
        return erased

    def _erase_due(
        self, runtime: Runtime, agent_key: int, policy: RetentionPolicy, most: int
    ) -> int:
        now = runtime.clock.now()
        count = 0
        while count < most:
            queue = self._queue(runtime, agent_key, policy, now)
            numbers = queue.take(now, min(BATCH, most - count))
            if not numbers:
                break
            count += _erase(runtime, agent_key, numbers, now)
        return count

    def _queue(
        self, runtime: Runtime, agent_key: int, policy: RetentionPolicy, now: datetime
    ) -> _Queue:
        with runtime.database.snapshot() as tx:
            agent = agents.any_by_key(tx, agent_key)
            sequence = -1 if agent is None else agent.sequence
            held = self._queues.get(agent_key)
            if held is None or not held.is_good(policy, sequence, now):
                held = _queue(tx, agent_key, policy, sequence, now)
                self._queues[agent_key] = held
        return held


def _queue(tx: Tx, agent_key: int, policy: RetentionPolicy, sequence: int, now: datetime) -> _Queue:
    due: list[tuple[datetime, int]] = []
    # Beyond this there may be others, which are not remembered.
    known_until: datetime | None = None
    for kind, days in policy.days.items():
        oldest = retaining.oldest(tx, agent_key, kind, REMEMBERED)
        of_kind = [(created_at + timedelta(days=days), number) for created_at, number in oldest]
        if len(of_kind) == REMEMBERED:
            last = of_kind[-1][0]
            known_until = last if known_until is None else min(last, known_until)
        due += of_kind
    if known_until is not None:
        due = [one for one in due if one[0] <= known_until]
    return _Queue(policy, sequence, now, deque(sorted(due)), known_until is None)


def _erase(runtime: Runtime, agent_key: int, numbers: Sequence[int], now: datetime) -> int:
    """Erase those of the memories that are still due under the agent's lock."""

    def work(tx: Tx) -> tuple[int, list[int]]:
        agent = agents.any_by_key(tx, agent_key, lock=True)
        if agent is None:
            return 0, []
        rows = memories.by_numbers(tx, agent_key, numbers)
        policy = agent.settings.retention
        due = [row.number for row in rows if not row.pinned and _is_due(policy, row, now)]
        return len(due), erase_closure(runtime, tx, agent, due) if due else []

    count, slots = runtime.database.write(work)
    runtime.keyring.shred(slots, agent_key)
    return count


def _is_due(policy: RetentionPolicy, row: memories.MemoryRow, now: datetime) -> bool:
    due_at = policy.due_at(Kind(row.kind), row.created_at)
    return due_at is not None and due_at <= now
