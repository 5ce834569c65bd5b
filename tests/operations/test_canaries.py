"""What a scan looks for tells of the forgotten alone, not of what lies in the clear anyway."""

from __future__ import annotations

from pathlib import Path

import pytest

from memsvc.core.access import Scope
from memsvc.core.forget_request import RequestStatus
from memsvc.core.memory import Draft
from memsvc.operations.forgetting import canaries, verify
from memsvc.operations.forgetting.canaries import needles
from memsvc.operations.forgetting.words import Prepared
from memsvc.operations.scan import residue
from memsvc.runtime import Runtime
from tests.operations.forgetting import TENANT, carried_out, order, people, said
from tests.operations.remembering import remember

SAM = "sam-the-person@x.org"


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def is_closed_after_forgetting(runtime: Runtime, who: str) -> bool:
    request = carried_out(runtime, order(runtime, people(who)))
    told = request.progress["verifier"]["told_by_ids"]
    return request.status is RequestStatus.CLOSED and told > 0


def test_an_agent_may_be_called_as_somebody_began_to_speak(runtime: Runtime) -> None:
    bot = Scope(TENANT, "customer-support-bot-v2")
    remember(runtime, said("customer-support-bot is really slow today", "sam", "m1"), scope=bot)

    assert is_closed_after_forgetting(runtime, "sam")


def test_an_id_of_a_memory_may_be_what_somebody_said(runtime: Runtime) -> None:
    remember(
        runtime,
        said("order-2024-1234567", "sam", "m1"),
        said("It was delivered.", "ana", "order-2024-1234567"),
    )

    assert is_closed_after_forgetting(runtime, "sam")


@pytest.mark.parametrize("content", ["CREATE TABLE memories fails", "keys_destroyed"])
def test_what_the_schema_says_may_be_said(runtime: Runtime, content: str) -> None:
    remember(runtime, said("It rains on the long quay.", "ana", "a1"))
    # A receipt of before, whose names lie in the database.
    carried_out(runtime, order(runtime, people("ana")))
    remember(runtime, said(content, "sam", "m1"))

    request = carried_out(runtime, order(runtime, people("sam")))

    assert request.status is RequestStatus.CLOSED


def test_ids_of_another_tenant_lie_in_the_same_files(runtime: Runtime) -> None:
    remember(runtime, said("Sam walked along the quay.", SAM, "m1"))
    remember(runtime, said("Whatever it is.", "bob", SAM), scope=Scope("other", "z"))

    assert is_closed_after_forgetting(runtime, SAM)


def test_only_the_forms_that_an_id_says_are_left_out(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canaries, "AT_ONCE", 2)
    remember(runtime, *(Draft(content=f"It is number {at}.", id=f"n{at}") for at in range(5)))
    # A part of the longer one, in its own letters alone.
    remember(runtime, Draft(content="It is said.", id="Bob repaired the old kayak."[:20]))
    prepared = Prepared(
        canaries=("Bob repaired the old kayak.", "Ana sails in the morning."), identities=(SAM,)
    )

    wanted, told = needles(runtime, TENANT, prepared)

    assert told == 1
    assert {"utf-8", "middle", "tail", "upper"} <= set(wanted["canary 0"])
    assert "head" not in wanted["canary 0"]
    assert "head" in wanted["canary 1"]
    assert set(wanted) == {"canary 0", "canary 1", "identity 0"}


def test_nothing_to_look_for_is_nothing(runtime: Runtime) -> None:
    assert needles(runtime, TENANT, Prepared()) == ({}, 0)


def test_what_is_left_is_found_though_an_id_says_a_part_of_it(
    runtime: Runtime, tmp_path: Path
) -> None:
    remember(runtime, said("Bob repaired the old kayak.", "bob", "Bob repaired the old"))
    remember(runtime, Draft(content="It is said.", id="The Bob repaired the old"))
    (runtime.data_dir / "notes.txt").write_text("Bob repaired the old kayak.")

    request = carried_out(runtime, order(runtime, people("bob")))

    assert request.status is RequestStatus.FAILED
    assert request.progress["verifier"]["told_by_ids"] == 1
