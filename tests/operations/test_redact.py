"""Redaction on request: what changed is counted, stays out, and is believed no more than due."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from memsvc.api.forgetting_answers import request_json
from memsvc.core.forget_request import Act, RequestStatus
from memsvc.core.memory import Event, Status
from memsvc.core.order import Chosen, Order, Selector
from memsvc.operations import indexing
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import verify
from memsvc.operations.read import get_memory
from memsvc.operations.revise import Revision, revise
from memsvc.operations.scan import residue
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import memories, transfer
from memsvc.store.forget_requests import RequestRow
from tests.operations.forgetting import carried_out, derived, is_there, order, said
from tests.operations.remembering import SCOPE, remember

FISH = "Sam Quill was angry at the fishmonger yesterday, the poor fish."


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def redacting(*ids: str) -> Order:
    chosen = tuple(Chosen(SCOPE.agent_id, one, Act.REDACT) for one in ids)
    return Order(Selector(subject_ids=("sam-person-1",), chosen=chosen))


def sam(runtime: Runtime) -> None:
    remember(runtime, said("It is raining on the quay.", "sam-person-1", "s", speaker="Sam Quill"))


def closed(runtime: Runtime, what: Order) -> RequestRow:
    request = carried_out(runtime, order(runtime, what))
    assert request.status is RequestStatus.CLOSED
    return request


def proof_of(request: RequestRow) -> dict[str, Any]:
    assert request.receipt is not None
    content: dict[str, Any] = orjson.loads(request.receipt)["receipt"]
    return content


def test_what_names_nobody_stays_and_is_not_claimed(runtime: Runtime) -> None:
    sam(runtime)
    remember(
        runtime,
        said("Samy was cross with the fishmonger.", "ana", "samy"),
        said(FISH, "ana", "fish"),
    )

    request = closed(runtime, redacting("samy", "fish"))

    assert request.progress["counts"]["redacted"] == 2
    assert request.progress["unredacted"] == proof_of(request)["unredacted"] == 1
    assert request_json(runtime, request)["counts"]["unredacted"] == 1
    samy = get_memory(runtime, SCOPE, "samy")
    assert (samy.content, samy.version) == ("Samy was cross with the fishmonger.", 1)
    assert "Sam" not in get_memory(runtime, SCOPE, "fish").content


def test_an_earlier_wording_goes_though_the_present_one_names_nobody(runtime: Runtime) -> None:
    sam(runtime)
    remember(runtime, said(FISH, "ana", "fish"))
    revise(runtime, SCOPE, "fish", Revision({"content": "The fish was poor."}))

    request = closed(runtime, redacting("fish"))

    assert request.progress["unredacted"] == 1
    assert get_memory(runtime, SCOPE, "fish").content == "The fish was poor."
    with runtime.database.snapshot() as tx:
        key = indexing.known_agent(tx, SCOPE).agent_key
        numbers = memories.numbers_of(tx, key, ["fish"])
        assert transfer.versions_of(tx, key, list(numbers.values())) == {}


def test_who_said_it_may_not_say_it_with_the_name_again(runtime: Runtime) -> None:
    sam(runtime)
    remember(runtime, said(FISH, "ana", "first"))
    later = said("It was Sam Quill who bought a pike.", "ana", "later")
    remember(runtime, later)
    revise(runtime, SCOPE, "later", Revision({"content": "Sam Quill bought a pike."}))

    request = closed(runtime, redacting("first", "later"))

    said_again = [
        said(FISH, "ana", "again"),
        said(later.content, "ana", "a"),
        said("Sam Quill bought a pike.", "ana", "b"),
        said(FISH, "ben", "ben"),
    ]
    events = [one.event for one in write(runtime, SCOPE, said_again)]
    assert events == [Event.SUPPRESSED] * 3 + [Event.ADDED]
    assert request.progress["suppress_until"]
    redacted = get_memory(runtime, SCOPE, "first").content
    [again] = write(runtime, SCOPE, [said(redacted, "ana", "d")])
    assert again.event is not Event.SUPPRESSED


def from_both(runtime: Runtime) -> None:
    sam(runtime)
    remember(runtime, said("Ana drinks green tea.", "ana", "a"))
    remember(runtime, derived("Somebody walks in the rain, and Ana drinks tea.", "d", "s", "a"))


def test_what_names_nobody_and_lost_a_source_is_demoted(runtime: Runtime) -> None:
    from_both(runtime)

    request = closed(runtime, redacting("d"))

    memory = get_memory(runtime, SCOPE, "d")
    assert (memory.status, memory.source_ids) == (Status.QUARANTINED, ("a",))
    counts = request.progress["counts"]
    assert (counts["demoted"], counts["redacted"], request.progress["unredacted"]) == (1, 1, 1)


def test_what_lost_its_other_sources_meanwhile_goes(runtime: Runtime) -> None:
    from_both(runtime)
    request = order(runtime, redacting("d"))
    delete_memory(runtime, SCOPE, "a")

    done = carried_out(runtime, request)

    assert done.status is RequestStatus.CLOSED
    assert not is_there(runtime, "d")
    assert "unredacted" not in done.progress
