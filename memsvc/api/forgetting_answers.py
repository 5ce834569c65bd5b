"""Forget requests as JSON, in the shapes of `wire.forget_requests`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from memsvc.core.forget_request import Step
from memsvc.core.proof import unreadable_at
from memsvc.operations.forgetting.receive import DryRun
from memsvc.operations.forgetting.standing import StandingStep, done_at, steps_of
from memsvc.runtime import Runtime
from memsvc.store.forget_requests import RequestRow


def request_json(runtime: Runtime, row: RequestRow) -> dict[str, Any]:
    """A request in the shape of `ForgetRequestWire`."""
    progress = row.progress
    done = done_at(row)
    purged = Step.PURGE in done
    until = progress.get("suppress_until")
    return {
        "id": row.id,
        "status": row.status,
        "scope": row.scope,
        "regulation": row.regulation,
        "derived": row.derived,
        "mode": row.mode,
        "extended": row.extended,
        "alarm": row.alarm,
        "clocks": {
            "received_at": row.received_at,
            "due_at": row.due_at,
            "restricted_at": done.get(Step.RESTRICT),
            "erased_at": done.get(Step.INDEX),
            "purged_at": done.get(Step.PURGE),
            "verified_at": done.get(Step.VERIFY),
            "closed_at": done.get(Step.RECEIPT),
        },
        "counts": {
            **progress.get("counts", {}),
            **{name: progress[name] for name in ("unredacted",) if name in progress},
        },
        "stores": {
            "keys": progress.get("keys", 0),
            "rows": progress.get("rows", {}),
            "tombstones_until": None if until is None else datetime.fromisoformat(until),
            "ledger_place": progress.get("ledger_place"),
            "unreadable": (
                unreadable_at(
                    progress["steps"],
                    runtime.keyring.tier,
                    runtime.database.kind,
                    indexed=runtime.large is not None,
                )
                if purged
                else {}
            ),
        },
        "steps": [_step_json(one) for one in steps_of(row)],
        "waits_for": progress.get("waits_for"),
        "verifier": progress.get("verifier"),
    }


def _step_json(step: StandingStep) -> dict[str, Any]:
    return {"name": step.name, "status": step.status, "at": step.at}


def dry_run_json(found: DryRun) -> dict[str, Any]:
    """A dry run in the shape of `DryRunWire`."""
    return {
        "dry_run": True,
        "counts": found.counts,
        "agents": found.ids,
        "complete": found.complete,
    }
