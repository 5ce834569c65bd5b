"""Close: the last that is known of the person is destroyed, and the receipt is signed."""

from __future__ import annotations

from functools import partial

import orjson

import memsvc
from memsvc.core.canonical import instant
from memsvc.core.forget_request import RequestStatus, Step
from memsvc.core.proof import content_of, unreadable_at
from memsvc.core.receipt import RECEIPT_SHA256, envelope, fingerprint
from memsvc.operations.forgetting.progress import Waits, finish, note, under_way, with_steps
from memsvc.operations.forgetting.words import destroy_words
from memsvc.operations.ledger import mirror
from memsvc.operations.purge import purge_now
from memsvc.runtime import Runtime
from memsvc.store import audit, forget_requests, state
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx


def outlive_backups(runtime: Runtime, request: RequestRow) -> None:
    """Have the ledger, which no backup holds, say what was erased."""
    place = mirror(runtime)
    finish(runtime, request.holder, Step.BACKUP, lambda _tx, _row: {"ledger_place": place})


def close(runtime: Runtime, request: RequestRow) -> None:
    """Destroy the request's words, then sign what was done."""
    slots = runtime.database.write(partial(_silence, runtime, request.holder))
    runtime.keyring.shred(slots)
    if runtime.keyring.tier == "store" and not purge_now(runtime):
        raise Waits("log_in_use")
    runtime.database.write(partial(_sign, runtime, request.holder))


def _silence(runtime: Runtime, holder: int, tx: Tx) -> list[int]:
    request = under_way(tx, holder)
    if request.sealed is None:
        return []
    state.order_purge(tx, runtime.clock.now())
    return destroy_words(runtime, tx, request)


def _sign(runtime: Runtime, holder: int, tx: Tx) -> None:
    request = under_way(tx, holder)
    progress = with_steps(request.progress, runtime.clock.now(), Step.RECEIPT)
    place, digest = audit.last(tx, request.tenant)
    tier, kind = runtime.keyring.tier, runtime.database.kind
    content = content_of(
        {
            "tenant": request.tenant,
            "request_id": request.id,
            "scope": request.scope,
            "regulation": request.regulation,
            "derived": request.derived,
            "received_at": instant(request.received_at),
            "due_at": instant(request.due_at),
            "extended": request.extended,
        },
        progress,
        unreadable_at(progress["steps"], tier, kind, indexed=runtime.large is not None),
        {
            "memsvc": memsvc.__version__,
            "tier": tier,
            "database": kind,
            "audit": {"place": place, "digest": digest.hex()},
        },
    )
    signed = envelope(content, runtime.keyring.public_key, runtime.keyring.sign)
    forget_requests.change(
        tx,
        holder,
        {
            "status": RequestStatus.CLOSED,
            "progress": progress,
            "receipt": orjson.dumps(signed).decode(),
        },
    )
    note(runtime, tx, request, RequestStatus.CLOSED, **{RECEIPT_SHA256: fingerprint(signed)})
