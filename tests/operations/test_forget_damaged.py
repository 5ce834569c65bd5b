"""A damaged memory stops nobody's order: holding back and destroying keys take no plaintext."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from memsvc.core.forget_request import Act, RequestStatus
from memsvc.core.memory import Event
from memsvc.core.naming import Person
from memsvc.core.order import Chosen, Order, Selector
from memsvc.operations import indexing
from memsvc.operations.forgetting import verify
from memsvc.operations.forgetting.redact import redact
from memsvc.operations.read import get_memory
from memsvc.operations.revise import Revision, revise
from memsvc.operations.scan import residue
from memsvc.operations.subjects.restrict import restrict
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import memories, restrictions
from memsvc.store.transaction import Tx
from tests.operations.forgetting import (
    OPERATOR,
    TENANT,
    agent_key,
    derived,
    is_there,
    order,
    people,
    said,
    standing_of,
)
from tests.operations.remembering import SCOPE, remember

KAYAK, SAIL = "Bob repaired the old kayak.", "Bob sewed a new sail."


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def spoil(runtime: Runtime, *ids: str) -> None:
    """Turn one bit of what is sealed of each, as a disk may."""
    key = agent_key(runtime)

    def work(tx: Tx) -> None:
        numbers = memories.numbers_of(tx, key, ids)
        for row in memories.by_numbers(tx, key, list(numbers.values())):
            spoiled = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
            memories.change(tx, key, row.number, {"sealed": spoiled})

    runtime.database.write(work)


def held_back(runtime: Runtime, request_id: str, acts: Sequence[Act]) -> int:
    holder = standing_of(runtime, request_id).holder
    with runtime.database.snapshot() as tx:
        return len(restrictions.numbers_of(tx, holder, agent_key(runtime), acts))


def bobs(runtime: Runtime) -> None:
    remember(
        runtime,
        said(KAYAK, "bob", "b1"),
        said(SAIL, "bob", "b2"),
        said("Ana grows tomatoes.", "ana", "a1"),
        derived("They live near the water.", "both", "a1", "b2"),
    )
    revise(runtime, SCOPE, "b1", Revision({"content": "Bob repaired a kayak."}))


def test_all_of_a_person_is_held_back(runtime: Runtime) -> None:
    bobs(runtime)
    spoil(runtime, "b1", "both")

    request = order(runtime, people("bob"), "q")

    assert request.status is RequestStatus.RESTRICTED
    # Of what it says nothing is known: in doubt it goes.
    assert held_back(runtime, "q", [Act.ERASE]) == 3
    assert not is_there(runtime, "b2")
    with runtime.database.snapshot() as tx:
        assert indexing.known_agent(tx, SCOPE).suppress_until is not None
    [again] = write(runtime, SCOPE, [said(SAIL, "bob", "again")])
    assert again.event is Event.SUPPRESSED


def test_a_person_is_restricted(runtime: Runtime) -> None:
    bobs(runtime)
    spoil(runtime, "b1")

    assert restrict(runtime, TENANT, OPERATOR, "bob").memories == 3
    assert get_memory(runtime, SCOPE, "a1").content == "Ana grows tomatoes."


def test_what_cannot_be_redacted_is_counted_and_left(runtime: Runtime) -> None:
    remember(
        runtime,
        said("It rains.", "bob", "b1", speaker="Bob Quill"),
        said("Bob Quill naps.", "ana", "damaged"),
        said("Bob Quill sings.", "ana", "whole"),
    )
    spoil(runtime, "damaged")
    chosen = tuple(Chosen(SCOPE.agent_id, one, Act.REDACT) for one in ("damaged", "whole"))
    request = order(runtime, Order(Selector(subject_ids=("bob",), chosen=chosen)), "q")

    redact(runtime, request, agent_key(runtime), [Person(("bob",), ("Bob Quill",))])

    assert standing_of(runtime, "q").progress["unredacted"] == 1
    assert "Quill" not in get_memory(runtime, SCOPE, "whole").content
    assert held_back(runtime, "q", [Act.REDACT]) == 0
