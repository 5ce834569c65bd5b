"""Forget requests: every decision in every state, clocks, and what stands in each other's way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memsvc.clock import FixedClock
from memsvc.core.audit import Action
from memsvc.core.forget_request import Regulation, RequestStatus, Step
from memsvc.core.memory import Draft, Event
from memsvc.core.order import Order, OrderMode, Selector
from memsvc.embedding.protocol import Vectors
from memsvc.errors import AlreadyExists, InvalidRequest, NotFound, WrongState
from memsvc.operations.audit import read_audit
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import decide, verify
from memsvc.operations.forgetting.read import get_receipt
from memsvc.operations.forgetting.receive import dry_run
from memsvc.operations.forgetting.resume import raise_alarms, resume
from memsvc.operations.revise import Revision, revise
from memsvc.operations.scan import residue
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store.forget_requests import RequestRow
from tests.operations.forgetting import (
    OPERATOR,
    TENANT,
    Died,
    carried_out,
    derived,
    dying,
    ids_there,
    is_found,
    is_there,
    order,
    people,
    remember_two,
    said,
    standing_of,
)
from tests.operations.remembering import NOW, SCOPE, Listening, remember, standing

RECEIVED, EXTENDED, RESTRICTED, HELD, CLOSED = (
    RequestStatus.RECEIVED,
    RequestStatus.EXTENDED,
    RequestStatus.RESTRICTED,
    RequestStatus.HELD,
    RequestStatus.CLOSED,
)
TWO_PHASE = OrderMode.TWO_PHASE
fresh = count()


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def confirm(runtime: Runtime, request_id: str) -> RequestRow:
    return decide.confirm(runtime, TENANT, OPERATOR, request_id)


def cancel(runtime: Runtime, request_id: str) -> RequestRow:
    return decide.cancel(runtime, TENANT, OPERATOR, request_id)


def hold(runtime: Runtime, request_id: str) -> RequestRow:
    return decide.hold(runtime, TENANT, OPERATOR, request_id, "A lawsuit.")


def release(runtime: Runtime, request_id: str) -> RequestRow:
    return decide.release(runtime, TENANT, OPERATOR, request_id)


def reject(runtime: Runtime, request_id: str) -> RequestRow:
    return decide.reject(runtime, TENANT, OPERATOR, request_id, "Not theirs.")


def extend(runtime: Runtime, request_id: str) -> RequestRow:
    return decide.extend(runtime, TENANT, OPERATOR, request_id, "So many.")


def verify_again(runtime: Runtime, request_id: str) -> RequestRow:
    return decide.verify_again(runtime, TENANT, OPERATOR, request_id)


DECISIONS = {
    one.__name__: one for one in (confirm, cancel, hold, release, reject, extend, verify_again)
}


@dataclass
class Model:
    """What a request has to come to, told in a few lines."""

    status: RequestStatus
    extended: bool = False
    before_hold: RequestStatus = RECEIVED

    @property
    def waits(self) -> bool:
        return self.status in (RECEIVED, EXTENDED)

    @property
    def is_open(self) -> bool:
        return self.waits or self.status in (RESTRICTED, HELD)

    @property
    def shows(self) -> bool:
        """Whether what it is about can be read."""
        return self.waits or self.status in (RequestStatus.CANCELLED, RequestStatus.REJECTED)

    def decide(self, name: str) -> bool:
        """Whether the decision is allowed; what becomes of the request then."""
        allowed = {
            "confirm": self.waits,
            "cancel": self.is_open,
            "hold": self.is_open and self.status is not HELD,
            "release": self.status is HELD,
            "reject": self.is_open,
            "extend": self.is_open and not self.extended,
            "verify_again": False,
        }[name]
        if not allowed:
            return False
        match name:
            case "confirm":
                self.status = RESTRICTED
            case "cancel":
                self.status = RequestStatus.CANCELLED
            case "reject":
                self.status = RequestStatus.REJECTED
            case "hold":
                self.before_hold, self.status = self.status, HELD
            case "release":
                self.status = self.before_hold
                # The time that was given it meanwhile is its due.
                if self.extended and self.status is RECEIVED:
                    self.status = EXTENDED
            case "extend":
                self.extended = True
                self.status = EXTENDED if self.waits else self.status
        return True


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    mode=st.sampled_from(OrderMode),
    decisions=st.lists(
        st.sampled_from([*DECISIONS, "hold", "release", "go on", "order again"]), max_size=8
    ),
)
def test_decisions_like_a_small_model(
    runtime: Runtime, mode: OrderMode, decisions: list[str]
) -> None:
    """What is allowed succeeds once; all else raises WrongState and changes nothing."""
    number = next(fresh)
    person, memory_id, request_id = f"person-{number}", f"m{number}", f"q{number}"
    content = f"the lantern number {number}"
    remember(runtime, said(content, person, memory_id), said(content, "ana", f"a{number}"))
    what = people(person, mode=mode)
    order(runtime, what, request_id)
    model = Model(RECEIVED if mode is TWO_PHASE else RESTRICTED)
    for name in decisions:
        before = standing_of(runtime, request_id)
        if name == "go on":
            resume(runtime)
            model.status = CLOSED if model.status is RESTRICTED else model.status
        elif name == "order again":
            if model.is_open or model.status is CLOSED:
                assert order(runtime, what, request_id) == before
            else:
                with pytest.raises(AlreadyExists):
                    order(runtime, what, request_id)
        elif model.decide(name):
            DECISIONS[name](runtime, request_id)
        else:
            with pytest.raises(WrongState):
                DECISIONS[name](runtime, request_id)
            assert standing_of(runtime, request_id) == before
        after = standing_of(runtime, request_id)
        assert (after.status, after.extended) == (model.status, model.extended)
        assert is_there(runtime, memory_id) is model.shows
        assert is_found(runtime, memory_id, content) is model.shows
        assert is_there(runtime, f"a{number}")
    # None is left for the examples to come.
    if model.is_open:
        cancel(runtime, request_id)


def test_a_request_is_carried_out_and_signed(runtime: Runtime) -> None:
    remember_two(runtime)

    request = carried_out(runtime, order(runtime, people("bob")))

    assert request.status is CLOSED
    assert set(request.progress["steps"]) == set(Step)
    assert ids_there(runtime, "a1", "b1", "of-bob", "of-both") == {"a1", "of-both"}
    assert is_found(runtime, "of-both", "They live near the water.")
    assert request.sealed is None
    assert get_receipt(runtime, TENANT, request.id)


def test_there_is_no_receipt_before_the_end(runtime: Runtime) -> None:
    request = order(runtime, people("bob"))

    with pytest.raises(WrongState):
        get_receipt(runtime, TENANT, request.id)
    with pytest.raises(NotFound):
        get_receipt(runtime, TENANT, "never-was")


@pytest.mark.parametrize("name", DECISIONS)
def test_nothing_is_decided_about_an_unknown_request(runtime: Runtime, name: str) -> None:
    with pytest.raises(NotFound):
        DECISIONS[name](runtime, "never-was")


@pytest.mark.parametrize("decided", [None, cancel, reject, hold, "closed"])
def test_a_known_id_answers_as_it_stands(runtime: Runtime, decided: Any) -> None:
    """Unless it was called off. Another order never passes for it."""
    first, other = people("bob", reason="asked"), people("ana", reason="asked")
    request = order(runtime, first, "q1")
    if decided == "closed":
        request = carried_out(runtime, request)
    elif decided is not None:
        request = decided(runtime, "q1")

    if decided in (None, hold, "closed"):
        assert order(runtime, first, "q1") == request
    else:
        with pytest.raises(AlreadyExists):
            order(runtime, first, "q1")
    with pytest.raises(AlreadyExists):
        order(runtime, other, "q1")
    assert standing_of(runtime, "q1") == request


@pytest.mark.parametrize("request_id", ["req-bob@home", "REQ-BOB@HOME-1", "bob@home"])
def test_an_id_must_not_say_whom_it_is_about(runtime: Runtime, request_id: str) -> None:
    with pytest.raises(InvalidRequest):
        order(runtime, people("Bob@Home"), request_id)
    with pytest.raises(NotFound):
        standing_of(runtime, request_id)


@pytest.mark.parametrize(
    ("regulation", "due", "extended"),
    [
        (Regulation.GDPR, "2026-02-28", "2026-04-30"),
        (Regulation.CCPA, "2026-03-17", "2026-05-01"),
        (Regulation.OTHER, "2026-03-02", "2026-04-01"),
    ],
)
def test_when_it_is_due(runtime: Runtime, regulation: Regulation, due: str, extended: str) -> None:
    runtime = standing(runtime, datetime(2026, 1, 31, 12, tzinfo=UTC))
    order(runtime, people("bob", regulation=regulation, mode=TWO_PHASE), "q1")

    assert standing_of(runtime, "q1").due_at == datetime.fromisoformat(f"{due}T12:00Z")
    assert extend(runtime, "q1").due_at == datetime.fromisoformat(f"{extended}T12:00Z")


def test_what_is_overdue_cannot_be_extended(runtime: Runtime) -> None:
    request = order(standing(runtime), people("bob", mode=TWO_PHASE), "q1")

    with pytest.raises(WrongState):
        extend(standing(runtime, request.due_at + timedelta(seconds=1)), "q1")
    assert extend(standing(runtime, request.due_at), "q1").extended


def test_alarms_are_raised_once_each_whoever_comes_first(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = pair
    order(standing(ours), people("bob", mode=TWO_PHASE), "q1")
    due = standing_of(ours, "q1").due_at
    raised = []
    for share in (0.1, 0.5, 0.6, 0.8, 0.99, 1.0, 1.5):
        now = NOW + (due - NOW) * share
        raised.append(sum(raise_alarms(standing(one, now)) for one in (ours, theirs, ours)))

    assert raised == [0, 1, 0, 1, 0, 1, 0]
    assert standing_of(ours, "q1").alarm == 100
    told = read_audit(ours, TENANT, action=Action.FORGET_ALARM).entries
    assert [dict(one.record.detail) for one in told] == [
        {"used_percent": share} for share in (50, 80, 100)
    ]


def test_a_longer_time_is_alarmed_of_anew_and_what_is_over_no_more(runtime: Runtime) -> None:
    order(standing(runtime), people("bob", mode=TWO_PHASE), "q1")
    late = standing(runtime, NOW + timedelta(days=27))
    assert raise_alarms(late) == 1
    extend(late, "q1")

    assert raise_alarms(late) == 0
    assert raise_alarms(standing(runtime, NOW + timedelta(days=50))) == 1
    cancel(runtime, "q1")
    assert raise_alarms(standing(runtime, NOW + timedelta(days=99))) == 0


def test_an_unknown_person_is_answered_like_one_with_nothing_stored(runtime: Runtime) -> None:
    runtime = standing(runtime)
    # Somebody known of whom nothing is left.
    remember(runtime, said("Once.", "bob", "b1"), said("Ana stays.", "ana", "a1"))
    delete_memory(runtime, SCOPE, "b1")

    told = []
    for person, id_ in (("bob", "q1"), ("nobody-knows-them", "q2")):
        what = people(person)
        counts = dry_run(runtime, TENANT, what).counts
        request = order(runtime, what, id_)
        closed = carried_out(runtime, request)
        told.append(
            (
                counts,
                replace(request, id="", holder=0, key_slot=None, sealed=None, progress={}),
                {name: one for name, one in request.progress.items() if name != "order"},
                replace(closed, id="", holder=0, receipt=None, progress={}),
                list(closed.progress["steps"]),
                closed.progress["counts"],
                sorted(closed.progress),
            )
        )

    assert told[0] == told[1]
    assert not any(told[0][0].values())


@pytest.mark.parametrize(
    "what",
    [
        people("bob"),
        people("bob", "ana"),
        replace(people("bob"), derived=people("bob").derived.DELETE),
        Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("a1", "never-was"))),
        Order(Selector(agent_id=SCOPE.agent_id, session_ids=("s1",))),
        Order(Selector(agent_id=SCOPE.agent_id, since=NOW, until=NOW + timedelta(days=1))),
        Order(Selector(agent_id=SCOPE.agent_id)),
        Order(Selector(agent_id="unknown")),
    ],
    ids=lambda one: f"{one.selector.scope}-{one.derived}",
)
def test_a_dry_run_changes_nothing_and_counts_what_is_done(runtime: Runtime, what: Order) -> None:
    runtime = standing(runtime)
    remember_two(runtime)
    remember(runtime, said("In a session.", "ana", "s", session_id="s1"))
    remember(runtime, said("Long ago.", "ana", "old", event_time=NOW - timedelta(days=9)))
    every = ("a1", "b1", "of-bob", "of-both", "s", "old")

    expected = dry_run(runtime, TENANT, what)
    assert ids_there(runtime, *every) == set(every)
    request = order(runtime, what)
    assert request.progress["counts"] == expected.counts
    touched = {id_ for part in expected.ids for found in part.values() for id_ in found}
    assert ids_there(runtime, *every) == set(every) - touched
    closed = carried_out(runtime, request)

    assert closed.progress["counts"] == expected.counts
    gone = {id_ for part in expected.ids for id_ in part["erased"]}
    assert ids_there(runtime, *every) == set(every) - gone


def test_what_another_request_holds_stays_until_that_lets_go(runtime: Runtime) -> None:
    remember_two(runtime)
    state = Order(Selector(agent_id=SCOPE.agent_id, memory_ids=("b1",)))
    order(runtime, replace(state, mode=TWO_PHASE), "hold")
    hold(runtime, "hold")
    remember(runtime, said("Bob sings, too.", "bob", "b2"))

    waiting = carried_out(runtime, order(runtime, people("bob"), "q1"))

    assert waiting.status is RequestStatus.PARTIAL
    assert waiting.progress["waits_for"] == {"code": "held", "requests": ["hold"]}
    assert not is_there(runtime, "b1")
    assert not is_there(runtime, "b2")
    with pytest.raises(WrongState):
        cancel(runtime, "q1")
    resume(runtime)
    assert standing_of(runtime, "q1") == waiting

    release(runtime, "hold")
    resume(runtime)
    assert standing_of(runtime, "q1").status is CLOSED
    assert standing_of(runtime, "hold").status is RECEIVED
    # What it was about is gone; that does not stop it.
    confirm(runtime, "hold")
    assert carried_out(runtime, standing_of(runtime, "hold")).status is CLOSED


def test_what_two_requests_want_erased_is_shown_by_neither_ones_cancelling(
    runtime: Runtime,
) -> None:
    remember_two(runtime)
    order(runtime, people("bob", mode=TWO_PHASE), "q1")
    order(runtime, people("bob", mode=TWO_PHASE), "q2")
    confirm(runtime, "q1")
    confirm(runtime, "q2")

    cancel(runtime, "q1")
    assert not is_there(runtime, "b1")
    cancel(runtime, "q2")
    assert ids_there(runtime, "a1", "b1", "of-bob", "of-both") == {"a1", "b1", "of-bob", "of-both"}


def test_two_requests_for_the_same_are_both_carried_out(runtime: Runtime) -> None:
    remember_two(runtime)
    first, second = order(runtime, people("bob"), "q1"), order(runtime, people("bob", "ana"), "q2")

    resume(runtime)

    assert [standing_of(runtime, one.id).status for one in (first, second)] == [CLOSED, CLOSED]
    assert ids_there(runtime, "a1", "b1", "of-bob", "of-both") == set()


def test_what_is_held_back_is_as_if_it_were_not_there(runtime: Runtime) -> None:
    remember_two(runtime)
    order(runtime, people("bob"), "q1")

    change = Revision({"importance": 0.9})
    attempts = [
        lambda: revise(runtime, SCOPE, "b1", change),
        lambda: delete_memory(runtime, SCOPE, "b1"),
        lambda: revise(runtime, SCOPE, "of-both", change),
        lambda: write(runtime, SCOPE, [derived("Boats.", "new", "b1", "a1")]),
    ]
    for attempt in attempts:
        with pytest.raises((NotFound, InvalidRequest)):
            attempt()
    assert not is_there(runtime, "new")
    cancel(runtime, "q1")
    assert ids_there(runtime, "a1", "b1", "of-bob", "of-both") == {"a1", "b1", "of-bob", "of-both"}


class _Interrupting(Listening):
    """An embedder during whose work, once, something else happens."""

    def __init__(self, runtime: Runtime, interrupt: Any) -> None:
        super().__init__(runtime.embedder)
        self._interrupt = interrupt

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        found = super().embed(texts)
        interrupt, self._interrupt = self._interrupt, None
        if interrupt is not None:
            interrupt()
        return found


@pytest.mark.parametrize("finished", [False, True])
def test_what_was_being_derived_meanwhile_does_not_come_in(
    runtime: Runtime, finished: bool
) -> None:
    """Judged before the request came, committed after: its source is gone, so it is refused."""
    remember_two(runtime)

    def meanwhile() -> None:
        order(runtime, people("bob"), "q1")
        if finished:
            resume(runtime)

    busy = replace(runtime, embedder=_Interrupting(runtime, meanwhile))
    with pytest.raises(InvalidRequest):
        write(busy, SCOPE, [derived("Boats, always boats.", "late", "b1", "a1")])
    resume(runtime)
    assert standing_of(runtime, "q1").status is CLOSED
    assert not is_there(runtime, "late")


@pytest.mark.parametrize("finished", [False, True])
def test_what_was_being_changed_meanwhile_does_not_come_in(
    runtime: Runtime, finished: bool
) -> None:
    remember_two(runtime)

    def meanwhile() -> None:
        order(runtime, people("bob"), "q1")
        if finished:
            resume(runtime)

    busy = replace(runtime, embedder=_Interrupting(runtime, meanwhile))
    with pytest.raises(NotFound):
        revise(busy, SCOPE, "b1", Revision({"content": "Bob sold the kayak."}))
    resume(runtime)
    assert standing_of(runtime, "q1").status is CLOSED
    assert not is_found(runtime, "b1", "Bob sold the kayak.")


def test_an_old_transcript_is_kept_out_in_every_wording(runtime: Runtime) -> None:
    runtime = standing(runtime)
    first = said("Bob repaired the old kayak.", "bob", "b1")
    remember(runtime, first)
    revise(runtime, SCOPE, "b1", Revision({"content": "Bob sold the kayak."}))
    carried_out(runtime, order(runtime, people("bob")))

    again = [first, said("  BOB sold the kayak. ", "bob", "b2"), said("Bob naps.", "bob", "b3")]
    assert [one.event for one in write(runtime, SCOPE, again)] == [
        Event.SUPPRESSED,
        Event.SUPPRESSED,
        Event.ADDED,
    ]
    # Ana may say so.
    assert write(runtime, SCOPE, [said(first.content, "ana", "a1")])[0].event is Event.ADDED


def test_the_same_words_of_another_origin_outlive_what_was_derived(runtime: Runtime) -> None:
    remember_two(runtime)
    words = "Somebody likes boats a lot."
    remember(runtime, derived(words, "of-ana", "a1"), Draft(content=words, id="heard"))
    # Said again, each is a repetition of its own.
    again = [Draft(content=words, source_ids=("b1",)), Draft(content=words)]
    assert [one.event for one in write(runtime, SCOPE, again)] == [Event.DUPLICATE] * 2

    carried_out(runtime, order(runtime, people("bob")))

    assert ids_there(runtime, "of-bob", "heard", "of-ana") == {"heard", "of-ana"}


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_whenever_the_process_dies_another_finishes(runtime: Runtime, committed: bool) -> None:
    """At each transaction of the whole way: the same is left as without."""
    runtime = replace(runtime, clock=FixedClock(NOW))
    for at in range(100):
        boat, water = f"kayak number {at}", f"They met near lake {at}."
        remember(
            runtime,
            said(f"I grow tomatoes in row {at}.", "ana", f"a{at}"),
            said(f"I repaired the {boat}.", f"bob-{at}", f"b{at}", speaker=f"Bob{at}"),
            said(f"I sold the {boat}.", f"bob-{at}", f"c{at}"),
            derived(f"Likes the {boat}.", f"d{at}", f"b{at}"),
            derived(water, f"e{at}", f"a{at}", f"b{at}"),
        )
        request = order(runtime, people(f"bob-{at}"), f"q{at}")
        try:
            resume(dying(runtime, at, committed=committed))
            died = False
        except Died:
            died = True
        resume(runtime)

        closed = standing_of(runtime, request.id)
        assert closed.status is CLOSED
        assert list(closed.progress["steps"]) == list(Step)
        every = [f"{one}{at}" for one in "abcde"]
        assert ids_there(runtime, *every) == {f"a{at}", f"e{at}"}
        assert closed.progress["counts"]["memories"] == 2
        if not died:
            assert at > len(Step)
            return
    raise AssertionError("it never got through")


def test_what_is_left_makes_a_request_fail_until_somebody_has_looked(runtime: Runtime) -> None:
    remember_two(runtime)
    stray = runtime.data_dir / "notes.txt"
    stray.write_text("Bob repaired the old kayak.")

    failed = carried_out(runtime, order(runtime, people("bob"), "q1"))

    assert failed.status is RequestStatus.FAILED
    assert failed.progress["verifier"]["residue"] > 0
    assert not is_there(runtime, "b1")
    for decision in (confirm, cancel, hold, release, reject):
        with pytest.raises(WrongState):
            decision(runtime, "q1")
    verify_again(runtime, "q1")
    resume(runtime)
    assert standing_of(runtime, "q1").status is RequestStatus.FAILED
    stray.unlink()
    verify_again(runtime, "q1")
    with pytest.raises(WrongState):
        verify_again(runtime, "q1")
    resume(runtime)
    assert standing_of(runtime, "q1").status is CLOSED
