"""Between the body of a forget request and the order it gives."""

from __future__ import annotations

from typing import Any

from memsvc.api.wire.forgetting import ForgetBody, ForgetRequestBody
from memsvc.core.forget_request import Act
from memsvc.core.order import Chosen, Order, Selector

_ACTS = {"delete": Act.ERASE, "redact": Act.REDACT}
ACTIONS = {act: action for action, act in _ACTS.items()}
"""What may be done with a memory that names somebody, as the wire has it."""


def order_of(body: ForgetRequestBody) -> Order:
    """The order of a body."""
    return Order(selector_of(body), body.regulation, body.derived, body.mode, reason=body.reason)


def selector_of(body: ForgetBody) -> Selector:
    """What a body selects."""
    within = body.time_range
    return Selector(
        subject_ids=tuple(dict.fromkeys(body.subject_ids)),
        agent_id=body.agent_id,
        memory_ids=tuple(dict.fromkeys(body.memory_ids)),
        session_ids=tuple(dict.fromkeys(body.session_ids)),
        since=None if within is None else within.gte,
        until=None if within is None else within.lt,
        chosen=tuple(
            Chosen(one.agent_id, one.memory_id, _ACTS[one.action]) for one in body.mentions
        ),
    )


def body_of(order: Order) -> dict[str, Any]:
    """A body that gives this order, without what it leaves open."""
    selector = order.selector
    times = {"gte": selector.since, "lt": selector.until}
    body: dict[str, Any] = {
        "subject_ids": selector.subject_ids,
        "agent_id": selector.agent_id,
        "memory_ids": selector.memory_ids,
        "session_ids": selector.session_ids,
        "time_range": {name: at for name, at in times.items() if at is not None},
        "mentions": [
            {"agent_id": one.agent_id, "memory_id": one.memory_id, "action": ACTIONS[one.act]}
            for one in selector.chosen
        ],
    }
    return {name: value for name, value in body.items() if value} | {"mode": order.mode}
