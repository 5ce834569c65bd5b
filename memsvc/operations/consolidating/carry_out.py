"""Carry out: one run from its plan to its end, or back to where it began.

Whatever it is interrupted by, it can be gone through again: what stands already is not made again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from memsvc.core.access import Scope
from memsvc.core.consolidation.facts import PatternExtractor
from memsvc.core.consolidation.planning import Plan, plan
from memsvc.core.consolidation.probing import is_lost
from memsvc.core.consolidation.run import RunStatus, Why
from memsvc.operations.consolidating import apply as applying
from memsvc.operations.consolidating.apply import Made, apply
from memsvc.operations.consolidating.ask import Asking, ask
from memsvc.operations.consolidating.look import Seen, look, since_last_run
from memsvc.operations.consolidating.pace import Pace
from memsvc.operations.consolidating.probe import probes_in, recall
from memsvc.operations.consolidating.take_back import take_back
from memsvc.operations.erase import erase_closure
from memsvc.operations.rederive import rederive_now
from memsvc.runtime import Runtime
from memsvc.store import agents, consolidation_runs
from memsvc.store.consolidation_runs import RunRow
from memsvc.store.transaction import Tx

REPLANS = 20
"""Times a run is planned anew because of what others erase; the next run makes what is left."""
PROBED_EVERY = 8
"""Batches after which recall is looked at while a run writes."""
ERASED_AT_ONCE = 200
RUNS_KEPT = 50


class Stopping(Exception):
    """The service stops: the run goes on after the next start."""


def planned(
    runtime: Runtime, agent_key: int, *, force: bool, breathe: Callable[[], None]
) -> tuple[Seen, Plan] | None:
    """The plan for an agent as it stands; None when the agent is gone."""
    with runtime.database.snapshot() as tx:
        since = since_last_run(tx, agent_key, force=force)
    seen = look(runtime, agent_key, breathe)
    if seen is None:
        return None
    now, extractor = runtime.clock.now(), PatternExtractor()
    return seen, plan(seen.view, since, now, extractor, _new_id, breathe)


def _new_id() -> str:
    return secrets.token_hex(16)


def carry_out(
    runtime: Runtime, agent_key: int, scope: Scope, run: RunRow, stopping: Callable[[], bool]
) -> None:
    """Take a run to its end; raises Stopping."""
    run = replace(run, status=RunStatus.RUNNING)
    _keep(runtime, agent_key, run)
    pace = Pace()
    going = _Going(runtime, agent_key, scope, run, pace, stopping)
    plan_left = going.make()
    if plan_left is None:
        return
    if going.has_harmed():
        going.run = take_back(
            runtime, agent_key, going.told(status=RunStatus.ROLLING_BACK), Why.RECALL_LOST
        )
        return
    erased = _erase(runtime, agent_key, going.obsolete(plan_left))
    with runtime.database.snapshot() as tx:
        agent = agents.any_by_key(tx, agent_key)
    if agent is not None:
        counts = {"erased": erased, "sequence": agent.sequence}
        done = going.told(status=RunStatus.DONE, **counts)
        _keep(runtime, agent_key, replace(done, finished_at=runtime.clock.now()))
        runtime.database.write(lambda tx: consolidation_runs.trim(tx, agent_key, RUNS_KEPT))


class _Going:
    """A run on its way."""

    def __init__(
        self,
        runtime: Runtime,
        agent_key: int,
        scope: Scope,
        run: RunRow,
        pace: Pace,
        stopping: Callable[[], bool],
    ) -> None:
        self._runtime, self._agent_key, self._scope = runtime, agent_key, scope
        self.run = run
        self._pace, self._stopping = pace, stopping
        self._made = Made()
        self._asked: dict[str, str] | None = None
        self._recalls: list[float] = []
        self._counts: dict[str, Any] = {}
        self._batches = 0
        self._kept: set[int] = set()

    def make(self) -> Plan | None:
        """Make what is planned, until nothing is left; the last plan, or None without an agent."""
        force = bool(self.run.counts.get("force"))
        for _ in range(REPLANS):
            found = planned(self._runtime, self._agent_key, force=force, breathe=self._breathe)
            if found is None:
                return None
            seen, plan_ = found
            self._probe_before(seen)
            if self._apply(seen, plan_):
                self._counts["seen"] = seen.last_number
                self._counts |= {"unchanged": plan_.unchanged, "waiting": plan_.waiting}
                self._ask(seen, plan_)
                return plan_
        self._counts["left"] = Why.OTHERS_ERASED
        return Plan()

    def _apply(self, seen: Seen, plan_: Plan) -> bool:
        """Whether all of the plan was made before somebody erased something."""
        for start in range(0, len(plan_.units), applying.BATCH):
            self._breathe()
            units = plan_.units[start : start + applying.BATCH]
            if not apply(self._runtime, self._agent_key, self.run.run_id, seen, units, self._made):
                return False
            self._batches += 1
            if self._batches % PROBED_EVERY == 0:
                self._probe()
        return True

    def _ask(self, seen: Seen, plan_: Plan) -> None:
        """Have a language model read what rules read nothing from, where one is set."""
        reader = self._runtime.fact_reader
        if reader is None:
            return
        asking = Asking(self._runtime, reader, self._agent_key, self.run.run_id, self._breathe)
        reading = ask(asking, seen, plan_.unread, self._made)
        self._kept = reading.kept
        self._counts["model"] = reading.counts

    def obsolete(self, plan_: Plan) -> list[int]:
        """What no longer holds, but for what the model read again."""
        return [one for one in plan_.obsolete if one not in self._kept]

    def _breathe(self) -> None:
        """Let searches go first; raises Stopping, whatever is under way."""
        if self._stopping():
            raise Stopping
        self._pace.breathe()

    def _probe_before(self, seen: Seen) -> None:
        if self._asked is not None:
            return
        self._asked = dict(probes_in(self._runtime, self._agent_key, seen.view.turns))
        before = self.run.counts.get("recall_before")
        self._counts["probes"] = len(self._asked)
        # One that goes on after a crash is held to what it found at its beginning.
        if before is None:
            self._probe()
            before = self._recalls[0] if self._recalls else None
        else:
            self._recalls.append(before)
        self._counts["recall_before"] = before
        self.run = self.told(status=RunStatus.RUNNING)
        _keep(self._runtime, self._agent_key, self.run)

    def _probe(self) -> None:
        found = recall(self._runtime, self._agent_key, self._scope, self._asked or {})
        if found is not None:
            self._recalls.append(found)

    def has_harmed(self) -> bool:
        """Whether searches find less than before the run, or did so while it went on."""
        if self._made.made:
            self._probe()
        if not self._recalls:
            return False
        self._counts["recall_least"] = min(self._recalls)
        self._counts["recall_after"] = self._recalls[-1]
        return is_lost(self._recalls[0], min(self._recalls))

    def told(self, status: RunStatus, **more: Any) -> RunRow:
        """The run with what is known of it by now."""
        counts = {
            **self.run.counts,
            **self._counts,
            "made": dict(sorted(self._made.made.items())),
            "superseded": self._made.superseded,
            **more,
        }
        return replace(self.run, status=status, counts=counts)


def _keep(runtime: Runtime, agent_key: int, run: RunRow) -> None:
    runtime.database.write(lambda tx: consolidation_runs.change(tx, agent_key, run))


def _erase(runtime: Runtime, agent_key: int, numbers: Sequence[int]) -> int:
    """Erase what no longer holds, and what was superseded long ago; how many there were.

    The last come first: what was derived from others goes before them.
    """

    def work(chunk: Sequence[int], tx: Tx) -> list[int]:
        agent = agents.any_by_key(tx, agent_key, lock=True)
        return [] if agent is None else erase_closure(runtime, tx, agent, chunk)

    last_first = sorted(numbers, reverse=True)
    for start in range(0, len(last_first), ERASED_AT_ONCE):
        chunk = sorted(last_first[start : start + ERASED_AT_ONCE])
        runtime.keyring.shred(runtime.database.write(partial(work, chunk)), agent_key)
    if last_first:
        rederive_now(runtime, agent_key)
    return len(last_first)
