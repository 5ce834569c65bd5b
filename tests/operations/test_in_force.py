"""What begins later leaves the present as it is until then, in every way of reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from random import Random

import pytest

from memsvc.clock import FixedClock
from memsvc.core.admission import Admission
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.fading import Decay, DecayPolicies
from memsvc.core.filters import parse
from memsvc.core.memory import Draft, Event, Fact, Kind, Status, Trust
from memsvc.core.order import Order, Selector
from memsvc.errors import InvalidRequest
from memsvc.operations.compose import compose
from memsvc.operations.configure import configure
from memsvc.operations.conflicts import list_conflicts
from memsvc.operations.forecast import forecast
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.history import history
from memsvc.operations.hygiene import hygiene
from memsvc.operations.portray import portray
from memsvc.operations.question import Mode, Question
from memsvc.operations.read import Listing, get_memory, list_memories
from memsvc.operations.resolve import Decider
from memsvc.operations.restore import restore
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from tests.operations.fading import listed
from tests.operations.remembering import NOW, SCOPE, ids, standing
from tests.operations.stating import day, events, office, state, state_all

ASKED = Question("Where is the office of the company?", limit=100)
DUE = day(69)
LATER = day(79)
MOMENT = timedelta(microseconds=1)
NOBODY = Decider("key", may_overrule=True)


def at(runtime: Runtime, moment: datetime) -> Runtime:
    """The runtime at a moment."""
    return replace(runtime, clock=FixedClock(moment))


@pytest.fixture
def coming(runtime: Runtime) -> Runtime:
    """A runtime at NOW that knows where the office is, and where it will be."""
    runtime = standing(runtime)
    state(runtime, office("Porto", 1, "present"))
    assert events([state(runtime, office("Lisbon", 69, "coming"))]) == [
        ("superseded", ("present",))
    ]
    return runtime


def seen(runtime: Runtime) -> dict[str, Status]:
    """The status of each memory, which every way of reading tells alike."""
    page = list_memories(runtime, SCOPE, Listing(limit=500))
    told = {one.id: one.status for one in page.memories}
    assert {one: get_memory(runtime, SCOPE, one).status for one in told} == told
    for status in Status:
        of_status = {one for one, its in told.items() if its is status}
        assert {*listed(runtime, status)} == of_status
        only = replace(
            ASKED,
            include=(Status.ARCHIVED, Status.SUPERSEDED),
            filters=(parse({"status": status.value}),),
        )
        assert {*ids(search(runtime, SCOPE, only))} == of_status
    every = replace(ASKED, include=(Status.ARCHIVED, Status.SUPERSEDED))
    hits = search(runtime, SCOPE, every).found
    assert {hit.memory.id: hit.memory.status for hit in hits} == told
    ready = {one for one, its in told.items() if its in (Status.ACTIVE, Status.DISPUTED)}
    for mode in Mode:
        assert {*ids(search(runtime, SCOPE, replace(ASKED, mode=mode)))} == ready
    return told


@pytest.mark.parametrize("is_loaded", [False, True])
def test_what_is_true_is_judged_when_it_is_read(coming: Runtime, is_loaded: bool) -> None:
    both = {"present": Status.ACTIVE, "coming": Status.ACTIVE}
    moved = {"present": Status.SUPERSEDED, "coming": Status.ACTIVE}

    for moment, expected in ((NOW, both), (DUE - MOMENT, both), (DUE, moved), (LATER, moved)):
        if is_loaded:
            coming.indexes.clear()
        assert seen(at(coming, moment)) == expected
    # The clock alone decides: nothing was written.
    assert seen(at(coming, NOW)) == both
    present = get_memory(coming, SCOPE, "present")
    assert (present.superseded_by, present.valid_to) == ("coming", DUE)


def test_another_process_sees_the_same(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = (standing(one) for one in pair)
    state_all(ours, [office("Porto", 1, "present"), office("Lisbon", 69, "coming")])

    for moment in (NOW, DUE):
        assert seen(at(theirs, moment)) == seen(at(ours, moment))
    assert seen(at(theirs, DUE))["present"] is Status.SUPERSEDED


def test_a_context_dates_both_and_then_shows_the_new_one(coming: Runtime) -> None:
    before = compose(coming, SCOPE, ASKED, 1_000)[0].text
    after = compose(at(coming, DUE), SCOPE, ASKED, 1_000)[0].text

    assert "in Porto. (2026-01-02 to 2026-03-11)" in before
    assert "in Lisbon. (since 2026-03-11)" in before
    assert "Porto" not in after
    assert "in Lisbon. (since 2026-03-11)" in after


def test_pages_of_a_status_are_filled_from_what_has_it(runtime: Runtime) -> None:
    runtime = standing(runtime)
    for number in range(5):
        for since in (1, 69):
            content = f"The port of server {number} is {since}."
            id_ = f"s{number}-{since}"
            fact = Draft(content=content, kind=Kind.SEMANTIC, valid_from=day(since), id=id_)
            state(runtime, fact)

    def walked(moment: datetime, status: Status) -> list[str]:
        found: list[str] = []
        before = None
        while True:
            page = list_memories(
                at(runtime, moment), SCOPE, Listing(status=status, limit=3, before=before)
            )
            found += [one.id for one in page.memories]
            before = page.next_before
            if before is None:
                assert page.total == len(found)
                return found

    every = [f"s{number}-{since}" for number in range(4, -1, -1) for since in (69, 1)]
    assert walked(NOW, Status.ACTIVE) == every
    assert walked(NOW, Status.SUPERSEDED) == []
    assert walked(DUE, Status.ACTIVE) == every[::2]
    assert walked(DUE, Status.SUPERSEDED) == every[1::2]


def test_of_two_that_come_each_waits_for_its_day(runtime: Runtime) -> None:
    drafts = [
        office("Porto", 1, "present"),
        office("Lisbon", 69, "coming"),
        office("Faro", 79, "last"),
    ]
    for order in permutations(drafts):
        mine = standing(runtime)
        state_all(mine, order)

        for moment, active in (
            (NOW, {"present", "coming", "last"}),
            (DUE, {"coming", "last"}),
            (LATER, {"last"}),
        ):
            told = seen(at(mine, moment))
            assert {one for one, its in told.items() if its is Status.ACTIVE} == active
        for draft in drafts:
            delete_memory(mine, SCOPE, str(draft.id))


def test_a_plan_that_is_changed_is_over_at_once(coming: Runtime) -> None:
    """And not shown until the day on which it was to begin."""
    state(coming, office("Faro", 79, "first", session_id="s1"))

    changed = state(coming, office("Braga", 79, "changed", session_id="s1"))

    assert (changed.event, changed.affected) == (Event.SUPERSEDED, ("first",))
    assert seen(coming) == {
        "present": Status.ACTIVE,
        "coming": Status.ACTIVE,
        "first": Status.SUPERSEDED,
        "changed": Status.ACTIVE,
    }


def test_what_is_the_truth_until_then_supersedes_what_was(coming: Runtime) -> None:
    written = state(coming, office("Braga", 30, "news"))

    assert events([written]) == [("superseded", ("present",))]
    told = seen(coming)
    assert (told["present"], told["news"]) == (Status.SUPERSEDED, Status.ACTIVE)
    # What was over before changes nothing of it.
    late = state(coming, office("Faro", 0, "late"))
    assert (late.event, late.affected) == (Event.ADDED, ("present",))


def test_what_holds_still_is_known_already_when_it_is_said_again(coming: Runtime) -> None:
    again = office("Porto", None, "again")

    assert state(coming, again).id == "present"
    assert events([state(at(coming, LATER), again)]) == [("superseded", ("coming",))]


def test_as_of_a_moment_what_holds_then_is_found(coming: Runtime) -> None:
    def then(now: datetime, moment: datetime) -> set[str]:
        return {*ids(search(at(coming, now), SCOPE, replace(ASKED, as_of=moment)))}

    for now in (NOW, DUE, LATER):
        assert then(now, NOW) == {"present"}
        assert then(now, DUE - MOMENT) == {"present"}
        assert then(now, DUE) == {"coming"}
        assert then(now, NOW - MOMENT) == set()


def test_it_fades_and_counts_for_the_budget_until_then(coming: Runtime) -> None:
    decay = DecayPolicies(semantic=Decay(max_memories=2))
    configure(coming, SCOPE, AgentSettings(decay=decay, admission=Admission.OFF))
    state(coming, Draft(content="The company sells kayaks.", kind=Kind.SEMANTIC, id="other"))

    assert seen(coming) == {
        "present": Status.ARCHIVED,
        "coming": Status.ACTIVE,
        "other": Status.ACTIVE,
    }
    assert seen(at(coming, DUE)) == {
        "present": Status.SUPERSEDED,
        "coming": Status.ACTIVE,
        "other": Status.ACTIVE,
    }
    state(coming, Draft(content="The company has a crane.", kind=Kind.SEMANTIC, id="third"))
    assert seen(coming)["coming"] is Status.ARCHIVED
    # A use brings it back, before then.
    assert restore(at(coming, day(65)), SCOPE, "present", NOBODY).memory.status is Status.ACTIVE
    assert seen(at(coming, day(65)))["present"] is Status.ACTIVE
    assert seen(at(coming, DUE))["present"] is Status.SUPERSEDED


def test_what_is_over_before_it_fades_is_not_foretold(coming: Runtime) -> None:
    def ahead(threshold: float) -> dict[str, datetime]:
        decay = DecayPolicies(semantic=Decay(threshold=threshold))
        configure(coming, SCOPE, AgentSettings(decay=decay))
        found = forecast(coming, SCOPE, 400, None, 10)
        assert sum(found.counts.values()) == len(found.memories)
        return {one.id: one.fades_at for one in found.memories}

    fades = ahead(0.99)
    assert {*fades} == {"present", "coming"}
    assert fades["present"] < DUE
    assert seen(at(coming, fades["present"]))["present"] is Status.ARCHIVED
    assert {*ahead(0.9)} == {"coming"}


def test_it_is_restored_archived_and_set_active_as_what_is_active(coming: Runtime) -> None:
    active, archived = (Revision({"status": one}) for one in (Status.ACTIVE, Status.ARCHIVED))
    assert revise(coming, SCOPE, "present", active).memory.status is Status.ACTIVE
    assert seen(at(coming, DUE))["present"] is Status.SUPERSEDED

    gone = revise(coming, SCOPE, "present", archived).memory
    assert (gone.status, gone.superseded_by, gone.valid_to) == (Status.ARCHIVED, None, None)
    assert gone == get_memory(coming, SCOPE, "present")
    for moment in (NOW, DUE):
        assert seen(at(coming, moment))["present"] is Status.ARCHIVED

    assert revise(coming, SCOPE, "present", active).memory.status is Status.ACTIVE
    assert seen(at(coming, DUE))["present"] is Status.SUPERSEDED
    with pytest.raises(InvalidRequest):
        revise(at(coming, DUE), SCOPE, "present", archived)

    # To restore it before it is over has it stand beside the other even then.
    assert restore(coming, SCOPE, "present", NOBODY).memory.superseded_by is None
    assert seen(at(coming, DUE))["present"] is Status.ACTIVE


def test_neither_speaks_against_the_other(coming: Runtime) -> None:
    def against(moment: datetime) -> dict[str, list[str]]:
        every = replace(ASKED, include=(Status.SUPERSEDED,))
        hits = search(at(coming, moment), SCOPE, every).found
        return {hit.memory.id: [one.id for one in hit.against] for hit in hits}

    assert against(NOW) == {"present": [], "coming": []}
    assert list_conflicts(coming, SCOPE).shown == []
    # What is trusted less contradicts what holds now.
    state(coming, office("Faro", 30, "web", Trust.WEB))
    assert against(NOW) == {"present": ["web"], "web": ["present"], "coming": []}
    # What is over was asked for; what holds now speaks against it.
    assert against(DUE) == {"present": ["coming"], "web": ["coming"], "coming": []}


@pytest.mark.parametrize("gone", ["coming", "present"])
def test_what_is_erased_or_held_back_leaves_the_other(coming: Runtime, gone: str) -> None:
    left = {"present", "coming"} - {gone}
    theirs = office("Faro", 75, "theirs", subject_ids=("bob",))
    state(coming, theirs)
    receive(coming, "default", "key", Order(Selector(("bob",))), "r1")
    delete_memory(coming, SCOPE, gone)

    for moment in (NOW, DUE, LATER):
        assert seen(at(coming, moment)) == dict.fromkeys(left, Status.ACTIVE)


def test_history_hygiene_and_profile_tell_the_present(runtime: Runtime) -> None:
    runtime = standing(runtime)

    def home(place: str, since: int) -> Draft:
        return Draft(
            content=f"Ana lives in {place}.",
            kind=Kind.SEMANTIC,
            user_id="ana",
            fact=Fact("Ana", "lives in", place),
            valid_from=day(since),
            id=place,
        )

    state_all(runtime, [home("Porto", 1), home("Lisbon", 169)])

    def told(moment: datetime) -> tuple[set[str], Status, Status, int]:
        then = at(runtime, moment)
        past = history(then, SCOPE, "Lisbon")
        return (
            {line.memory.id for line in portray(then, SCOPE, "ana").lines},
            past.ended[0].status,
            history(then, SCOPE, "Porto").memory.status,
            hygiene(then, SCOPE).unused[Kind.SEMANTIC].count,
        )

    active, superseded = Status.ACTIVE, Status.SUPERSEDED
    assert told(NOW) == ({"Porto", "Lisbon"}, active, active, 0)
    assert told(day(168)) == ({"Porto", "Lisbon"}, active, active, 2)
    assert told(day(169)) == ({"Lisbon"}, superseded, superseded, 1)


def test_whatever_is_said_sql_and_the_index_tell_alike(runtime: Runtime) -> None:
    random = Random(11)
    mine = standing(runtime)
    decay = DecayPolicies(semantic=Decay(threshold=0.9, max_memories=9))
    configure(mine, SCOPE, AgentSettings(decay=decay, admission=Admission.OFF))
    days = random.sample(range(1, 120), 16)
    for number, since in enumerate(days):
        trust = random.choice([Trust.USER, Trust.USER, Trust.WEB])
        place = random.choice(["Porto", "Faro", "Braga", "Lisbon"])
        until = day(since + 5) if random.random() < 0.2 else None
        state(mine, office(place, since, f"m{number}", trust, valid_to=until))

    statuses: set[Status] = set()
    for moment in [NOW, *(day(random.choice(days)) for _ in range(4)), day(130)]:
        statuses |= {*seen(at(mine, moment)).values()}
    assert statuses >= {Status.ACTIVE, Status.SUPERSEDED, Status.ARCHIVED}
