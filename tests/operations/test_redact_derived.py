"""What was made of a memory that is redacted says what it says now, and nothing of the name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from memsvc.core.forget_request import Act, RequestStatus
from memsvc.core.memory import Draft, Event, Memory, Status
from memsvc.core.order import Chosen, Derived, Order, Selector
from memsvc.operations.consolidate import consolidate, preview
from memsvc.operations.forgetting import verify
from memsvc.operations.read import get_memory
from memsvc.operations.scan import residue
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from tests.operations.forgetting import Died, carried_out, derived, dying, is_there, order, said
from tests.operations.forgetting import standing_of as request_of
from tests.operations.remembering import NOW, SCOPE, remember, standing
from tests.operations.test_consolidate import derived as all_derived
from tests.operations.test_consolidate import everything
from tests.operations.test_rederive_nested import START, TWIN

LATER = NOW + timedelta(hours=1)
NAMING = {
    "t0-1": "I live in Lisbon. My brother Sam Quill works at Acme. Sam Quill sails.",
    "t1-1": "I work at Acme. I always swim before breakfast with Sam Quill.",
    "t0-3": "I always swim before breakfast with Sam Quill.",
}
LINES = (
    "I painted the harbour of Lisbon on Monday with my sister.",
    "",
    "We planted seven orchards of apple trees near Porto.",
    "I lost my grandfather's violin on the tram to Braga.",
    "The lantern festival in Braga lasted three evenings.",
)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "residue_apart", residue)


def turns(naming: dict[str, str]) -> list[Draft]:
    """Two conversations of Ana's on one day; some of her turns name Sam."""
    return [
        Draft(
            content=naming.get(f"t{session}-{place}") or f"{line} That was visit {session}.",
            id=f"t{session}-{place}",
            user_id="ana",
            speaker="Ana",
            session_id=f"s{session}",
            event_time=START + timedelta(hours=session, minutes=place),
        )
        for session in range(2)
        for place, line in enumerate(LINES)
    ]


def live(runtime: Runtime, scope: Any, naming: dict[str, str]) -> Runtime:
    """What was said, by one run made into facts, summaries and what recurs."""
    remember(standing(runtime), *turns(naming), scope=scope)
    later = standing(runtime, LATER)
    consolidate(later, scope)
    return later


def redacting(*ids: str, **more: Any) -> Order:
    chosen = tuple(Chosen(SCOPE.agent_id, one, Act.REDACT) for one in ids)
    return Order(Selector(subject_ids=("sam-person-1",), chosen=chosen), **more)


def sam(runtime: Runtime) -> None:
    first = said("It is raining on the quay.", "sam-person-1", "s", speaker="Sam Quill")
    remember(standing(runtime), first)


def naming_sam(runtime: Runtime) -> list[Memory]:
    return [one for one in everything(runtime) if "Sam" in f"{one.content} {one.fact}"]


def test_it_is_as_if_the_name_had_never_been_said(runtime: Runtime) -> None:
    sam(runtime)
    later = live(runtime, SCOPE, NAMING)
    before = all_derived(later)
    assert {str(one.metadata.get("summary")) for one in naming_sam(later) if one.source_ids} >= {
        "session"
    }
    assert any(one.fact and "Sam" in str(one.fact) for one in naming_sam(later))
    assert any("recurrence" in one.metadata for one in naming_sam(later))

    request = carried_out(later, order(later, redacting(*NAMING)))

    assert request.status is RequestStatus.CLOSED
    assert naming_sam(later) == []
    assert request.progress["counts"]["redacted"] == len(NAMING)
    assert request.progress["counts"]["rederived"] >= 5
    as_it_is = {one: get_memory(later, SCOPE, one).content for one in NAMING}
    live(runtime, TWIN, as_it_is)
    assert all_derived(later) == all_derived(later, TWIN) != before
    # What nobody named stands, anew from the words that are left.
    [home] = [one for one in everything(later) if one.fact and one.fact.predicate == "home"]
    assert (home.content, home.source_ids) == ("Ana lives in Lisbon.", ("t0-1",))
    assert (home.created_at, home.slots != ()) == (LATER, True)
    assert preview(later, SCOPE, force=True).is_empty


def test_it_is_hidden_from_the_moment_of_the_order_on(runtime: Runtime) -> None:
    sam(runtime)
    later = live(runtime, SCOPE, NAMING)

    order(later, redacting(*NAMING))

    assert naming_sam(later) == []


def test_a_fact_that_others_hid_is_judged_anew(runtime: Runtime) -> None:
    """What a fact superseded stays superseded when it is told anew, and is not erased with it."""
    sam(runtime)
    before = replace(turns({})[0], content="I live in Porto.", id="porto", session_id="s-1")
    remember(standing(runtime), replace(before, event_time=START - timedelta(days=9)))
    later = live(runtime, SCOPE, NAMING)

    def porto() -> Memory:
        return next(one for one in everything(later) if "lives in Porto" in one.content)

    assert porto().status is Status.SUPERSEDED

    carried_out(later, order(later, redacting(*NAMING)))

    assert porto().status is Status.SUPERSEDED
    assert "Lisbon" in get_memory(later, SCOPE, str(porto().superseded_by)).content


def test_who_said_it_may_say_what_is_left_in_person(runtime: Runtime) -> None:
    sam(runtime)
    later = live(runtime, SCOPE, NAMING)
    carried_out(later, order(later, redacting(*NAMING)))

    again = [said("Ana lives in Lisbon.", "ana", "x"), said(NAMING["t0-1"], "ana", "y")]
    events = [one.event for one in write(later, SCOPE, again)]

    assert events[0] is not Event.SUPPRESSED
    assert events[1] is Event.SUPPRESSED


def test_what_a_caller_derived_of_it_stays(runtime: Runtime) -> None:
    """Nobody here can say it anew; where it names somebody, it is among the mentions itself."""
    sam(runtime)
    later = live(runtime, SCOPE, NAMING)
    remember(later, derived("Ana likes the water.", "posted", "t0-1"))

    for derived_too in (Derived.REDERIVE, Derived.DELETE):
        request = carried_out(later, order(later, redacting(*NAMING, derived=derived_too)))
        assert request.status is RequestStatus.CLOSED
        assert is_there(later, "posted")
        assert get_memory(later, SCOPE, "posted").status is Status.ACTIVE


def test_what_is_chosen_and_rests_on_what_is_chosen_is_told_anew(runtime: Runtime) -> None:
    sam(runtime)
    later = live(runtime, SCOPE, NAMING)
    named = [one.id for one in naming_sam(later)]

    request = carried_out(later, order(later, redacting(*named)))

    assert request.status is RequestStatus.CLOSED
    assert naming_sam(later) == []
    live(runtime, TWIN, {one: get_memory(later, SCOPE, one).content for one in NAMING})
    assert all_derived(later) == all_derived(later, TWIN)


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_killed_at_any_commit_it_goes_on(runtime: Runtime, committed: bool) -> None:
    sam(runtime)
    later = live(runtime, SCOPE, NAMING)
    request = order(later, redacting(*NAMING))
    for at in range(200):
        try:
            carried_out(dying(later, at, committed=committed), request)
            break
        except Died:
            assert naming_sam(later) == []
    assert request_of(later, request.id).status is RequestStatus.CLOSED
    assert at > 3
    live(runtime, TWIN, {one: get_memory(later, SCOPE, one).content for one in NAMING})
    assert all_derived(later) == all_derived(later, TWIN)
