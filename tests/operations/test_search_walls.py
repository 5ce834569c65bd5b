"""What a search leaves out has no part in it: not as a result and not beside one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from memsvc.core.access import Scope
from memsvc.core.filters import Filter, parse
from memsvc.core.memory import Draft, Kind, Status
from memsvc.core.ranking import Judgement
from memsvc.operations.deepen import Looked, deepened
from memsvc.operations.forget import delete_memory
from memsvc.operations.question import Mode, Question
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from tests.operations.remembering import (
    NOW,
    SCOPE,
    held,
    ids,
    listened_to,
    remember,
    scores,
    set_status,
    standing,
)

CANARY = "xylophone"
PASSES = [Mode.FAST, Mode.DEEP]
ASKED = Question("Who tuned the old piano in the harbour?", limit=20)


def talk(hidden: Draft) -> list[Draft]:
    """A conversation with something in its middle, derived from what is before it."""
    said = [
        "Somebody tuned the old piano.",
        "It was in the harbour, on a Monday.",
        "Then we went home.",
        "Ships are loud.",
    ]
    turns = [
        Draft(content=text, id=f"m{at}", session_id="s1", user_id="ann")
        for at, text in enumerate(said)
    ]
    return [*turns[:2], hidden, *turns[2:]]


HIDDEN = Draft(
    content=f"The {CANARY} player tuned the old piano in the harbour.",
    id="hidden",
    session_id="s1",
    user_id="bob",
    source_ids=("m0",),
    expires_at=NOW + timedelta(days=400),
)


def look(runtime: Runtime, question: Question) -> tuple[list[str], set[int], list[str]]:
    """What is found, what was looked at, and what the model was given to read."""
    listening_runtime, listening = listened_to(runtime)
    found = search(listening_runtime, SCOPE, question)
    numbers = {number for hit in found.found for number in hit.judgement.evidence.numbers.tolist()}
    return ids(found), numbers, listening.texts


def archive(runtime: Runtime) -> None:
    revise(runtime, SCOPE, "hidden", Revision({"status": Status.ARCHIVED}))


@pytest.mark.parametrize("mode", PASSES)
@pytest.mark.parametrize("status", [Status.ARCHIVED, Status.SUPERSEDED, Status.QUARANTINED])
def test_a_status_that_is_not_searched(runtime: Runtime, status: Status, mode: Mode) -> None:
    remember(runtime, *talk(HIDDEN))
    question = replace(ASKED, mode=mode)
    found, numbers, _ = look(runtime, question)
    assert found[0] == "hidden"
    number = held(runtime)["hidden"]
    assert number in numbers

    if status is Status.ARCHIVED:
        archive(runtime)
    else:
        set_status(runtime, "hidden", status)
    found, numbers, read = look(runtime, question)
    assert set(found) == {"m0", "m1", "m2", "m3"}
    assert number not in numbers
    assert not any(CANARY in text for text in read)
    assert bool(read) is (mode is Mode.DEEP)

    found, numbers, read = look(runtime, replace(question, include=(status,)))
    assert found[0] == "hidden"
    assert number in numbers
    assert any(CANARY in text for text in read) is (mode is Mode.DEEP)
    others = {Status.ARCHIVED, Status.SUPERSEDED, Status.QUARANTINED} - {status}
    assert "hidden" not in look(runtime, replace(question, include=tuple(others)))[0]


@pytest.mark.parametrize("mode", PASSES)
def test_what_has_expired_or_was_deleted(runtime: Runtime, mode: Mode) -> None:
    remember(runtime, *talk(HIDDEN))
    question = replace(ASKED, mode=mode)
    number = held(runtime)["hidden"]
    every = (Status.ARCHIVED, Status.SUPERSEDED, Status.QUARANTINED)
    later = standing(runtime, NOW + timedelta(days=400))
    for include in ((), every):
        found, numbers, read = look(later, replace(question, include=include))
        assert "hidden" not in found
        assert number not in numbers
        assert not any(CANARY in text for text in read)

    delete_memory(runtime, SCOPE, "hidden")
    found, numbers, read = look(runtime, replace(question, include=every))
    assert "hidden" not in found
    assert number not in numbers
    assert not any(CANARY in text for text in read)


@pytest.mark.parametrize("mode", PASSES)
def test_the_conversation_closes_over_what_was_deleted(runtime: Runtime, mode: Mode) -> None:
    never = Scope("default", "never told")
    runtime = standing(runtime)
    remember(runtime, *talk(HIDDEN))
    remember(runtime, *(one for one in talk(HIDDEN) if one is not HIDDEN), scope=never)
    delete_memory(runtime, SCOPE, "hidden")
    question = replace(ASKED, mode=mode)
    assert scores(search(runtime, SCOPE, question)) == scores(search(runtime, never, question))


@pytest.mark.parametrize(
    ("narrowed", "filtered"),
    [
        ({"user_id": "ann"}, None),
        ({"session_id": "s1"}, None),
        ({"kinds": (Kind.EPISODIC,)}, None),
        ({}, {"NOT": {"tags": "loud"}}),
        ({}, {"metadata.topic": "music"}),
        ({}, {"importance": {"gte": 0.5}}),
    ],
    ids=["person", "session", "kind", "tags", "metadata", "importance"],
)
def test_what_a_filter_leaves_out_lends_nothing_to_its_neighbours(
    runtime: Runtime, narrowed: dict, filtered: dict | None
) -> None:
    """As in an agent that has it elsewhere: the statistics of words and vectors are the same."""
    runtime = standing(runtime)
    apart = Scope("default", "apart")
    turns = [
        Draft(
            content=text,
            id=f"m{at}",
            session_id="s1",
            user_id="ann",
            metadata={"topic": "music"},
        )
        for at, text in enumerate(["Who was it?", "It was in the harbour.", "Then we went home."])
    ]
    beside = Draft(
        content="Bob tuned the old piano in the harbour.",
        id="beside",
        session_id="s2" if "session_id" in narrowed else "s1",
        user_id="bob",
        tags=("loud",),
        kind=Kind.SEMANTIC,
        importance=0.1,
        source_ids=("m0",),
    )
    remember(runtime, *turns, beside)
    remember(runtime, *turns, replace(beside, session_id=None), scope=apart)
    filters: tuple[Filter, ...] = (parse(filtered),) if filtered else ()
    for mode in PASSES:
        question = replace(ASKED, filters=filters, mode=mode, **narrowed)
        here, there = (scores(search(runtime, scope, question)) for scope in (SCOPE, apart))
        assert set(here) == {"m0", "m1", "m2"}
        assert here == there

        if "session_id" not in narrowed:
            # What was let in does speak for its neighbours.
            open_to_all = replace(ASKED, mode=mode)
            here, there = (scores(search(runtime, scope, open_to_all)) for scope in (SCOPE, apart))
            assert here["m2"] > there["m2"]


@pytest.mark.parametrize("mode", PASSES)
def test_a_filter_narrows_what_is_searched_not_what_was_found(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    """However much that is left out fits better, what is let in fills the page."""
    monkeypatch.setattr("memsvc.index.agent_index.ALL_UP_TO", 0)
    remember(
        runtime,
        *(
            Draft(content=f"The old piano in the harbour was tuned by number {at}.", user_id="bob")
            for at in range(300)
        ),
        *(
            Draft(content=f"We had soup, number {at}.", id=f"m{at}", user_id="ann")
            for at in range(30)
        ),
    )
    found = search(runtime, SCOPE, replace(ASKED, user_id="ann", mode=mode, limit=30))
    assert set(ids(found)) == {f"m{at}" for at in range(30)}


@pytest.mark.parametrize("mode", Mode)
def test_as_of_leaves_out_what_came_later(runtime: Runtime, mode: Mode) -> None:
    remember(standing(runtime), *talk(replace(HIDDEN, id="then")))
    later = standing(runtime, NOW + timedelta(days=1))
    remember(later, replace(HIDDEN, content="The piano was tuned by ear in the harbour."))
    revise(later, SCOPE, "m0", Revision({"content": f"The {CANARY} was tuned."}))
    number = held(runtime)["hidden"]
    question = replace(ASKED, as_of=NOW, mode=mode)
    found, numbers, read = look(later, question)
    assert set(found) == {"m0", "m1", "then", "m2", "m3"}
    assert number not in numbers
    assert not any("by ear" in text or f"{CANARY} was" in text for text in read)
    if mode is Mode.DEEP:
        assert any("Somebody tuned the old piano." in text for text in read)
    worded = {one.memory.id: one.memory.content for one in search(later, SCOPE, question).found}
    assert worded["m0"] == "Somebody tuned the old piano."


@pytest.mark.parametrize(
    "change", [archive, lambda runtime: delete_memory(runtime, SCOPE, "hidden")]
)
def test_what_goes_between_two_passes_is_neither_read_again_nor_found(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, change: Callable[[Runtime], object]
) -> None:
    """The index of the first pass still knew it."""
    remember(runtime, *talk(HIDDEN))
    question = replace(ASKED, mode=Mode.DEEP)
    assert look(runtime, question)[0][0] == "hidden"

    def overtaken(runtime: Runtime, looked: Looked) -> Judgement:
        change(runtime)
        return deepened(runtime, looked)

    monkeypatch.setattr("memsvc.operations.search.deepened", overtaken)
    found, _, read = look(runtime, question)
    assert set(found) == {"m0", "m1", "m2", "m3"}
    assert read
    assert not any(CANARY in text for text in read)
