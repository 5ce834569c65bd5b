"""Readmit: what was forgotten of a person may be written again, because they consent anew."""

from __future__ import annotations

from functools import partial

from memsvc.core.audit import Act, Action
from memsvc.operations.audit import record
from memsvc.operations.forgetting.people import subject_of
from memsvc.operations.suppress import lift
from memsvc.runtime import Safe
from memsvc.store.transaction import Tx


def readmit(safe: Safe, tenant: str, actor: str, subject_id: str) -> int:
    """Take down the tombstones of an identity and of those registered beside it; how many.

    An erasure lets registered aliases go, so each identity that a transcript names is then
    readmitted by itself. Nothing comes back by this alone: the transcript has to be written again.
    """
    return safe.database.write(partial(_readmit, safe, tenant, actor, subject_id))


def _readmit(safe: Safe, tenant: str, actor: str, subject_id: str, tx: Tx) -> int:
    lifted = lift(safe, tx, subject_of(safe, tx, tenant, subject_id).tokens)
    act = Act(actor, Action.SUBJECT_READMITTED, detail={"tombstones": lifted})
    record(safe, tx, tenant, act)
    return lifted
