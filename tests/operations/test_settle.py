"""Statements that come, go and change, through the front door, on real databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from random import Random

import pytest

from memsvc.clock import FixedClock
from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Event, Kind, Memory, Status, Trust
from memsvc.core.order import Order, Selector
from memsvc.operations import indexing, same_thing
from memsvc.operations.erase import erase_closure
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting.decide import cancel
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.mark import Source, mark, unmark
from memsvc.operations.once import Once
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store.transaction import Tx
from tests.operations.remembering import NOW, SCOPE, hits_of, ids, one
from tests.operations.stating import (
    day,
    events,
    everything,
    of_status,
    office,
    standing_ids,
    state,
    state_all,
    truth,
)

HISTORY = [
    office("Porto", 1, "porto"),
    office("Faro", 3, "faro", Trust.WEB),
    office("Braga", 5, "braga"),
    office("Lisbon", 9, "lisbon"),
    office("Lisbon", 11, "again", Trust.AGENT),
    office("Evora", 13, "evora", Trust.TOOL),
]


def elsewhere(name: str) -> Scope:
    return Scope("default", name)


def forget_index(runtime: Runtime, scope: Scope = SCOPE) -> None:
    with runtime.database.snapshot() as tx:
        runtime.indexes.drop(indexing.known_agent(tx, scope).agent_key)


def test_the_order_of_arrival_does_not_matter(runtime: Runtime) -> None:
    state_all(runtime, HISTORY)
    expected = truth(runtime)

    orders = list(permutations(HISTORY))
    for number, order in enumerate(Random(3).sample(orders, 12)):
        state_all(runtime, order, elsewhere(f"b{number}"))
        assert truth(runtime, elsewhere(f"b{number}")) == expected, [each.id for each in order]


def test_one_request_is_like_many(runtime: Runtime) -> None:
    state_all(runtime, HISTORY)
    write(runtime, elsewhere("b"), HISTORY[::-1])

    assert truth(runtime, elsewhere("b")) == truth(runtime)


def test_a_newer_fact_supersedes_and_says_so(runtime: Runtime) -> None:
    assert events([state(runtime, office("Porto", 1, "old"))]) == [("added", ())]

    assert events([state(runtime, office("Lisbon", 2, "new"))]) == [("superseded", ("old",))]
    assert truth(runtime) == {
        "old": (Status.SUPERSEDED, "new", day(2)),
        "new": (Status.ACTIVE, None, None),
    }


def test_what_comes_late_takes_its_place(runtime: Runtime) -> None:
    state_all(runtime, [office("Porto", 1, "first"), office("Lisbon", 9, "last")])

    late = state(runtime, office("Braga", 5, "middle"))

    assert (late.event, late.affected) == (Event.ADDED, ("last",))
    assert late.reason is not None
    assert truth(runtime) == {
        "first": (Status.SUPERSEDED, "middle", day(5)),
        "middle": (Status.SUPERSEDED, "last", day(9)),
        "last": (Status.ACTIVE, None, None),
    }


def test_the_web_never_overwrites_a_user(runtime: Runtime) -> None:
    state(runtime, office("Porto", 1, "user"))

    assert events([state(runtime, office("Faro", 2, "web", Trust.WEB))]) == [
        ("disputed", ("user",))
    ]
    assert of_status(runtime, Status.DISPUTED) == {"user", "web"}
    # The user's next word settles it.
    state(runtime, office("Lisbon", 3, "next"))
    assert standing_ids(runtime) == {"next"}
    assert of_status(runtime, Status.SUPERSEDED) == {"user", "web"}


def test_a_denial_ends_what_it_denies(runtime: Runtime) -> None:
    def lives(content: str, since: int, id_: str) -> Draft:
        return Draft(content=content, kind=Kind.SEMANTIC, valid_from=day(since), id=id_)

    state(runtime, lives("Ana lives in Porto.", 1, "there"))
    state(runtime, lives("Ana no longer lives in Porto.", 5, "not"))

    assert everything(runtime)["there"].superseded_by == "not"


def test_the_same_words_are_news_as_of_another_day_alone(runtime: Runtime) -> None:
    state(runtime, office("Porto", 1, "then"))

    assert state(runtime, office("Porto", 1, "same")).event is Event.DUPLICATE
    assert state(runtime, office("Porto", None, "undated")).event is Event.DUPLICATE
    assert state(runtime, office("Porto", 8, "later")).event is Event.MERGED
    # So what was true in between does not become the truth.
    state(runtime, office("Lisbon", 5, "between"))
    assert standing_ids(runtime) == {"later"}


def test_a_user_s_word_is_no_duplicate_of_the_web_s(runtime: Runtime) -> None:
    state(runtime, office("Porto", 1, "web", Trust.WEB))

    assert state(runtime, office("Porto", 1, "user")).event is Event.MERGED
    assert everything(runtime)["web"].superseded_by == "user"
    assert state(runtime, office("Porto", 1, "tool", Trust.TOOL)).id == "user"


def test_a_restatement_is_merged(runtime: Runtime) -> None:
    state(runtime, office("Porto", 1, "once"))

    assert events([state(runtime, office("Porto", 4, "again"))]) == [("merged", ("once",))]
    assert standing_ids(runtime) == {"again"}


def test_another_user_s_fact_is_another_fact(runtime: Runtime) -> None:
    state(runtime, office("Porto", 1, "ana"))
    bob = Draft(content="The office of the company is in Faro.", kind=Kind.SEMANTIC, user_id="bob")

    assert state(runtime, bob).event is Event.ADDED
    assert "ana" in standing_ids(runtime)


def test_turns_of_conversations_are_never_superseded(runtime: Runtime) -> None:
    turns = [
        Draft(content=f"I live in {place}.", user_id="ana", session_id=f"s{at}", role="user")
        for at, place in enumerate(("Porto", "Lisbon"))
    ]

    assert events(write(runtime, SCOPE, turns)) == [("added", ()), ("added", ())]
    assert len(standing_ids(runtime)) == 2


def test_a_slot_that_is_rewritten_fifty_times_gives_its_last_value(runtime: Runtime) -> None:
    """And those beside it stay as they were."""
    beside = [
        Draft(content=f"The port of server {at} is 80{at}.", kind=Kind.SEMANTIC, id=f"p{at}")
        for at in range(5)
    ]
    state_all(runtime, beside)
    untouched = {id_: each for id_, each in everything(runtime).items() if id_.startswith("p")}
    for at in range(50):
        limit = f"The rate limit of the API is {100 + at} requests per minute."
        state(runtime, Draft(content=limit, kind=Kind.SEMANTIC, valid_from=day(at), id=f"v{at}"))

        found = search(runtime, SCOPE, Question("What is the rate limit of the API?", limit=3))
        assert ids(found)[0] == f"v{at}"
        assert not {each for each in ids(found) if each.startswith("v")} - {f"v{at}"}

    after = everything(runtime)
    assert {id_: after[id_] for id_ in untouched} == untouched
    assert [after[f"v{at}"].superseded_by for at in range(49)] == [f"v{at + 1}" for at in range(49)]


@pytest.mark.parametrize("gone", [each.id for each in HISTORY])
@pytest.mark.parametrize("is_loaded", [True, False])
def test_what_is_erased_leaves_the_rest_as_if_it_had_never_been(
    runtime: Runtime, gone: str, is_loaded: bool
) -> None:
    """Whether or not the index, which tells what is said of one thing, is at hand."""
    state_all(runtime, HISTORY)
    state_all(runtime, [each for each in HISTORY if each.id != gone], elsewhere("twin"))
    if not is_loaded:
        forget_index(runtime)

    delete_memory(runtime, SCOPE, gone)

    assert truth(runtime) == truth(runtime, elsewhere("twin"))


def test_what_two_had_ended_stays_ended_by_the_other(runtime: Runtime) -> None:
    """Though nothing links it with that one: neither ended nor disputed the other."""
    drafts = [
        office("Porto", 1, "ended", Trust.WEB),
        office("Lisbon", 3, "by"),
        office("Lisbon", 5, "too", Trust.TOOL),
    ]
    state_all(runtime, drafts)
    assert everything(runtime)["ended"].superseded_by == "by"

    delete_memory(runtime, SCOPE, "by")

    assert truth(runtime)["ended"] == (Status.SUPERSEDED, "too", day(5))


def test_many_that_lose_what_ended_them_are_all_looked_at(runtime: Runtime) -> None:
    def limit(at: int, value: int, since: int) -> Draft:
        content = f"The limit of queue Q{at:03} is {value}."
        return Draft(content=content, kind=Kind.SEMANTIC, valid_from=day(since), id=f"{at}-{since}")

    count = 230
    for since in (1, 3, 7):
        write(runtime, SCOPE, [limit(at, 10 * since, since) for at in range(count)])
    before = listed(runtime)
    assert {before[f"{at}-3"].superseded_by == f"{at}-7" for at in range(count)} == {True}

    numbers = {id_: each.number for id_, each in before.items()}
    erase(runtime, [numbers[f"{at}-7"] for at in range(count)])

    after = listed(runtime)
    assert {after[f"{at}-3"].status for at in range(count)} == {Status.ACTIVE}
    assert {after[f"{at}-1"].superseded_by == f"{at}-3" for at in range(count)} == {True}


def listed(runtime: Runtime) -> dict[str, Memory]:
    found: dict[str, Memory] = {}
    before = None
    while True:
        page = list_memories(runtime, SCOPE, Listing(limit=500, before=before))
        found |= {each.id: each for each in page.memories}
        before = page.next_before
        if before is None:
            return found


def erase(runtime: Runtime, numbers: list[int]) -> None:
    def work(tx: Tx) -> list[int]:
        agent = indexing.known_agent(tx, SCOPE, lock=True)
        return erase_closure(runtime, tx, agent, numbers)

    runtime.keyring.shred(runtime.database.write(work, SCOPE.about))


def test_of_many_values_only_those_that_may_change_are_read(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = list(range(24))
    Random(7).shuffle(order)
    drafts = [
        office(f"House {chr(65 + at % 26)}{at}", at, f"v{at}", Random(at).choice(list(Trust)))
        for at in order
    ]
    state_all(runtime, drafts, elsewhere("whole"))
    monkeypatch.setattr(same_thing, "ALL_UP_TO", 4)
    state_all(runtime, drafts)
    assert truth(runtime) == truth(runtime, elsewhere("whole"))

    monkeypatch.setattr(same_thing, "MOST", 16)
    state_all(runtime, drafts, elsewhere("cut"))
    assert truth(runtime, elsewhere("cut")) == truth(runtime)
    for gone in ("v12", "v23", "v0"):
        for scope in (SCOPE, elsewhere("cut")):
            delete_memory(runtime, scope, gone)
    monkeypatch.undo()
    for gone in ("v12", "v23", "v0"):
        delete_memory(runtime, elsewhere("whole"), gone)
    assert truth(runtime) == truth(runtime, elsewhere("whole"))
    assert truth(runtime, elsewhere("cut")) == truth(runtime, elsewhere("whole"))


def test_what_is_held_back_ends_nothing_and_does_again_when_it_is_let_go(runtime: Runtime) -> None:
    state(runtime, office("Porto", 1, "old"))
    theirs = office("Lisbon", 5, "new", subject_ids=("bob",))
    state(runtime, theirs)
    before = truth(runtime)

    receive(runtime, "default", "key", Order(Selector(("bob",))), "r1")
    assert truth(runtime) == {"old": (Status.ACTIVE, None, None)}

    cancel(runtime, "default", "key", "r1")
    assert truth(runtime) == before


def test_what_goes_into_quarantine_ends_nothing(runtime: Runtime) -> None:
    state(runtime, office("Porto", 1, "old"))
    state(runtime, office("Lisbon", 5, "new", session_id="s1"))
    before = truth(runtime)

    marked = mark(runtime, SCOPE, Source(session_id="s1"), "key").marked
    assert truth(runtime)["old"] == (Status.ACTIVE, None, None)
    assert everything(runtime)["new"].status is Status.QUARANTINED
    # What comes from there now is quarantined at once, and ends nothing either.
    assert state(runtime, office("Faro", 7, "later", session_id="s1")).event is Event.QUARANTINED
    assert standing_ids(runtime) == {"old"}

    unmark(runtime, SCOPE, marked.id, "key", release=True)
    after = truth(runtime)
    assert after["old"] == before["old"]
    assert after["new"] == (Status.SUPERSEDED, "later", day(7))
    assert standing_ids(runtime) == {"later"}


def test_other_words_are_settled_anew(runtime: Runtime) -> None:
    def reword(id_: str, content: str) -> None:
        revise(runtime, SCOPE, id_, Revision({"content": content}))

    state_all(runtime, HISTORY[:1] + HISTORY[2:4])
    reword("braga", "The cantina of the company is in Braga.")
    assert standing_ids(runtime) == {"braga", "lisbon"}
    assert truth(runtime)["porto"] == (Status.SUPERSEDED, "lisbon", day(9))

    reword("braga", "The office of the company is in Faro.")
    assert truth(runtime) == {
        "porto": (Status.SUPERSEDED, "braga", day(5)),
        "braga": (Status.SUPERSEDED, "lisbon", day(9)),
        "lisbon": (Status.ACTIVE, None, None),
    }


def test_another_value_of_the_same_thing_is_settled_anew(runtime: Runtime) -> None:
    state_all(runtime, [office("Porto", 1, "user"), office("Faro", 2, "web", Trust.WEB)])
    assert of_status(runtime, Status.DISPUTED) == {"user", "web"}

    revise(runtime, SCOPE, "web", Revision({"content": "The office of the company is in Porto."}))

    assert of_status(runtime, Status.DISPUTED) == set()
    assert standing_ids(runtime) == {"user", "web"}


def test_what_is_archived_by_hand_ends_nothing(runtime: Runtime) -> None:
    state_all(runtime, [office("Porto", 1, "old"), office("Lisbon", 5, "new")])

    revise(runtime, SCOPE, "new", Revision({"status": Status.ARCHIVED}))
    assert standing_ids(runtime) == {"old"}

    revise(runtime, SCOPE, "new", Revision({"status": Status.ACTIVE}))
    assert standing_ids(runtime) == {"new"}


def test_a_replay_changes_nothing(runtime: Runtime) -> None:
    once = Once("key", "again", b"body")
    drafts = [office("Porto", 1, "old"), office("Lisbon", 5, "new")]
    first = write(runtime, SCOPE, drafts, once)
    before = everything(runtime)

    replayed = write(runtime, SCOPE, drafts, once)
    assert [each.id for each in replayed] == [each.id for each in first]
    assert [each.event for each in write(runtime, SCOPE, drafts)] == [Event.DUPLICATE] * 2
    assert everything(runtime) == before


def test_the_past_is_seen_as_it_was_known(runtime: Runtime) -> None:
    clock = FixedClock(NOW)
    runtime = replace(runtime, clock=clock)
    state(runtime, office("Porto", 1, "old"))
    clock.advance(timedelta(days=30))
    state(runtime, office("Lisbon", 40, "new"))

    def seen(moment: datetime) -> dict[str, Memory]:
        found = search(runtime, SCOPE, Question("Where is the office?", as_of=moment))
        return {each: one(found, each) for each in ids(found)}

    # Known before the change was recorded: it was the truth, without end.
    then = seen(NOW + timedelta(days=1))
    assert set(then) == {"old"}
    assert (then["old"].status, then["old"].valid_to) == (Status.ACTIVE, None)
    assert then["old"].superseded_by is None
    # Known since: as of a day before it began, the old value held, and until when is known.
    clock.advance(timedelta(days=30))
    assert set(seen(clock.now())) == {"new"}

    delete_memory(runtime, SCOPE, "old")
    assert seen(NOW + timedelta(days=1)) == {}


def test_two_processes_write_to_one_slot(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = pair
    for at, each in enumerate(HISTORY):
        state((ours, theirs)[at % 2], each)
    state_all(ours, HISTORY, elsewhere("alone"))

    assert truth(ours) == truth(theirs) == truth(ours, elsewhere("alone"))
    delete_memory(theirs, SCOPE, "lisbon")
    delete_memory(ours, elsewhere("alone"), "lisbon")
    assert truth(ours) == truth(theirs) == truth(ours, elsewhere("alone"))


def test_a_search_finds_what_stands_and_what_speaks_against_it(runtime: Runtime) -> None:
    state_all(runtime, HISTORY)

    found = search(runtime, SCOPE, Question("Where is the office of the company?"))

    against = {
        each.memory.id: [other.id for other in each.against] for each in hits_of(found).found
    }
    assert set(against) == of_status(runtime, Status.DISPUTED) | standing_ids(runtime)
    assert against["evora"][0] == "again"
