"""Statements that are read only beside others, through the front door, on real databases."""

from __future__ import annotations

from itertools import permutations

import pytest

from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Kind, Status
from memsvc.operations import indexing
from memsvc.operations.forget import delete_memory
from memsvc.operations.question import Question
from memsvc.operations.resolve import Decider
from memsvc.operations.restore import restore
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from tests.operations.remembering import SCOPE, ids
from tests.operations.stating import day, events, everything, state, state_all, truth


def told(content: str, since: int, id_: str) -> Draft:
    return Draft(content=content, kind=Kind.SEMANTIC, id=id_, user_id="ana", valid_from=day(since))


HISTORY = [
    told("The chief executive of Kestrel is Tom Berg.", 1, "read"),
    told("Ilse Dahl occupies the corner office at Kestrel.", 3, "hint"),
    told("Mara Venn calls the shots and leads the company at Kestrel.", 5, "other"),
    told("The head office of Kestrel is in Lyon.", 2, "beside"),
    told("Kestrel changed its head office away from Lyon.", 4, "moved"),
    told("The head office of Kestrel is in Rome.", 7, "again"),
]
TWIN = Scope("default", "twin")


def test_a_hint_ends_what_was_read_and_is_found_instead(runtime: Runtime) -> None:
    state(runtime, HISTORY[0])
    assert events([state(runtime, HISTORY[1])]) == [("superseded", ("read",))]
    found = ids(search(runtime, SCOPE, Question("Who is the chief executive of Kestrel?")))
    assert "hint" in found
    assert "read" not in found


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_arrival_does_not_matter(runtime: Runtime, order: tuple[int, ...]) -> None:
    for place in order:
        state(runtime, HISTORY[place])
    assert {id_: one.superseded_by for id_, one in everything(runtime).items()} == {
        "read": "hint",
        "hint": "other",
        "other": None,
    }


@pytest.mark.parametrize("gone", [each.id for each in HISTORY])
@pytest.mark.parametrize("is_loaded", [True, False])
def test_what_is_erased_leaves_the_rest_as_if_it_had_never_been(
    runtime: Runtime, gone: str, is_loaded: bool
) -> None:
    """With what vouched for the hints they stand by themselves, each active."""
    state_all(runtime, HISTORY)
    state_all(runtime, [each for each in HISTORY if each.id != gone], TWIN)
    if not is_loaded:
        with runtime.database.snapshot() as tx:
            runtime.indexes.drop(indexing.known_agent(tx, SCOPE).agent_key)

    delete_memory(runtime, SCOPE, gone)

    assert truth(runtime) == truth(runtime, TWIN)


def test_a_change_that_names_what_was_ends_it_in_whatever_order(runtime: Runtime) -> None:
    for place in (5, 4, 3):
        state(runtime, HISTORY[place])
    assert {id_: one.superseded_by for id_, one in everything(runtime).items()} == {
        "beside": "moved",
        "moved": "again",
        "again": None,
    }


def test_what_a_hint_ended_can_be_restored(runtime: Runtime) -> None:
    state_all(runtime, HISTORY[:2])
    restore(runtime, SCOPE, "read", Decider("ana", may_overrule=True))
    held = everything(runtime)
    assert held["read"].status is held["hint"].status is Status.ACTIVE
