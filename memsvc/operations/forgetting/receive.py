"""Receive: an order becomes a request, carried out at once unless it waits to be confirmed."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from memsvc.core.forget_request import REQUEST_ID, RequestStatus, Step, due_at
from memsvc.core.order import Order, OrderMode
from memsvc.errors import AlreadyExists, InvalidRequest
from memsvc.operations.forgetting.hold_back import hold_back
from memsvc.operations.forgetting.progress import note, with_steps
from memsvc.operations.forgetting.resolve import Plan, resolve
from memsvc.operations.forgetting.words import Words, open_words, packed_words, seal_words
from memsvc.operations.once import secret_of, secret_of_today
from memsvc.runtime import Runtime, Safe
from memsvc.store import agents, forget_requests, memories
from memsvc.store.forget_requests import RequestRow
from memsvc.store.locks import lock
from memsvc.store.transaction import Tx

IDS_TOLD = 10_000
"""Ids that a dry run names at most; counts count all."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an order would come to; `ids` by agent: of what would be erased, and of the rest."""

    counts: dict[str, int]
    ids: list[dict[str, Any]]
    complete: bool


def dry_run(safe: Safe, tenant: str, order: Order) -> DryRun:
    """Resolve an order and do nothing."""
    with safe.database.snapshot() as tx:
        plan = resolve(safe, tx, tenant, order, lock=False)
        told: list[dict[str, Any]] = []
        left = IDS_TOLD
        for part in plan.parts:
            of_agent: dict[str, Any] = {"agent_id": part.agent.agent_id}
            for name, numbers in (
                ("erased", part.doomed.erased),
                ("demoted", part.doomed.demoted),
                ("rederived", part.doomed.rederived),
                ("redacted", part.redacted),
            ):
                shown = numbers[:left]
                left -= len(shown)
                rows = (
                    memories.by_numbers(tx, part.agent.agent_key, shown, restricted=True)
                    if shown
                    else []
                )
                of_agent[name] = [row.id for row in sorted(rows, key=lambda row: row.number)]
            told.append(of_agent)
    total = sum(plan.counts[name] for name in plan.counts if name != "agents")
    return DryRun(plan.counts, told, complete=total <= IDS_TOLD)


def receive(
    runtime: Runtime, tenant: str, actor: str, order: Order, request_id: str | None = None
) -> RequestRow:
    """Store a request; on return nothing that it means is shown to anybody any more.

    Except in mode `two_phase`, where nothing happens before it is confirmed. A known id with the
    same order answers as it stands, until the day after it was closed. Raises AlreadyExists for one
    with another order, or of a request that was called off, and InvalidRequest for an id that
    could stand in no path, or says whom it is about.
    """
    if request_id is not None:
        _check_id(request_id, order)
    return runtime.database.write(partial(_receive, runtime, tenant, actor, order, request_id))


def _check_id(request_id: str, order: Order) -> None:
    """An id stays in receipts and in the audit log: it must not name the person."""
    if not re.fullmatch(REQUEST_ID, request_id) or request_id in (".", ".."):
        raise InvalidRequest.at(
            "id", "must be 1 to 128 letters, digits, or . _ : - and neither . nor .."
        )
    folded = request_id.casefold()
    if any(one.casefold() in folded for one in order.selector.subject_ids if len(one) > 2):
        raise InvalidRequest.at("id", "must not contain an identity: it stays when the person goes")


def _receive(
    runtime: Runtime, tenant: str, actor: str, order: Order, request_id: str | None, tx: Tx
) -> RequestRow:
    if request_id is not None:
        # Delivered twice at one moment: the second finds what the first stored.
        lock(tx, f"forget request {tenant}/{request_id}")
        known = forget_requests.find(tx, tenant, request_id, lock=True)
        if known is not None:
            return _same(runtime, tx, known, order)
    request = store_request(runtime, tx, tenant, order, request_id or secrets.token_hex(16))
    if request_id is not None:
        request = _recognisable(runtime, tx, request, order)
    note(runtime, tx, request, RequestStatus.RECEIVED, actor)
    if order.mode is OrderMode.IMMEDIATE:
        request = carry_out(runtime, tx, request, order, actor)
    return request


def _same(runtime: Runtime, tx: Tx, known: RequestRow, order: Order) -> RequestRow:
    words = open_words(runtime, tx, known)
    called_off = known.status in (RequestStatus.CANCELLED, RequestStatus.REJECTED)
    if words is None and not called_off and _is_repeated(runtime, tx, known, order):
        return known
    if called_off or words is None:
        # A new order must not pass for one that was carried out, or called off.
        raise AlreadyExists(
            f"id is taken by a request that is {known.status}; nothing was changed. Read that one "
            "with GET, and give another id for a new order."
        )
    if known.purpose is not order.purpose or words.order != order:
        raise AlreadyExists(
            "id is taken by a request with another order; nothing was changed. Give another id."
        )
    return known


def _is_repeated(runtime: Runtime, tx: Tx, known: RequestRow, order: Order) -> bool:
    """Whether a request whose words are gone was given by this order, as far as can be told.

    Like an idempotency record: by a digest under a key that is destroyed after the next day.
    """
    told = known.progress.get("order")
    if told is None:
        return False
    secret = secret_of(runtime, tx, told["day"])
    return secret is not None and hmac.compare_digest(
        told["digest"], _digest(secret, known.holder, order)
    )


def _digest(secret: bytes, holder: int, order: Order) -> str:
    message = holder.to_bytes(8, "big") + packed_words(Words(order))
    return hmac.digest(secret, message, "sha256").hex()


def store_request(
    runtime: Runtime, tx: Tx, tenant: str, order: Order, request_id: str
) -> RequestRow:
    """A new request with a key of its own, under which the order is sealed."""
    now = runtime.clock.now()
    service = agents.service(tx, lock=True)
    [key] = runtime.keyring.allocate(service.agent_key, service.wrapped_key, 1)
    request = RequestRow(
        tenant=tenant,
        id=request_id,
        holder=forget_requests.draw_holder(),
        purpose=order.purpose,
        scope=order.selector.scope,
        regulation=order.regulation,
        derived=order.derived,
        mode=order.mode,
        status=RequestStatus.RECEIVED,
        received_at=now,
        due_at=due_at(order.regulation, now),
        extended=False,
        alarm=0,
        progress={"steps": {}},
        key_slot=key.slot,
        sealed=None,
        receipt=None,
    )
    forget_requests.add(tx, request)
    sealed = seal_words(runtime, tx, request, Words(order))
    forget_requests.change(tx, request.holder, {"sealed": sealed})
    return forget_requests.by_holder(tx, request.holder)


def _recognisable(runtime: Runtime, tx: Tx, request: RequestRow, order: Order) -> RequestRow:
    """Have the order recognised when it comes again under the id that its giver chose."""
    day, secret = secret_of_today(runtime, tx)
    told = {"day": day, "digest": _digest(secret, request.holder, order)}
    forget_requests.change(tx, request.holder, {"progress": {**request.progress, "order": told}})
    return forget_requests.by_holder(tx, request.holder)


def carry_out(
    runtime: Runtime, tx: Tx, request: RequestRow, order: Order, actor: str
) -> RequestRow:
    """Resolve the order as of now and hold back all that it means: the request is restricted."""
    plan = resolve(runtime, tx, request.tenant, order, lock=True)
    until = hold_back(runtime, tx, request, plan)
    forget_requests.change(
        tx,
        request.holder,
        {
            "status": RequestStatus.RESTRICTED,
            "progress": restricted(runtime, request, plan, until),
        },
    )
    note(runtime, tx, request, RequestStatus.RESTRICTED, actor, **plan.counts)
    return forget_requests.by_holder(tx, request.holder)


def restricted(
    runtime: Runtime, request: RequestRow, plan: Plan, until: datetime | None
) -> dict[str, Any]:
    """The progress of a request whose memories have just been held back."""
    now = runtime.clock.now()
    return with_steps(
        request.progress,
        now,
        Step.RESOLVE,
        Step.RESTRICT,
        counts=plan.counts,
        agents=sorted(part.agent.agent_key for part in plan.parts),
        suppress_until=until and until.isoformat(),
    )
