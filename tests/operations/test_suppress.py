"""Tombstones: what they keep out, of whom, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.fingerprint import normalised
from memsvc.core.memory import Draft, Event
from memsvc.core.order import Order, Selector
from memsvc.errors import InvalidRequest
from memsvc.operations import indexing, suppress
from memsvc.operations.forgetting import decide, verify
from memsvc.operations.forgetting.people import identity_token
from memsvc.operations.forgetting.tombstones import drop_over
from memsvc.operations.read import get_memory
from memsvc.operations.revise import Revision, revise
from memsvc.operations.scan import residue
from memsvc.operations.subjects.rectify import Correction, rectify
from memsvc.operations.suppress import Secret, lift
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents, suppressions
from memsvc.store.agents import Agent
from memsvc.store.suppressions import Period
from memsvc.store.transaction import Tx
from tests.core.made import memory
from tests.operations.forgetting import OPERATOR, TENANT, carried_out, derived, order, people, said
from tests.operations.remembering import NOW, SCOPE, remember, standing

PERIOD = Period("2026-W09", NOW, None)
words = st.text(min_size=1, max_size=20)
tokens = st.binary(max_size=32)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


@given(person=tokens, other=tokens, content=words, different=words)
def test_a_token_tells_person_and_content_under_its_secret(
    person: bytes, other: bytes, content: str, different: str
) -> None:
    one, elsewhere = Secret(PERIOD, b"one" * 11), Secret(PERIOD, b"two" * 11)
    same = normalised(content) == normalised(different)

    assert one.token(person, content) == one.token(person, f"  {content.upper().lower()} ") or (
        normalised(content) != normalised(content.upper().lower())
    )
    assert (one.token(person, content) == one.token(person, different)) is same
    assert (one.token(person, content) == one.token(other, content)) is (person == other)
    assert one.token(person, content) != elsewhere.token(person, content)
    assert one.person(person) != one.token(person, content)
    assert len(one.token(person, content)) == suppress.TOKEN_BYTES


def events(runtime: Runtime, *drafts: Draft) -> list[Event]:
    return [one.event for one in write(runtime, SCOPE, drafts)]


def known_agent(runtime: Runtime) -> Agent:
    with runtime.database.snapshot() as tx:
        return indexing.known_agent(tx, SCOPE)


KAYAK = "Bob repaired the old kayak."


def test_who_said_it_may_not_say_it_again_and_others_may(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, said(KAYAK, "bob", "b1"))
    carried_out(runtime, order(runtime, people("bob")))

    kept_out = Draft(content=f"  {KAYAK.upper()}", user_id="bob", id="mine", tags=("x",))
    about = Draft(content=KAYAK, user_id="ana", subject_ids=("bob",))
    assert events(runtime, kept_out, said(KAYAK, "ana", "a1"), Draft(content=KAYAK), about) == [
        Event.SUPPRESSED,
        Event.ADDED,
        Event.ADDED,
        Event.SUPPRESSED,
    ]
    [told] = write(runtime, SCOPE, [kept_out])
    assert (told.id, told.affected, bool(told.reason)) == ("mine", (), True)


@pytest.mark.parametrize("by_people", [True, False])
def test_whom_it_was_about_may_say_the_same(runtime: Runtime, by_people: bool) -> None:
    runtime = standing(runtime)
    remember(runtime, Draft(content=KAYAK, user_id="bob", subject_ids=("ana",), id="b1"))
    state = Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("b1",)))
    carried_out(runtime, order(runtime, people("bob") if by_people else state))

    assert events(runtime, said(KAYAK, "ana", "a1")) == [Event.ADDED]
    assert events(runtime, said(KAYAK, "bob", "b2")) == [Event.SUPPRESSED]


def test_what_was_derived_is_kept_out_as_nobodys(runtime: Runtime) -> None:
    runtime = standing(runtime)
    boats = "Somebody likes boats a lot."
    remember(runtime, said(KAYAK, "bob", "b1"), derived(boats, "d1", "b1"))
    carried_out(runtime, order(runtime, people("bob")))

    assert events(runtime, Draft(content=boats), said(boats, "ana", "a1")) == [
        Event.SUPPRESSED,
        Event.ADDED,
    ]


def test_they_stand_as_long_as_the_longest_backup_and_go_key_and_all(runtime: Runtime) -> None:
    first = standing(runtime)
    remember(first, said(KAYAK, "bob", "b1"))
    carried_out(first, order(first, people("bob"), "q1"))
    until = known_agent(runtime).suppress_until
    assert until is not None
    # A backup of this week's last moment, kept for 14 days.
    assert timedelta(days=14) <= until - NOW <= timedelta(days=21)
    assert (until.weekday(), until.hour) == (0, 0)

    just_before = standing(runtime, until - timedelta(seconds=1))
    drop_over(just_before)
    assert events(just_before, said(KAYAK, "bob", "b2")) == [Event.SUPPRESSED]
    with runtime.database.snapshot() as tx:
        [period] = suppressions.periods(tx)

    over = standing(runtime, until)
    assert events(over, said(KAYAK, "bob", "b3")) == [Event.ADDED]
    drop_over(over)
    drop_over(over)
    with runtime.database.snapshot() as tx:
        assert suppressions.periods(tx) == []
        service = agents.service(tx)
    assert not runtime.keyring.keys(service.agent_key, service.wrapped_key, [period.key_slot])
    assert known_agent(runtime).suppress_until is None


def test_weeks_share_a_key_and_go_one_by_one(runtime: Runtime) -> None:
    remember(runtime, said("One.", "bob", "b1"), said("Two.", "carla", "c1"))
    carried_out(standing(runtime), order(standing(runtime), people("bob"), "q1"))
    later = standing(runtime, NOW + timedelta(days=7))
    carried_out(later, order(later, people("carla"), "q2"))

    with runtime.database.snapshot() as tx:
        early, late = suppressions.periods(tx)
    assert late.until - early.until == timedelta(days=7)
    assert early.key_slot != late.key_slot
    drop_over(standing(runtime, early.until))
    with runtime.database.snapshot() as tx:
        assert suppressions.periods(tx) == [late]
    assert known_agent(runtime).suppress_until == late.until
    moment = standing(runtime, early.until)
    assert events(moment, said("One.", "bob", "b2"), said("Two.", "carla", "c2")) == [
        Event.ADDED,
        Event.SUPPRESSED,
    ]


@pytest.mark.parametrize("day", ["2026-01-01", "2027-01-03", "2026-12-31", "2026-03-01"])
def test_around_the_turn_of_a_year(runtime: Runtime, day: str) -> None:
    runtime = standing(runtime, datetime.fromisoformat(f"{day}T23:30Z"))
    remember(runtime, said("One.", "bob", "b1"))
    carried_out(runtime, order(runtime, people("bob"), "q1"))

    until = known_agent(runtime).suppress_until
    assert until is not None
    assert timedelta(days=14) <= until - runtime.clock.now() <= timedelta(days=21)
    assert events(runtime, said("One.", "bob", "b2")) == [Event.SUPPRESSED]


def test_lifting_one_person_leaves_the_others(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, said("One.", "bob", "b1"), said("Two.", "carla", "c1"))
    carried_out(runtime, order(runtime, people("bob", "carla"), "q1"))
    token = identity_token(runtime, TENANT, "bob")

    # Of several erased together each alone is kept out.
    assert runtime.database.write(lambda tx: lift(runtime, tx, [token])) >= 1
    assert runtime.database.write(lambda tx: lift(runtime, tx, [token])) == 0
    assert events(runtime, said("One.", "bob", "b2"), said("Two.", "carla", "c2")) == [
        Event.ADDED,
        Event.SUPPRESSED,
    ]


def test_a_request_that_died_while_putting_them_up_puts_up_the_same(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, said("One.", "bob", "b1"))
    request = order(runtime, people("bob"), "q1")
    agent = known_agent(runtime)
    gone = [memory(content="One.", user_id="bob")]
    for _ in range(2):
        runtime.database.write(
            lambda tx: suppress.put_up(runtime, tx, agent, request.holder, gone, frozenset())
        )
    with runtime.database.snapshot() as tx:
        assert suppressions.count(tx, request.holder) == 1


def test_a_memory_is_not_reworded_into_what_was_forgotten(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, said(KAYAK, "bob", "b1"))
    carried_out(runtime, order(runtime, people("bob")))
    remember(runtime, said("Bob naps.", "bob", "b2"), said("Ana naps.", "ana", "a2"))

    with pytest.raises(InvalidRequest, match="content"):
        revise(runtime, SCOPE, "b2", Revision({"content": KAYAK}))

    assert get_memory(runtime, SCOPE, "b2").content == "Bob naps."
    assert revise(runtime, SCOPE, "b2", Revision({"tags": ("x",)})).memory.tags == ("x",)
    assert revise(runtime, SCOPE, "a2", Revision({"content": KAYAK})).memory.content == KAYAK


@pytest.mark.parametrize("first", ["state", "people"])
def test_cancelling_one_request_leaves_what_another_keeps_out(runtime: Runtime, first: str) -> None:
    runtime = standing(runtime)
    remember(runtime, said(KAYAK, "bob", "b1"))
    orders = {
        "state": Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("b1",))),
        "people": people("bob"),
    }
    for name in sorted(orders, key=lambda one: one != first):
        order(runtime, orders[name], name)

    decide.cancel(runtime, TENANT, OPERATOR, first)

    assert events(runtime, said(KAYAK, "bob", "again")) == [Event.SUPPRESSED]
    [other] = set(orders) - {first}
    decide.cancel(runtime, TENANT, OPERATOR, other)
    assert suppressions_there(runtime) == 0


def suppressions_there(runtime: Runtime) -> int:
    with runtime.database.snapshot() as tx:
        return sum(suppressions.count(tx, one) for one in suppressions.holders_of(tx, WEEKS))


WEEKS = ["2026-W09"]


@pytest.mark.parametrize("rectified_first", [True, False])
def test_cancelling_leaves_what_a_correction_keeps_out(
    runtime: Runtime, rectified_first: bool
) -> None:
    runtime = standing(runtime)
    wrong = "Bob sold the old kayak."
    remember(runtime, said(KAYAK, "bob", "b1"), said(wrong, "bob", "b2"))
    right = Correction(SCOPE.agent_id, "b2", {"content": "Bob lent the old kayak."})
    if rectified_first:
        assert rectify(runtime, TENANT, OPERATOR, [right]) == [True]
        order(runtime, Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("b2",))), "q")
    else:
        order(runtime, Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("b1",))), "q")
        assert rectify(runtime, TENANT, OPERATOR, [right]) == [True]

    decide.cancel(runtime, TENANT, OPERATOR, "q")

    assert events(runtime, said(wrong, "bob", "again")) == [Event.SUPPRESSED]


def test_each_keeps_the_same_words_out_for_itself(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, said(KAYAK, "bob", "b1"))
    [kayak] = [get_memory(runtime, SCOPE, "b1")]
    bob = frozenset[bytes]()

    def stand(tx: Tx) -> None:
        agent = indexing.known_agent(tx, SCOPE)
        for holder in (1, 2, 1):
            suppress.put_up(runtime, tx, agent, holder, [kayak], bob)
        assert [suppressions.count(tx, one) for one in (1, 2)] == [1, 1]
        suppressions.lift_request(tx, 1)

    runtime.database.write(stand)

    assert events(runtime, said(KAYAK, "bob", "again")) == [Event.SUPPRESSED]
