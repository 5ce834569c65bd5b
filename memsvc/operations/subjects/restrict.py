"""Restrict: what is held of a person is kept and used by nobody, until that is lifted.

GDPR Art. 18. It holds for what there is at that moment: said again, it extends to what came since.
A restriction is a row like a forget request's, with its words sealed under its own key; while it
stands no erasure goes beyond holding back, and those that wait for it name its id.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from functools import partial

from memsvc.core.audit import Act, Action
from memsvc.core.forget_request import Purpose, RequestStatus
from memsvc.core.order import Order, Selector
from memsvc.operations.audit import record
from memsvc.operations.forgetting.decide import restrict_only
from memsvc.operations.forgetting.hold_back import let_go
from memsvc.operations.forgetting.people import identity_token, subject_of
from memsvc.operations.forgetting.receive import store_request
from memsvc.operations.forgetting.words import Words, destroy_words, open_words, seal_words
from memsvc.runtime import Runtime, Safe
from memsvc.store import agents, forget_requests, restrictions, state
from memsvc.store.forget_requests import RequestRow
from memsvc.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Restriction:
    """Whether a person is restricted, under which id, and how many memories that concerns.

    Once lifted: how many were given back; those that something else holds back are not among them.
    """

    restricted: bool
    memories: int
    id: str | None


def restrictions_of(safe: Safe, tx: Tx, tenant: str, subject_id: str) -> list[RequestRow]:
    """The standing restrictions of whom an identity means, oldest first.

    Whom they are about is sealed, so each of the tenant's is opened: there are few.
    """
    tokens = set(subject_of(safe, tx, tenant, subject_id).tokens)
    found = []
    for row in forget_requests.standing(
        tx, [RequestStatus.HELD], Purpose.RESTRICTION, tenant=tenant
    ):
        words = open_words(safe, tx, row)
        ids = words.order.selector.subject_ids if words is not None else ()
        if tokens.intersection(identity_token(safe, tenant, one) for one in ids):
            found.append(row)
    return found


def restrict(
    runtime: Runtime, tenant: str, actor: str, subject_id: str, reason: str | None = None
) -> Restriction:
    """Restrict what there is of a person, under all their aliases, and what was derived from it.

    On return nobody is shown any of it. Where they are restricted already it is extended to what
    came since, and the reason is replaced if one is given.
    """
    work = partial(_restrict, runtime, tenant, actor, subject_id, reason)
    return runtime.database.write(work)


def _restrict(
    runtime: Runtime, tenant: str, actor: str, subject_id: str, reason: str | None, tx: Tx
) -> Restriction:
    # Two who restrict the same person at once come one after the other.
    agents.service(tx, lock=True)
    person = subject_of(runtime, tx, tenant, subject_id).person
    order = Order(Selector(subject_ids=person.identities), purpose=Purpose.RESTRICTION)
    standing = restrictions_of(runtime, tx, tenant, subject_id)
    if standing:
        request = standing[0]
        before = open_words(runtime, tx, request)
        assert before is not None, "words live as long as the restriction stands"
        known = before.order.selector.subject_ids
        everyone = tuple(dict.fromkeys([*known, *person.identities]))
        order = replace(
            order, selector=Selector(subject_ids=everyone), reason=reason or before.order.reason
        )
    else:
        order = replace(order, reason=reason)
        request = store_request(runtime, tx, tenant, order, secrets.token_hex(16))
    words = Words(order)
    sealed = seal_words(runtime, tx, request, words)
    forget_requests.change(tx, request.holder, {"sealed": sealed})
    request = restrict_only(runtime, tx, request, words)
    count = restrictions.count(tx, request.holder)
    detail = {"memories": count}
    record(runtime, tx, tenant, Act(actor, Action.SUBJECT_RESTRICTED, request.id, detail=detail))
    return Restriction(True, count, request.id)


def lift(runtime: Runtime, tenant: str, actor: str, subject_id: str) -> Restriction:
    """End a person's restrictions; what nothing else holds back is as it was. Repeatable."""
    result, slots = runtime.database.write(partial(_lift, runtime, tenant, actor, subject_id))
    runtime.keyring.shred(slots)
    return result


def _lift(
    runtime: Runtime, tenant: str, actor: str, subject_id: str, tx: Tx
) -> tuple[Restriction, list[int]]:
    agents.service(tx, lock=True)
    count, last = 0, None
    slots: list[int] = []
    lifted = restrictions_of(runtime, tx, tenant, subject_id)
    for request in lifted:
        count += let_go(runtime, tx, request.holder)
        slots += destroy_words(runtime, tx, request)
        forget_requests.change(tx, request.holder, {"status": RequestStatus.CANCELLED})
        last = request.id
    if lifted:
        state.order_purge(tx, runtime.clock.now())
    for request in lifted:
        act = Act(actor, Action.SUBJECT_UNRESTRICTED, request.id, detail={"memories": count})
        record(runtime, tx, tenant, act)
    return Restriction(False, count, last), slots
