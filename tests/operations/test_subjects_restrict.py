"""Restriction: a person's memories are kept and shown to nobody, until exactly that is lifted."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.core.audit import Action
from memsvc.core.forget_request import RequestStatus
from memsvc.core.memory import Draft, Event
from memsvc.core.order import Order, Selector
from memsvc.errors import NotFound
from memsvc.operations.compose import compose
from memsvc.operations.export import export
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting.decide import cancel
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import raise_alarms, resume
from memsvc.operations.question import Question
from memsvc.operations.search import search
from memsvc.operations.subjects import alias
from memsvc.operations.subjects.alias import Registration, look_up
from memsvc.operations.subjects.restrict import lift, restrict
from memsvc.runtime import Runtime
from memsvc.store import agents as agent_rows
from memsvc.store import forget_requests, restrictions, slots_in_use, suppressions
from memsvc.wiring import build_runtime
from tests.operations.people import (
    ACTOR,
    MARIA,
    OTHER,
    TENANT,
    forgotten,
    found,
    gone_on,
    listed,
    offer,
    readable,
    recorded,
)
from tests.operations.remembering import SCOPE, remember, shown, standing

HERS = {"home", "boats", "kayak", "sum"}
QUERY = "Lisbon boats sea kayak tomatoes"
EVERY = HERS | {"ben"}


def history(runtime: Runtime) -> None:
    remember(
        runtime,
        Draft(content="I live in Lisbon by the harbour.", id="home", user_id="u1"),
        Draft(content="I like boats and the sea.", id="boats", user_id=MARIA),
        Draft(content="She sold the old kayak.", id="kayak", user_id="ben", subject_ids=("u1",)),
        Draft(content="Ben grows tomatoes in Lisbon.", id="ben", user_id="ben"),
        Draft(content="Both live in Lisbon.", id="sum", source_ids=("home", "ben")),
    )
    alias.register(runtime, TENANT, ACTOR, Registration("u1", [MARIA]))


def everywhere(runtime: Runtime, folder: Path) -> list[set[str]]:
    """Ids that each way of looking shows."""
    file = folder / "shown.jsonl"
    file.unlink(missing_ok=True)
    export(runtime, file, TENANT, "*", lambda _done, _total: None)
    composed, _ = compose(runtime, SCOPE, Question(QUERY, limit=50), 4000)
    return [
        listed(runtime),
        found(runtime, QUERY),
        {one for one in EVERY if readable(runtime, one) is not None},
        {one.id for one in composed.citations},
        {one for one in EVERY if f'"id":"{one}"' in file.read_text()},
    ]


def test_it_hides_everywhere_and_lifts_exactly(runtime: Runtime, tmp_path: Path) -> None:
    runtime = standing(runtime)
    history(runtime)
    question = Question(QUERY, limit=50)
    before = {one: readable(runtime, one) for one in EVERY}
    hits = shown(search(runtime, SCOPE, question))
    assert everywhere(runtime, tmp_path) == [EVERY] * 5

    restricted = restrict(runtime, TENANT, ACTOR, MARIA, "Accuracy contested.")

    assert (restricted.restricted, restricted.memories) == (True, 4)
    assert everywhere(runtime, tmp_path) == [{"ben"}] * 5

    lifted = lift(runtime, TENANT, ACTOR, "u1")

    assert (lifted.restricted, lifted.memories, lifted.id) == (False, 4, restricted.id)
    assert everywhere(runtime, tmp_path) == [EVERY] * 5
    assert {one: readable(runtime, one) for one in EVERY} == before
    assert shown(search(runtime, SCOPE, question)) == hits


def test_what_it_says_in_words_goes_when_it_is_lifted(runtime: Runtime) -> None:
    history(runtime)
    with runtime.database.snapshot() as tx:
        service = agent_rows.service(tx)
        before = set(slots_in_use.of_agent(tx, service.agent_key))
    restricted = restrict(runtime, TENANT, ACTOR, "u1", "Accuracy contested.")
    assert restricted.id is not None
    with runtime.database.snapshot() as tx:
        row = forget_requests.find(tx, TENANT, restricted.id)
    assert row is not None
    assert row.sealed is not None
    assert b"Accuracy contested." not in row.sealed

    lift(runtime, TENANT, ACTOR, "u1")

    with runtime.database.snapshot() as tx:
        row = forget_requests.find(tx, TENANT, restricted.id)
        assert row is not None
        assert (row.sealed, row.key_slot) == (None, None)
        assert row.status is RequestStatus.CANCELLED
        assert restrictions.count(tx, row.holder) == 0
        # The week's key stays for other tombstones of the week; there is none.
        periods = {one.key_slot for one in suppressions.periods(tx)}
        assert suppressions.count(tx, row.holder) == 0
        assert set(slots_in_use.of_agent(tx, service.agent_key)) - periods == before


def test_again_it_extends_to_what_came_since(runtime: Runtime) -> None:
    history(runtime)
    first = restrict(runtime, TENANT, ACTOR, "u1")
    remember(runtime, Draft(content="I bought a violin.", id="violin", user_id="u1"))
    alias.register(runtime, TENANT, ACTOR, Registration("u1", ["u7"]))
    remember(runtime, Draft(content="I play in a band.", id="band", user_id="u7"))
    assert listed(runtime) == {"ben", "violin", "band"}

    again = restrict(runtime, TENANT, ACTOR, MARIA)

    assert (again.id, again.memories) == (first.id, 6)
    assert listed(runtime) == {"ben"}
    alias.register(runtime, TENANT, ACTOR, Registration("u1", remove=["u7"]))
    assert look_up(runtime, TENANT, "u7").restriction == first.id
    assert lift(runtime, TENANT, ACTOR, "u7").memories == 6
    assert listed(runtime) == EVERY | {"violin", "band"}
    assert look_up(runtime, TENANT, "u1").restriction is None


def test_lifting_what_is_not_restricted_does_nothing(runtime: Runtime) -> None:
    history(runtime)

    assert lift(runtime, TENANT, ACTOR, "u1").id is None
    assert recorded(runtime)[-1].record.action == Action.SUBJECT_ALIASED


def test_people_are_restricted_apart(runtime: Runtime) -> None:
    history(runtime)
    restrict(runtime, TENANT, ACTOR, "u1")
    restrict(runtime, TENANT, ACTOR, "ben")
    assert listed(runtime) == set()

    assert lift(runtime, TENANT, ACTOR, "u1").memories == 2
    assert listed(runtime) == {"home", "boats"}
    assert lift(runtime, TENANT, ACTOR, "ben").memories == 3
    assert listed(runtime) == EVERY


def test_another_tenant_s_person_of_the_same_identity_is_untouched(runtime: Runtime) -> None:
    history(runtime)
    remember(runtime, Draft(content="Their own.", id="theirs", user_id="u1"), scope=OTHER)

    restrict(runtime, TENANT, ACTOR, "u1")

    assert listed(runtime, OTHER) == {"theirs"}
    assert look_up(runtime, OTHER.tenant, "u1").restriction is None
    assert lift(runtime, OTHER.tenant, ACTOR, "u1").id is None
    assert listed(runtime) == {"ben"}


def test_somebody_unknown_is_restricted_like_anybody(runtime: Runtime) -> None:
    restricted = restrict(runtime, TENANT, ACTOR, "u9")

    assert (restricted.restricted, restricted.memories) == (True, 0)
    assert look_up(runtime, TENANT, "u9").restriction == restricted.id


def test_an_erasure_waits_for_it_names_it_and_goes_on(runtime: Runtime) -> None:
    history(runtime)
    restricted = restrict(runtime, TENANT, ACTOR, "u1")

    request = forgotten(runtime, "u1")

    assert request.status is RequestStatus.PARTIAL
    assert request.progress["waits_for"] == {"code": "held", "requests": [restricted.id]}
    assert look_up(runtime, TENANT, "u1").restriction == restricted.id
    assert listed(runtime) == {"ben"}

    # What was waiting is not shown in between.
    lift(runtime, TENANT, ACTOR, "u1")
    assert found(runtime, QUERY) == {"ben"}
    assert listed(runtime).isdisjoint({"home", "boats", "kayak"})
    assert gone_on(runtime, request).status is RequestStatus.CLOSED
    assert found(runtime, QUERY) == {"ben"}
    assert listed(runtime).isdisjoint({"home", "boats", "kayak"})


def test_an_erasure_that_is_cancelled_leaves_it_as_it_was(runtime: Runtime) -> None:
    history(runtime)
    restrict(runtime, TENANT, ACTOR, "u1")
    remember(runtime, Draft(content="I bought a violin.", id="violin", user_id="u1"))
    request = receive(runtime, TENANT, ACTOR, Order(Selector(subject_ids=("u1",))))
    assert listed(runtime) == {"ben"}
    cancel(runtime, TENANT, ACTOR, request.id)

    assert listed(runtime) == {"ben", "violin"}
    lift(runtime, TENANT, ACTOR, "u1")
    assert listed(runtime) == EVERY | {"violin"}


def test_nobody_takes_it_for_a_forget_request(runtime: Runtime) -> None:
    history(runtime)
    restricted = restrict(runtime, TENANT, ACTOR, "u1")
    assert restricted.id is not None

    assert resume(runtime) == 0
    assert raise_alarms(runtime) == 0
    with pytest.raises(NotFound):
        cancel(runtime, TENANT, ACTOR, restricted.id)
    with pytest.raises(NotFound):
        delete_memory(runtime, SCOPE, "home")
    # What rests on the other source alone from now on stays held back.
    delete_memory(runtime, SCOPE, "ben")
    lift(runtime, TENANT, ACTOR, "u1")
    assert listed(runtime) == HERS


def test_it_outlasts_a_restart(tmp_path: Path, any_url: str) -> None:
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        history(runtime)
        restricted = restrict(runtime, TENANT, ACTOR, "u1")

    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        assert listed(runtime) == found(runtime, "Lisbon harbour boats") == {"ben"}
        assert look_up(runtime, TENANT, MARIA).restriction == restricted.id
        lift(runtime, TENANT, ACTOR, MARIA)
        assert listed(runtime) == EVERY


def test_another_process_hides_it_at_once(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = pair
    history(ours)
    assert found(theirs, "Lisbon harbour boats") == EVERY

    restrict(ours, TENANT, ACTOR, "u1")

    assert found(theirs, "Lisbon harbour boats") == listed(theirs) == {"ben"}
    lift(theirs, TENANT, ACTOR, "u1")
    assert found(ours, "Lisbon harbour boats") == EVERY


def test_the_audit_tells_how_many_and_not_who(runtime: Runtime) -> None:
    history(runtime)
    restricted = restrict(runtime, TENANT, ACTOR, "u1", "Maria contests it.")
    lift(runtime, TENANT, ACTOR, MARIA)

    entries = [one.record for one in recorded(runtime)][1:]

    assert [(one.action, one.target, dict(one.detail)) for one in entries] == [
        (Action.SUBJECT_RESTRICTED, restricted.id, {"memories": 4}),
        (Action.SUBJECT_UNRESTRICTED, restricted.id, {"memories": 4}),
    ]
    assert "aria" not in str(entries)
    assert "u1" not in str([replace(one, target=None) for one in entries])


def test_the_same_words_cannot_be_written_anew_meanwhile(runtime: Runtime) -> None:
    history(runtime)
    restrict(runtime, TENANT, ACTOR, "u1")
    draft = Draft(content="I live in Lisbon by the harbour.", user_id="u1")

    assert offer(runtime, SCOPE, draft) == [Event.SUPPRESSED]
    lift(runtime, TENANT, ACTOR, "u1")
    assert offer(runtime, SCOPE, draft) == [Event.DUPLICATE]


def test_where_nothing_is_sealed_the_same_holds(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, tier="store", embedding={"backend": "hashing"})
    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        history(runtime)
        restricted = restrict(runtime, TENANT, ACTOR, MARIA, "Accuracy contested.")
        assert look_up(runtime, TENANT, "u1").restriction == restricted.id
        assert everywhere(runtime, tmp_path) == [{"ben"}] * 5
        request = forgotten(runtime, "u1")
        assert request.status is RequestStatus.PARTIAL
        lift(runtime, TENANT, ACTOR, "u1")
        assert gone_on(runtime, request).status is RequestStatus.CLOSED
        assert look_up(runtime, TENANT, "u1").identities == ("u1",)
