"""Runs that have a language model read facts: asked once, after the rules, and never needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from memsvc.config import Settings
from memsvc.core.consolidation.relations import EXTRACTED
from memsvc.core.consolidation.run import RunStatus
from memsvc.core.forget_request import Act
from memsvc.core.memory import Cardinality, Draft, Fact, Memory, Status, Trust
from memsvc.core.order import Chosen, Order, Selector
from memsvc.operations import indexing
from memsvc.operations.consolidate import consolidate, preview, request_run, resume_runs, roll_back
from memsvc.operations.consolidate_due import ConsolidatingDue
from memsvc.operations.consolidating import ask as asking
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import verify
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.revise import Revision, revise
from memsvc.operations.scan import residue
from memsvc.runtime import Runtime
from memsvc.store import readings
from memsvc.store.consolidation_runs import RunRow
from memsvc.store.living_tables import readings as table
from memsvc.wiring import build_runtime
from tests.judges.chat_endpoint import Answer, ChatEndpoint, completion, data_in
from tests.operations.forgetting import Died, dying
from tests.operations.remembering import NOW, SCOPE, remember, standing

DAY = timedelta(days=1)
CITIES = ("Lisbon", "Porto", "Braga", "Faro")
DOWN = Answer(status=500)


def read(data: Any) -> dict[str, Any]:
    """Reads "home is X" as where the speaker lives, and invents that everybody lives in Paris."""
    text = str(data["text"])
    homes = [city for city in (*CITIES, "Paris") if city in text or city == "Paris"]
    return {
        "facts": [
            {
                "subject": data.get("speaker", "user"),
                "predicate": "lives in",
                "object": city,
                "cardinality": "one",
                "quote": text,
            }
            for city in homes
        ]
    }


@pytest.fixture
def endpoint() -> Iterator[ChatEndpoint]:
    with ChatEndpoint() as endpoint:
        endpoint.model = read
        yield endpoint


def llm(endpoint: ChatEndpoint, **more: object) -> dict[str, object]:
    given = {"url": endpoint.url, "model": "m", "read_facts": True, "retries": 0}
    return {**given, "api_key": SecretStr("sk-none"), **more}


@pytest.fixture
def build(tmp_path: Path, any_url: str, endpoint: ChatEndpoint) -> Iterator[Any]:
    """Runtimes on one database, one after the other, with a model that reads, or another one."""
    built: list[Runtime] = []

    def build(**more: object) -> Runtime:
        while built:
            built.pop().close()
        chosen: dict[str, object] = {
            "data_dir": tmp_path,
            "database_url": any_url,
            "embedding": {"backend": "hashing"},
            "llm": llm(endpoint, **more),
        }
        built.append(build_runtime(Settings.model_validate(chosen), lambda _line: None))
        return standing(built[0])

    yield build
    while built:
        built.pop().close()


@pytest.fixture
def runtime(build: Any) -> Runtime:
    found: Runtime = build()
    return found


def home(city: str, id_: str, **more: Any) -> Draft:
    """In words that no rule reads anything from."""
    draft = Draft(
        content=f"Well, {city} feels like home these days, honestly.",
        id=id_,
        user_id="ana",
        speaker="Ana",
        session_id="s1",
        event_time=NOW,
    )
    return replace(draft, **more)


def facts_of(runtime: Runtime) -> list[Memory]:
    page = list_memories(runtime, SCOPE, Listing(limit=200)).memories
    return [one for one in page if one.source_ids and one.fact]


def said(runtime: Runtime) -> list[str]:
    return sorted(one.content for one in facts_of(runtime))


def run(runtime: Runtime, days: float = 1.0, **more: Any) -> RunRow:
    row = consolidate(standing(runtime, NOW + days * DAY), SCOPE, **more)
    assert row.status == RunStatus.DONE
    return row


def told(**more: object) -> dict[str, object]:
    """What a run tells; of every turn that is read, one fact is invented."""
    nothing = {"read": 0, "facts": 0, "left": 0, "malformed": 0}
    return {**nothing, "unfounded": more.get("read", 0), "why": None, **more}


def test_it_reads_what_rules_read_nothing_from(runtime: Runtime, endpoint: ChatEndpoint) -> None:
    ruled = home("", "ruled", content="I live in Porto.", user_id="bo", speaker="Bo")
    assistant = home("Faro", "assistant", role="assistant")
    remember(
        runtime,
        home("Lisbon", "m1", trust=Trust.USER),
        ruled,
        assistant,
        home("", "hi", content="Hi!"),
    )

    row = run(runtime)

    assert [data_in(one) for one in endpoint.requests] == [
        {"text": home("Lisbon", "m1").content, "date": NOW.isoformat(), "speaker": "Ana"}
    ]
    assert said(runtime) == ["Ana lives in Lisbon.", "Bo lives in Porto."]
    [fact] = [one for one in facts_of(runtime) if "Ana" in one.content]
    assert fact.fact == Fact("Ana", "lives in", "Lisbon", Cardinality.ONE)
    assert (fact.source_ids, fact.user_id, fact.trust) == (("m1",), "ana", Trust.USER)
    assert (fact.valid_from, fact.slots != ()) == (NOW, True)
    assert row.counts["model"] == told(read=1, facts=1)
    assert row.counts["made"][EXTRACTED] == 2


def test_a_later_fact_takes_the_place_of_one_it_read(
    runtime: Runtime, endpoint: ChatEndpoint
) -> None:
    """As with facts of rules; whichever of the turns was asked about first."""
    later = {"event_time": NOW + timedelta(hours=1)}
    moved = home("", "m2", content="I live in Porto.", **later)
    remember(runtime, home("Lisbon", "m1"), moved, home("Braga", "m0", event_time=NOW - DAY))

    run(runtime)

    assert len(endpoint.requests) == 2
    by_city = {one.fact.object: one for one in facts_of(standing(runtime, NOW + DAY)) if one.fact}
    assert [by_city[one].status for one in ("Braga", "Lisbon", "Porto")] == [
        Status.SUPERSEDED, Status.SUPERSEDED, Status.ACTIVE
    ]  # fmt: skip


def test_nothing_is_asked_twice(runtime: Runtime, endpoint: ChatEndpoint) -> None:
    remember(runtime, home("Lisbon", "m1"), home("", "none", content="What a day it was, folks."))
    run(runtime)
    before = facts_of(runtime)
    assert len(endpoint.requests) == 2

    for days, force in ((2, False), (3, True)):
        assert preview(standing(runtime, NOW + days * DAY), SCOPE, force=force).is_empty
        row = run(runtime, days, force=force)
        assert (row.counts["made"], row.counts["model"]) == ({}, told())
        assert facts_of(runtime) == before
    assert len(endpoint.requests) == 2

    # Not even of a fact that somebody erased.
    delete_memory(runtime, SCOPE, before[0].id)
    run(runtime, 4, force=True)
    assert (said(runtime), len(endpoint.requests)) == ([], 2)


def test_a_plan_asks_nothing_and_says_about_how_many_it_would_be(
    runtime: Runtime, endpoint: ChatEndpoint
) -> None:
    remember(runtime, home("Lisbon", "m1"), home("Porto", "m2"))

    assert [one.id for one in preview(runtime, SCOPE).unread] == ["m1", "m2"]
    assert endpoint.requests == []


def test_without_the_setting_nothing_is_asked(build: Any, endpoint: ChatEndpoint) -> None:
    runtime = build(read_facts=False)
    remember(runtime, home("Lisbon", "m1"))

    row = run(runtime)

    assert (endpoint.requests, said(runtime), preview(runtime, SCOPE).unread) == ([], [], ())
    assert "model" not in row.counts
    # Switched on later, it reads what is there; switched off again, what it read stands.
    run(build(), 2)
    off = build(read_facts=False)
    assert said(off) == ["Ana lives in Lisbon."]
    run(off, 3, force=True)
    assert said(off) == ["Ana lives in Lisbon."]


GARBAGE = Answer(body=completion("no JSON at all"))


@pytest.mark.parametrize(
    ("answer", "why", "asked"),
    [
        (DOWN, "unavailable", 1),
        (Answer(drop=True), "unavailable", 1),
        (Answer(silent=True), "unavailable", 1),
        (Answer(body=b"<html>"), "malformed", 3),
        (GARBAGE, "malformed", 3),
        (Answer(body=completion({"facts": 7})), "malformed", 3),
    ],
)
def test_a_run_goes_on_without_it_and_the_next_one_asks_again(
    build: Any, endpoint: ChatEndpoint, answer: Answer, why: str, asked: int
) -> None:
    runtime = build(timeout_s=2.0)
    ruled = home("", "ruled", content="I live in Porto.", user_id="bo", speaker="Bo")
    remember(runtime, ruled, *(home(city, city) for city in CITIES))
    endpoint.script.extend([answer] * asked)

    row = run(runtime)

    assert said(runtime) == ["Bo lives in Porto."]
    assert row.counts["model"] == told(
        left=4, why=why, malformed=asked if why == "malformed" else 0
    )
    assert len(endpoint.requests) == asked
    # One is due, though nobody wrote anything since.
    second = standing(runtime, NOW + 2.5 * DAY)
    assert ConsolidatingDue(DAY)(second) == 1
    resume_runs(second)
    assert len(said(runtime)) == 5
    assert ConsolidatingDue(DAY)(standing(runtime, NOW + 4 * DAY)) == 0


def test_what_gets_no_answer_of_use_is_given_up_in_the_end(
    runtime: Runtime, endpoint: ChatEndpoint
) -> None:
    remember(runtime, home("Lisbon", "m1"), home("Porto", "m2"))
    endpoint.model = lambda data: "?" if "Lisbon" in str(data["text"]) else read(data)

    counts = [run(runtime, days).counts["model"] for days in range(1, 6)]

    once_more = told(left=1, why="malformed", malformed=1)
    assert counts == [
        told(read=1, facts=1, left=1, why="malformed", malformed=1),
        *[once_more] * 2,
        *[told()] * 2,
    ]
    assert len(endpoint.requests) == 4


def test_the_budget_is_a_hard_one(build: Any, endpoint: ChatEndpoint) -> None:
    """The newest come first; one that is too long keeps no shorter one from being read."""
    runtime = build(tokens_per_agent_and_day=3_500)
    long = home("Faro", "long", content=home("Faro", "x").content + " And on it went." * 200)
    remember(runtime, home("Lisbon", "m1"), home("Porto", "m2"), long)
    endpoint.used = 1_500

    row = run(runtime)

    assert [data_in(one)["text"] for one in endpoint.requests] == [home("Porto", "m2").content]
    assert row.counts["model"] == told(read=1, facts=1, left=2, why="budget_spent")
    runtime = build(tokens_per_agent_and_day=6_000)
    row = run(runtime, 2)
    assert row.counts["model"] == told(read=1, facts=1, left=1, why="budget_spent")
    assert said(runtime) == ["Ana lives in Lisbon.", "Ana lives in Porto."]


def test_a_run_asks_for_so_long(
    runtime: Runtime, endpoint: ChatEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(runtime, home("Lisbon", "m1"))
    monkeypatch.setattr(asking, "ASKS_FOR_S", -1.0)

    assert run(runtime).counts["model"] == told(left=1, why="out_of_time")
    assert endpoint.requests == []


def test_a_turn_that_was_changed_is_read_anew(build: Any, endpoint: ChatEndpoint) -> None:
    runtime = build()
    remember(runtime, home("Lisbon", "m1"))
    run(runtime)
    [first] = facts_of(runtime)

    # In other words the same: the fact stays the one it was.
    later = standing(runtime, NOW + 1.5 * DAY)
    revise(later, SCOPE, "m1", Revision({"content": "So Lisbon, that is home."}))
    row = run(runtime, 2)
    assert (facts_of(runtime), row.counts["model"]) == ([first], told(read=1))
    assert row.counts["erased"] == 0

    later = standing(runtime, NOW + 2.5 * DAY)
    revise(later, SCOPE, "m1", Revision({"content": "So Porto, that is home."}))
    run(runtime, 3)
    assert said(runtime) == ["Ana lives in Porto."]

    # What it said before goes, whether somebody can read what it says now or not.
    later = standing(runtime, NOW + 3.5 * DAY)
    revise(later, SCOPE, "m1", Revision({"content": "So Braga, that is home."}))
    endpoint.script.append(DOWN)
    run(runtime, 4)
    assert said(runtime) == []
    run(runtime, 5)
    assert said(runtime) == ["Ana lives in Braga."]


def test_rolled_back_it_comes_back_with_the_next_run(
    runtime: Runtime, endpoint: ChatEndpoint
) -> None:
    remember(runtime, home("Lisbon", "m1"))
    row = run(runtime)

    roll_back(runtime, SCOPE, row.run_id)
    assert said(runtime) == []

    run(runtime, 2)
    assert (said(runtime), len(endpoint.requests)) == (["Ana lives in Lisbon."], 2)


def rows(runtime: Runtime) -> list[Any]:
    with runtime.database.snapshot() as tx:
        return list(tx.execute(table.select()))


def test_what_is_erased_leaves_nothing_of_having_been_read(
    runtime: Runtime, endpoint: ChatEndpoint
) -> None:
    remember(runtime, home("Lisbon", "m1"), home("Porto", "m2"))
    run(runtime)
    assert len(rows(runtime)) == 2

    for id_ in ("m1", "m2"):
        delete_memory(runtime, SCOPE, id_)

    assert (rows(runtime), said(runtime)) == ([], [])


@pytest.mark.parametrize("what", ["erased", "changed"])
def test_what_goes_or_changes_while_others_are_asked_about_is_not_sent(
    runtime: Runtime, endpoint: ChatEndpoint, what: str
) -> None:
    """And of the one that is asked about nothing is made."""
    remember(runtime, home("Lisbon", "m1"), home("Porto", "m2"))

    def meanwhile(data: Any) -> object:
        if len(endpoint.requests) == 1:
            for id_ in ("m1", "m2"):
                if what == "erased":
                    delete_memory(runtime, SCOPE, id_)
                else:
                    revise(runtime, SCOPE, id_, Revision({"content": f"Faro it is, {id_}."}))
        return read(data)

    endpoint.model = meanwhile

    row = run(runtime)

    assert (len(endpoint.requests), said(runtime)) == (1, [])
    assert row.counts["model"] == told()
    row = run(runtime, 2)
    assert row.counts["model"] == (told() if what == "erased" else told(read=2, facts=2))


def test_nothing_is_locked_while_it_is_asked(runtime: Runtime, endpoint: ChatEndpoint) -> None:
    """While the model thinks, others write to the agent, and read it."""
    remember(runtime, home("Lisbon", "m1"))
    wrote = threading.Event()

    def slowly(data: Any) -> object:
        remember(runtime, home("", "m9", content="The tram was late.", speaker="Bo", user_id="bo"))
        wrote.set()
        return read(data)

    endpoint.model = slowly

    run(runtime)

    assert wrote.is_set()
    assert said(runtime) == ["Ana lives in Lisbon."]


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_killed_at_any_commit_it_goes_on_and_nothing_is_made_twice(
    runtime: Runtime, endpoint: ChatEndpoint, committed: bool
) -> None:
    for at in range(60):
        scope = replace(SCOPE, agent_id=f"world{at}")
        remember(runtime, home("Lisbon", "m1"), home("Porto", "m2"), scope=scope)
        later = standing(runtime, NOW + DAY)
        request_run(later, scope)
        died = True
        try:
            resume_runs(dying(later, at, committed=committed))
            died = False
        except Died:
            resume_runs(later)
        page = list_memories(later, scope, Listing(limit=200)).memories
        made = sorted(one.content for one in page if one.source_ids and one.fact)
        assert made == ["Ana lives in Lisbon.", "Ana lives in Porto."]
        if not died:
            assert at > 5
            return
    raise AssertionError("it never got through")


def test_a_redacted_turn_is_read_again(
    runtime: Runtime, endpoint: ChatEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "residue_apart", residue)
    remember(runtime, home("", "s", content="Rain again.", user_id="sam-1", speaker="Sam Quill"))
    named = home("", "m1", content="Sam Quill says Lisbon feels like home, too.")
    silent = home("Porto", "m2")
    remember(runtime, named, silent)
    endpoint.model = lambda data: {
        "facts": [
            {**one, "subject": "Sam Quill"} if "Sam" in str(data["text"]) else one
            for one in read(data)["facts"]
        ]
    }
    run(runtime)
    assert "Sam Quill lives in Lisbon." in said(runtime)
    later = standing(runtime, NOW + 1.5 * DAY)

    chosen = tuple(Chosen(SCOPE.agent_id, one, Act.REDACT) for one in ("m1", "m2"))
    order = Order(Selector(subject_ids=("sam-1",), chosen=chosen))
    receive(later, SCOPE.tenant, "key", order)
    assert said(later) == []
    resume(later)

    assert said(later) == []
    with later.database.snapshot() as tx:
        key = indexing.known_agent(tx, SCOPE).agent_key
        assert readings.done(tx, key) == {}
    run(runtime, 2)
    assert said(runtime) == ["Ana lives in Lisbon.", "Ana lives in Porto."]
    assert "Sam" not in str([data_in(one) for one in endpoint.requests[-2:]])


def test_a_reader_that_stops_does_not_hold_the_service_up(
    build: Any, endpoint: ChatEndpoint
) -> None:
    """It stops between two turns, and goes on after the next start."""
    runtime = build()
    remember(runtime, home("Lisbon", "m1"), home("Porto", "m2"))
    later = standing(runtime, NOW + DAY)
    request_run(later, SCOPE)

    resume_runs(later, lambda: len(endpoint.requests) == 1)
    assert (len(endpoint.requests), said(runtime)) == (1, ["Ana lives in Porto."])

    resume_runs(later)
    assert said(runtime) == ["Ana lives in Lisbon.", "Ana lives in Porto."]
    assert len(endpoint.requests) == 2


def test_half_a_setting_does_not_start(tmp_path: Path) -> None:
    from memsvc.errors import StartupError

    chosen = Settings.model_validate({"data_dir": tmp_path, "llm": {"read_facts": True}})
    with (
        pytest.raises(StartupError, match="both MEMSVC_LLM__URL"),
        closing(build_runtime(chosen, lambda _line: None)),
    ):
        pass
