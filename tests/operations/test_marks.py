"""Marked sources on real databases: quarantine of what stands and what comes, release, rollback."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from memsvc.core.audit import Action
from memsvc.core.memory import Channel, Draft, Event, Memory, Status, Trust
from memsvc.core.order import Order, Selector
from memsvc.errors import NotFound
from memsvc.operations.audit import read_audit
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import verify
from memsvc.operations.known import FROM_QUARANTINE
from memsvc.operations.mark import Source, mark, marks, unmark
from memsvc.operations.marks import FROM_MARKED
from memsvc.operations.question import Question
from memsvc.operations.read import get_memory
from memsvc.operations.roll_back import roll_back
from memsvc.operations.scan import residue
from memsvc.operations.search import search
from memsvc.operations.write import Offered, write, write_all
from memsvc.runtime import Runtime
from memsvc.store import tables
from tests.operations.forgetting import carried_out, order, people
from tests.operations.remembering import SCOPE, held, ids, remember, standing

OPERATOR = "operator-key"
WEB = Source(channel=Channel.WEB)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def page(content: str, id_: str, **fields: str | tuple[str, ...]) -> Draft:
    """What a web page said."""
    return Draft(content=content, id=id_, channel=Channel.WEB, trust=Trust.WEB, **fields)  # type: ignore[arg-type]


def note(content: str, id_: str, **fields: object) -> Draft:
    return Draft(content=content, id=id_, **fields)  # type: ignore[arg-type]


def memory(runtime: Runtime, id_: str) -> Memory:
    return get_memory(runtime, SCOPE, id_)


def statuses(runtime: Runtime, *ids_: str) -> list[Status]:
    return [memory(runtime, one).status for one in ids_]


Q, A = Status.QUARANTINED, Status.ACTIVE


def test_what_stands_and_what_was_derived_from_it_goes_into_quarantine(runtime: Runtime) -> None:
    remember(
        runtime,
        page("The vault opens at nine.", "w1"),
        note("The vault is blue.", "n1"),
        note("The vault opens late.", "d1", source_ids=("w1", "n1")),
        note("Nobody opens the vault.", "d2", source_ids=("d1",)),
    )
    done = mark(runtime, SCOPE, WEB, OPERATOR)

    assert (done.quarantined, done.demoted) == (1, 2)
    assert statuses(runtime, "w1", "n1", "d1", "d2") == [Q, A, Q, Q]
    assert ids(search(runtime, SCOPE, Question("When does the vault open?"))) == ["n1"]
    assert memory(runtime, "d2").trust is Trust.WEB


def test_what_comes_goes_there_too_and_is_told_so(runtime: Runtime) -> None:
    remember(runtime, note("Hello there.", "n1"))
    mark(runtime, SCOPE, WEB, OPERATOR)
    drafts = [page("It rains.", "w1"), note("It snows.", "n2")]

    assert [(one.event, one.reason) for one in write(runtime, SCOPE, drafts)] == [
        (Event.QUARANTINED, FROM_MARKED),
        (Event.ADDED, None),
    ]
    assert statuses(runtime, "w1", "n2") == [Q, A]
    derived = note("Rain is coming.", "d1", source_ids=("w1",))
    [told] = write(runtime, SCOPE, [derived])
    assert (told.event, told.reason) == (Event.QUARANTINED, FROM_QUARANTINE)


def test_the_parts_of_a_source_have_all_to_hold(runtime: Runtime) -> None:
    remember(runtime, note("Hello there.", "n1"))
    mark(runtime, SCOPE, Source(Channel.TOOL, "u1", "s1"), OPERATOR)

    def event(channel: Channel, user_id: str | None, session_id: str | None) -> Event:
        draft = Draft(
            content=f"{channel} {user_id} {session_id}",
            channel=channel,
            user_id=user_id,
            session_id=session_id,
        )
        return write(runtime, SCOPE, [draft])[0].event

    assert event(Channel.TOOL, "u1", "s1") is Event.QUARANTINED
    assert event(Channel.WEB, "u1", "s1") is Event.ADDED
    assert event(Channel.TOOL, "u2", "s1") is Event.ADDED
    assert event(Channel.TOOL, "u1", "s2") is Event.ADDED
    assert event(Channel.TOOL, None, None) is Event.ADDED


def test_of_a_person_not_yet_heard_of(runtime: Runtime) -> None:
    remember(runtime, note("Hello there.", "n1"))
    mark(runtime, SCOPE, Source(user_id="mallory"), OPERATOR)

    [told] = write(runtime, SCOPE, [note("I am new.", "m1", user_id="mallory")])
    assert told.event is Event.QUARANTINED


def test_nothing_good_is_lost_to_what_is_in_quarantine(runtime: Runtime) -> None:
    remember(runtime, page("The tram to Lisbon is late.", "w1"))
    mark(runtime, SCOPE, WEB, OPERATOR)
    said = "The tram to Lisbon is late."

    # In one batch, in one group, and afterwards.
    batch = [page(said, "w2"), replace(note(said, "n1"), user_id=None)]
    assert [one.event for one in write(runtime, SCOPE, batch)] == [Event.DUPLICATE, Event.ADDED]
    assert statuses(runtime, "w1", "n1") == [Q, A]
    fresh = [page("It hails.", "w3"), note("It hails.", "n3"), page("It hails.", "w4")]
    outcomes = write_all(runtime, [Offered(SCOPE, [one]) for one in fresh])
    assert [one[0].event for one in outcomes if isinstance(one, list)] == [
        Event.QUARANTINED,
        Event.ADDED,
        Event.DUPLICATE,
    ]
    again = "Oh, the tram to Lisbon is late!"
    assert write(runtime, SCOPE, [note(again, "n4")])[0].event is Event.DUPLICATE
    delete_memory(runtime, SCOPE, "n1")
    assert write(runtime, SCOPE, [note(again, "n4")])[0].event is Event.ADDED


def test_marked_twice_it_has_one_mark(runtime: Runtime) -> None:
    remember(runtime, page("It rains.", "w1"))
    first, second = (mark(runtime, SCOPE, WEB, OPERATOR) for _ in range(2))

    assert second.marked == first.marked
    assert second.quarantined == 0
    assert marks(runtime, SCOPE) == [first.marked]


def test_a_mark_taken_away_may_release_what_it_alone_held(runtime: Runtime) -> None:
    remember(
        runtime,
        page("It rains.", "w1"),
        page("It snows.", "w2", user_id="u1"),
        note("It rains and snows.", "d1", source_ids=("w1", "w2")),
    )
    web = mark(runtime, SCOPE, WEB, OPERATOR).marked.id
    user = mark(runtime, SCOPE, Source(user_id="u1"), OPERATOR).marked.id

    assert unmark(runtime, SCOPE, web, OPERATOR, release=True) == 1
    assert statuses(runtime, "w1", "w2", "d1") == [A, Q, Q]
    assert unmark(runtime, SCOPE, user, OPERATOR, release=False) == 0
    assert statuses(runtime, "w2") == [Q]
    assert marks(runtime, SCOPE) == []
    assert write(runtime, SCOPE, [page("It hails.", "w3", user_id="u1")])[0].event is Event.ADDED
    assert ids(search(runtime, SCOPE, Question("Does it rain?")))[0] == "w1"


def test_what_ended_another_does_so_no_more_until_it_is_released(runtime: Runtime) -> None:
    runtime = standing(runtime)
    old = note("The capital of Atlantis is Poseidonis.", "old", trust=Trust.WEB)
    remember(runtime, old)
    write(runtime, SCOPE, [page("The capital of Atlantis is Mestor.", "new")])
    before = statuses(runtime, "old", "new")
    made = mark(runtime, SCOPE, WEB, OPERATOR).marked

    assert statuses(runtime, "old", "new") == [A, Q]
    assert memory(runtime, "old").superseded_by is None
    assert memory(runtime, "old").disputed_with is None
    unmark(runtime, SCOPE, made.id, OPERATOR, release=True)
    assert statuses(runtime, "old", "new") == before
    assert before != [A, A]


def test_rolled_back_it_is_gone_with_all_that_was_derived_and_stays_marked(
    runtime: Runtime,
) -> None:
    remember(
        runtime,
        page("The vault opens at nine.", "w1", session_id="s1"),
        note("The vault is blue.", "n1"),
        note("The vault opens late.", "d1", source_ids=("w1", "n1")),
    )
    made = mark(runtime, SCOPE, Source(session_id="s1"), OPERATOR).marked

    assert roll_back(runtime, SCOPE, made.id, OPERATOR) == 2
    assert list(held(runtime)) == ["n1"]
    assert marks(runtime, SCOPE) == [made]
    again = page("The vault opens at ten.", "w2", session_id="s1")
    assert write(runtime, SCOPE, [again])[0].event is Event.QUARANTINED
    assert roll_back(runtime, SCOPE, made.id, OPERATOR) == 1
    assert roll_back(runtime, SCOPE, made.id, OPERATOR) == 0


def test_the_audit_log_says_who_did_it_and_names_nobody(runtime: Runtime) -> None:
    remember(runtime, page("It rains.", "w1", user_id="mallory"))
    made = mark(runtime, SCOPE, Source(user_id="mallory"), OPERATOR).marked
    roll_back(runtime, SCOPE, made.id, OPERATOR)
    unmark(runtime, SCOPE, made.id, OPERATOR, release=False)
    entries = [one.record for one in read_audit(runtime, SCOPE.tenant).entries]
    told = {one.action: one for one in entries if one.target == made.id}

    assert list(told) == [
        Action.SOURCE_MARKED,
        Action.SOURCE_ROLLED_BACK,
        Action.SOURCE_UNMARKED,
    ]
    assert {one.actor for one in told.values()} == {OPERATOR}
    assert told[Action.SOURCE_MARKED].detail == {"quarantined": 1, "demoted": 0}
    assert "mallory" not in str(entries)


def test_what_is_not_there_is_not_found(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        mark(runtime, SCOPE, WEB, OPERATOR)
    remember(runtime, note("Hello there.", "n1"))
    for act in (
        lambda: unmark(runtime, SCOPE, "nothing", OPERATOR, release=True),
        lambda: roll_back(runtime, SCOPE, "nothing", OPERATOR),
    ):
        with pytest.raises(NotFound):
            act()


def known(runtime: Runtime) -> tuple[int, int]:
    """How many people and sessions the agent knows."""
    with runtime.database.snapshot() as tx:
        counted = [
            select(func.count()).select_from(table) for table in (tables.people, tables.sessions)
        ]
        known, sessions = (int(tx.execute(one).scalar_one()) for one in counted)
        return known, sessions


def test_a_mark_keeps_a_name_and_lets_go_of_it(runtime: Runtime) -> None:
    remember(runtime, note("Hello there.", "n1"), note("I am here.", "m1", user_id="mallory"))
    made = mark(runtime, SCOPE, Source(user_id="mallory", session_id="s9"), OPERATOR).marked
    delete_memory(runtime, SCOPE, "m1")

    assert known(runtime) == (1, 1)
    assert marks(runtime, SCOPE)[0].source == Source(None, "mallory", "s9")
    unmark(runtime, SCOPE, made.id, OPERATOR, release=False)
    assert known(runtime) == (0, 0)


@pytest.mark.parametrize("spoke", [True, False])
def test_who_is_forgotten_takes_the_mark_along(runtime: Runtime, spoke: bool) -> None:
    runtime = standing(runtime)
    remember(runtime, note("Hello there.", "n1"))
    if spoke:
        remember(runtime, note("I am here.", "m1", user_id="mallory"))
    mark(runtime, SCOPE, Source(user_id="mallory"), OPERATOR)
    mark(runtime, SCOPE, WEB, OPERATOR)
    carried_out(runtime, order(runtime, people("mallory")))

    assert [one.source for one in marks(runtime, SCOPE)] == [WEB]
    assert known(runtime) == (0, 0)


def test_a_session_that_is_forgotten_takes_the_mark_along(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, note("Hello there.", "n1"), note("I am here.", "m1", session_id="s1"))
    mark(runtime, SCOPE, Source(session_id="s1"), OPERATOR)
    mark(runtime, SCOPE, Source(session_id="s2"), OPERATOR)
    of_session = Selector(agent_id=SCOPE.agent_id, session_ids=("s1",))
    carried_out(runtime, order(runtime, Order(of_session)))

    assert [one.source.session_id for one in marks(runtime, SCOPE)] == ["s2"]
    assert known(runtime) == (0, 1)
