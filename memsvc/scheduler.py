"""The scheduler: small idempotent jobs, one after the other, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from memsvc.errors import MemsvcError
from memsvc.operations.activity import Dropping, Gathering
from memsvc.operations.consolidate import resume_runs
from memsvc.operations.consolidate_due import ConsolidatingDue
from memsvc.operations.forget import erase_expired
from memsvc.operations.forgetting.resume import raise_alarms, resume
from memsvc.operations.forgetting.tombstones import drop_over
from memsvc.operations.large_agents import Tidying
from memsvc.operations.ledger import mirror
from memsvc.operations.purge import drop_idempotency_records, purge
from memsvc.operations.rederive import rederive_due
from memsvc.operations.retain import Retaining
from memsvc.operations.rotate import rotate_due
from memsvc.runtime import Runtime

log: Any = structlog.get_logger("memsvc.scheduler")

TICK_S = 1.0

Job = Callable[[Runtime], object]


def jobs(purge_after: timedelta, activity_kept: timedelta) -> Sequence[tuple[str, Job]]:
    """What is looked after, in order: each finds what is due, and does nothing otherwise."""
    return (
        ("expire", erase_expired),
        ("retain", Retaining()),
        ("rederive", rederive_due),
        ("ledger", mirror),
        ("activity", Gathering()),
        ("activity_over", Dropping(activity_kept)),
        ("idempotency", drop_idempotency_records),
        ("rotate", lambda runtime: rotate_due(runtime, purge_after)),
        ("purge", lambda runtime: purge(runtime, purge_after)),
        ("indexes", Tidying()),
    )


def forget_jobs(stop: threading.Event) -> Sequence[tuple[str, Job]]:
    """Forget requests, looked after apart: a large one takes its time, and others theirs.

    There may be many: once `stop` is set, no other step is begun.
    """
    return (
        ("forget", lambda runtime: resume(runtime, stop.is_set)),
        ("alarm", raise_alarms),
        ("tombstones", drop_over),
    )


def consolidation_jobs(stop: threading.Event, every: timedelta) -> Sequence[tuple[str, Job]]:
    """Consolidation, looked after apart: that of a large agent takes minutes.

    Once `stop` is set, nothing more is written; what was begun goes on after the next start.
    """
    return (
        ("consolidation_due", ConsolidatingDue(every)),
        ("consolidate", lambda runtime: resume_runs(runtime, stop.is_set)),
    )


class Scheduler:
    """Runs the jobs every second until stopped; a job that fails is tried again on the next."""

    def __init__(
        self,
        runtime: Runtime,
        due: Sequence[tuple[str, Job]],
        name: str = "scheduler",
        stop: threading.Event | None = None,
    ) -> None:
        self._runtime = runtime
        self._jobs = due
        self._stop = stop or threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"memsvc-{name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the job under way, then stop."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(TICK_S):
            for name, job in self._jobs:
                try:
                    job(self._runtime)
                except MemsvcError as error:
                    log.warning("job_failed", job=name, code=error.code)
                except Exception as error:  # noqa: BLE001 - the next tick tries again
                    # A job must not end the thread that all the others run on.
                    log.error("job_failed", job=name, error=type(error).__name__)
