"""Requests take turns: one that fails holds up nobody, and one process works at a time."""

from __future__ import annotations

import pytest

from memsvc.core.access import Scope
from memsvc.core.forget_request import RequestStatus
from memsvc.core.memory import Draft
from memsvc.core.order import Order, Selector
from memsvc.errors import KeysDamaged
from memsvc.operations.forgetting.read import get_request
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import CLAIM, resume
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import forget_requests

SCOPE = Scope("default", "a1")


def ordered(runtime: Runtime, *ids: str) -> None:
    """A request each, for a person each."""
    for one in ids:
        write(runtime, SCOPE, [Draft(content=f"{one} says this", user_id=f"person-of-{one}")])
        receive(runtime, "default", "key", Order(Selector((f"person-of-{one}",))), one)


def status(runtime: Runtime, request_id: str) -> RequestStatus:
    return get_request(runtime, "default", request_id).status


def test_one_that_cannot_go_on_holds_up_nobody(runtime: Runtime) -> None:
    ordered(runtime, "r1", "r2", "r3")
    holder = get_request(runtime, "default", "r1").holder
    damaged = {"sealed": b"no words at all"}
    runtime.database.write(lambda tx: forget_requests.change(tx, holder, damaged))
    with pytest.raises(KeysDamaged):
        resume(runtime)
    assert status(runtime, "r1") is RequestStatus.RESTRICTED
    assert status(runtime, "r2") is RequestStatus.CLOSED
    assert status(runtime, "r3") is RequestStatus.CLOSED
    assert get_request(runtime, "default", "r1").progress["waits_for"]["code"] == "keys_damaged"


def test_one_process_works_at_a_time(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = pair
    ordered(ours, "r1")
    with ours.database.claim(CLAIM) as claimed:
        assert claimed
        assert resume(theirs) == 0
        assert status(theirs, "r1") is RequestStatus.RESTRICTED
    assert resume(theirs) == 1
    assert status(ours, "r1") is RequestStatus.CLOSED
    assert resume(ours) == 0


def test_a_service_that_stops_begins_no_other_step(runtime: Runtime) -> None:
    ordered(runtime, "r1", "r2")
    asked = iter([False, False, True, True])
    assert resume(runtime, lambda: next(asked)) == 2
    done = get_request(runtime, "default", "r1").progress["steps"]
    assert list(done)[-2:] == ["prepare", "shred"]
    assert "prepare" not in get_request(runtime, "default", "r2").progress["steps"]
    resume(runtime)
    assert status(runtime, "r1") is status(runtime, "r2") is RequestStatus.CLOSED
