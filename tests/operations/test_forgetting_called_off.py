"""A request that is called off half-way leaves nothing behind: everything is as it was before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Event
from memsvc.core.order import Order, Selector
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting.decide import cancel, reject
from memsvc.operations.forgetting.prepare import prepare
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import suppressions

SCOPE = Scope("default", "a1")
SAID = Draft(content="Somebody rents the flat", user_id="somebody-who-rents")


def cancelled(runtime: Runtime) -> None:
    cancel(runtime, "default", "key", "r1")


def rejected(runtime: Runtime) -> None:
    reject(runtime, "default", "key", "r1", "a reason")


@pytest.mark.parametrize("call_off", [cancelled, rejected])
def test_what_is_given_back_may_be_said_again(
    runtime: Runtime, call_off: Callable[[Runtime], None]
) -> None:
    [written] = write(runtime, SCOPE, [SAID])
    order = Order(Selector(("somebody-who-rents",)))
    request = receive(runtime, "default", "key", order, "r1")
    # As by a crash, or a hold, before anything is destroyed.
    prepare(runtime, request)
    call_off(runtime)
    with runtime.database.snapshot() as tx:
        assert suppressions.count(tx, request.holder) == 0
    assert write(runtime, SCOPE, [SAID])[0].event is Event.DUPLICATE
    assert written.id is not None
    delete_memory(runtime, SCOPE, written.id)
    assert write(runtime, SCOPE, [SAID])[0].event is Event.ADDED
