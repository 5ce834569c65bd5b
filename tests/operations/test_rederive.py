"""Derived anew: from what is left of the sources, as a new memory, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from memsvc.core.derived import DERIVATIONS, Derivation
from memsvc.core.erasure import Fate
from memsvc.core.forget_request import RequestStatus
from memsvc.core.memory import Draft, Event, Kind, Memory
from memsvc.core.order import Derived
from memsvc.operations.forgetting import verify
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.read import get_memory
from memsvc.operations.scan import residue
from memsvc.operations.write import Offered, write_all
from memsvc.runtime import Runtime
from memsvc.store import memories
from tests.operations.forgetting import (
    Died,
    agent_key,
    carried_out,
    derived,
    dying,
    ids_there,
    is_found,
    order,
    people,
    said,
    standing_of,
)
from tests.operations.remembering import SCOPE, held, remember

LIST = "list_of"


def as_list(sources: Sequence[Memory]) -> Draft | None:
    """What the sources say, one after the other; nothing of fewer than two."""
    if len(sources) < 2:
        return None
    return Draft(
        content=" / ".join(one.content for one in sources),
        kind=Kind.SEMANTIC,
        source_ids=tuple(one.id for one in sources),
    )


@pytest.fixture(autouse=True)
def a_kind_that_is_derived_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "residue_apart", residue)
    monkeypatch.setitem(DERIVATIONS, LIST, Derivation(lambda _loss: Fate.REDERIVE, as_list))


def remember_list(runtime: Runtime, id_: str, *sources: str) -> None:
    """A list of what these memories say, as the service derives it."""
    found = [get_memory(runtime, SCOPE, one) for one in sources]
    draft = as_list(found)
    assert draft is not None
    [outcome] = write_all(runtime, [Offered(SCOPE, [replace(draft, id=id_)], relation=LIST)])
    assert isinstance(outcome, list)
    assert outcome[0].event is Event.ADDED


def remember_three(runtime: Runtime) -> None:
    remember(
        runtime,
        said("Ana grows tomatoes.", "ana", "a1"),
        said("Bob repairs the kayak.", "bob", "b1"),
        said("Carla draws bridges.", "carla", "c1"),
    )
    remember_list(runtime, "list", "a1", "b1", "c1")


def new_ones(runtime: Runtime, *known: str) -> list[Memory]:
    """Memories with other ids than these."""
    return [get_memory(runtime, SCOPE, one) for one in sorted(set(held(runtime)) - set(known))]


def test_what_is_left_is_put_together_anew(runtime: Runtime) -> None:
    remember_three(runtime)

    request = order(runtime, people("bob"))
    assert request.progress["counts"]["rederived"] == 1
    assert ids_there(runtime, "list", "a1", "c1") == {"a1", "c1"}
    closed = carried_out(runtime, request)

    assert closed.status is RequestStatus.CLOSED
    [new] = new_ones(runtime, "a1", "c1")
    assert new.content == "Ana grows tomatoes. / Carla draws bridges."
    assert new.source_ids == ("a1", "c1")
    assert not is_found(runtime, "list", "Bob repairs the kayak.")
    # It is derived in the same way: forgetting goes on through it.
    assert carried_out(runtime, order(runtime, people("carla"))).status is RequestStatus.CLOSED
    assert set(held(runtime)) == {"a1"}


def test_too_little_gives_nothing(runtime: Runtime) -> None:
    remember_three(runtime)

    carried_out(runtime, order(runtime, people("bob", "carla")))

    assert set(held(runtime)) == {"a1"}


def test_delete_derives_nothing_anew(runtime: Runtime) -> None:
    remember_three(runtime)

    request = order(runtime, people("bob", derived=Derived.DELETE))
    carried_out(runtime, request)

    assert request.progress["counts"]["rederived"] == 0
    assert set(held(runtime)) == {"a1", "c1"}


def test_what_rests_on_it_alone_goes_and_what_has_more_is_looked_at(runtime: Runtime) -> None:
    remember_three(runtime)
    remember(
        runtime,
        derived("They are three.", "alone", "list"),
        derived("They are busy.", "more", "list", "a1"),
    )

    carried_out(runtime, order(runtime, people("bob")))

    assert ids_there(runtime, "alone", "more") == {"more"}
    assert get_memory(runtime, SCOPE, "more").source_ids == ("a1",)


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_it_is_derived_once_whenever_the_process_dies(runtime: Runtime, committed: bool) -> None:
    known: list[str] = []
    for at in range(100):
        remember(
            runtime,
            said(f"Ana grows tomatoes in row {at}.", "ana", f"a{at}"),
            said(f"Bob repairs kayak {at}.", f"bob-{at}", f"b{at}"),
            said(f"Carla draws bridge {at}.", "carla", f"c{at}"),
        )
        remember_list(runtime, f"list{at}", f"a{at}", f"b{at}", f"c{at}")
        order(runtime, people(f"bob-{at}"), f"q{at}")
        try:
            resume(dying(runtime, at, committed=committed))
            died = False
        except Died:
            died = True
        resume(runtime)

        assert standing_of(runtime, f"q{at}").status is RequestStatus.CLOSED
        known += [f"a{at}", f"c{at}"]
        [new] = new_ones(runtime, *known)
        assert new.source_ids == (f"a{at}", f"c{at}")
        known.append(new.id)
        if not died:
            return
    raise AssertionError("it never got through")


def test_numbers_of_new_memories_are_beyond_those_that_went(runtime: Runtime) -> None:
    remember_three(runtime)
    before = held(runtime)
    carried_out(runtime, order(runtime, people("bob")))

    [new] = new_ones(runtime, *before)
    with runtime.database.snapshot() as tx:
        rows = memories.by_numbers(tx, agent_key(runtime), [new.number])
    assert rows[0].derived
    assert new.number > max(before.values())
