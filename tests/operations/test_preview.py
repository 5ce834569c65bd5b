"""Previews: plain words become an order that waits, and nothing is done before it is confirmed."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.forget_request import Act, RequestStatus
from memsvc.core.memory import Draft
from memsvc.core.order import OrderMode
from memsvc.core.residue import all_shapes
from memsvc.operations import indexing
from memsvc.operations.forgetting.decide import confirm
from memsvc.operations.forgetting.preview import Preview, preview
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.question import Question
from memsvc.operations.revise import Revision, revise
from memsvc.operations.scan import residue
from memsvc.operations.sealed import keys_of, opened_vectors
from memsvc.operations.search import search
from memsvc.operations.subjects import alias
from memsvc.operations.subjects.alias import Registration
from memsvc.runtime import Runtime
from memsvc.store import agents, memories
from memsvc.store.versions import versions_at
from memsvc.wiring import build_runtime
from tests.operations.people import (
    ACTOR,
    OTHER,
    TENANT,
    gone_on,
    is_closed,
    listed,
    readable,
    recorded,
)
from tests.operations.remembering import NOW, SCOPE, held, remember

SECOND = Scope(TENANT, "a2")
SPRING = datetime(2025, 4, 10, tzinfo=UTC)
WINTER = datetime(2025, 1, 10, tzinfo=UTC)


def own(content: str, id_: str, **more: Any) -> Draft:
    return Draft(content=content, id=id_, user_id="u1", speaker="Maria", **more)


def history(runtime: Runtime) -> None:
    remember(
        runtime,
        own("My doctor worries about my health.", "doctor", event_time=SPRING, session_id="s-1"),
        own("The health insurance was cheap.", "winter", event_time=WINTER, session_id="s-2"),
        own("I bought a kayak.", "kayak", event_time=SPRING, session_id="s-2"),
        Draft(content="Maria has trouble with her health again.", id="ben", user_id="ben"),
        Draft(content="Lunch with Maria and Kim was long and loud.", id="lunch", user_id="ben"),
        Draft(content="She is tall.", id="about", user_id="ben", subject_ids=("u1",)),
        Draft(content="Ben grows tomatoes.", id="tomatoes", user_id="ben"),
    )
    remember(runtime, own("I sold the kayak.", "sold", event_time=SPRING), scope=SECOND)
    remember(runtime, Draft(content="I sing.", id="x", user_id="x", speaker="Maria"), scope=OTHER)


def seen(runtime: Runtime, text: str, agent_id: str | None = None) -> Preview:
    return preview(runtime, TENANT, text, agent_id, NOW)


def certain(found: Preview) -> set[str]:
    return {one.memory_id for one in found.certain}


def uncertain(found: Preview) -> set[str]:
    return {one.memory_id for one in found.uncertain}


def test_all_that_somebody_told(runtime: Runtime) -> None:
    history(runtime)

    found = seen(runtime, "Forget everything Maria told us.")

    assert (found.understood, found.doubts, found.mentions) == (True, (), ())
    assert [one.subject_id for one in found.candidates] == ["u1"]
    assert certain(found) == {"doctor", "winter", "kayak", "sold"}
    assert found.order is not None
    # Others tell about her, too, which was not asked for: an order by person would go too far.
    assert found.order.selector.subject_ids == ()
    assert {one.memory_id for one in found.order.selector.chosen} == certain(found)
    assert found.counts["memories"] == 4


def test_from_and_about_by_person(runtime: Runtime) -> None:
    history(runtime)

    found = seen(runtime, "forget Maria")

    assert certain(found) == {"doctor", "winter", "kayak", "sold", "about"}
    assert found.order is not None
    assert found.order.mode is OrderMode.TWO_PHASE
    assert found.order.selector.subject_ids == ("u1",)
    assert found.order.selector.memory_ids == ()
    acts = {one.memory_id: one.act for one in found.order.selector.chosen}
    assert acts == {"ben": Act.REDACT, "lunch": Act.REDACT}
    assert found.counts == {
        "agents": 2,
        "memories": 5,
        "derived": 0,
        "demoted": 0,
        "rederived": 0,
        "redacted": 2,
    }


def test_what_was_derived_from_theirs_is_no_mention(runtime: Runtime) -> None:
    history(runtime)
    remember(
        runtime,
        Draft(content="Maria has a kayak, says the summary.", id="sum", source_ids=("kayak",)),
    )

    found = seen(runtime, "forget Maria")

    assert found.counts["derived"] == 1
    assert "sum" not in {one.memory_id for one in found.mentions}


def test_only_about(runtime: Runtime) -> None:
    history(runtime)

    found = seen(runtime, "Forget everything others said about Maria")

    assert certain(found) == {"about"}
    assert {one.memory_id: one.act for one in found.mentions} == {
        "ben": Act.ERASE,
        "lunch": Act.ERASE,
    }
    assert found.order is not None
    assert found.order.selector.memory_ids == ("about",)


def test_a_time_and_a_topic(runtime: Runtime) -> None:
    history(runtime)

    in_spring = seen(runtime, "forget everything Maria told us in spring 2025")
    of_health = seen(runtime, "forget everything Maria told us about health")
    both = seen(runtime, "forget everything Maria told us about her health in spring 2025")

    assert certain(in_spring) == {"doctor", "kayak", "sold"}
    assert "doctor" in certain(of_health) | uncertain(of_health)
    assert "winter" in certain(of_health) | uncertain(of_health)
    assert "doctor" in certain(both) | uncertain(both)
    assert "winter" not in certain(both) | uncertain(both)
    assert all(0.0 <= one.on_topic.score <= 1.0 for one in of_health.certain)


def test_words_of_no_listed_topic(runtime: Runtime) -> None:
    history(runtime)

    found = seen(runtime, "forget everything Maria told us about the kayak")

    assert certain(found) == {"kayak", "sold"}
    assert "doctor" not in uncertain(found)


def test_a_session_and_an_agent(runtime: Runtime) -> None:
    history(runtime)

    of_session = seen(runtime, "forget everything Maria told us in session s-2")
    of_agent = seen(runtime, "forget everything Maria told us", "a2")

    assert certain(of_session) == {"winter", "kayak"}
    assert certain(of_agent) == {"sold"}
    assert of_agent.order is not None
    assert of_agent.order.selector.agent_id == "a2"
    assert seen(runtime, "forget Maria", "nobody").candidates == ()


def test_identities_and_registered_names(runtime: Runtime) -> None:
    history(runtime)
    alias.register(
        runtime, TENANT, ACTOR, Registration("u1", ["maria@example.org"], names=["Mia Ort"])
    )

    for who in ("u1", "maria@example.org", "Mia Ort", "Mia"):
        found = seen(runtime, f"forget everything {who} told us")
        assert certain(found) == {"doctor", "winter", "kayak", "sold"}, who


def test_namesakes_are_told_and_nothing_is_certain(runtime: Runtime) -> None:
    history(runtime)
    remember(runtime, Draft(content="I am new.", id="new", user_id="u9", speaker="Maria Silva"))

    for text in ("forget Maria", "forget everything Maria told us about health"):
        found = seen(runtime, text)
        assert "several_people" in found.doubts
        assert {one.subject_id for one in found.candidates} == {"u1", "u9"}
        assert (found.certain, found.order) == ((), None)
        assert "doctor" in uncertain(found)
        assert all(one.act is None for one in found.mentions)
        assert found.counts["memories"] == 0

    assert seen(runtime, "forget Maria Silva").candidates[0].subject_id == "u9"


def test_two_who_are_both_meant(runtime: Runtime) -> None:
    history(runtime)

    found = seen(runtime, "forget everything u1 and ben told us")

    assert certain(found) >= {"doctor", "ben", "tomatoes"}
    assert found.order is not None


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("forget everything Maria told us except her address", "exception"),
        ("forget everything she told us", "pronoun"),
        ("forget everything Quentin told us", "unknown_person"),
        ("forget everything Maria told us about Ben", "unread_words"),
    ],
)
def test_in_doubt_there_is_no_order(runtime: Runtime, text: str, doubt: str) -> None:
    history(runtime)

    found = seen(runtime, text)

    assert doubt in found.doubts
    assert (found.order, found.certain) == (None, ())


@pytest.mark.parametrize("text", ["What did Maria say?", "Never forget Maria.", "hello", " "])
def test_what_is_no_order_is_not_understood(runtime: Runtime, text: str) -> None:
    history(runtime)

    found = seen(runtime, text)

    assert not found.understood
    assert found.reason
    assert (found.order, found.candidates, found.certain) == (None, (), ())


def test_somebody_who_only_speaks(runtime: Runtime) -> None:
    history(runtime)
    remember(
        runtime,
        Draft(content="I go to bed early.", id="bed", speaker="Zoe"),
        Draft(content="Zoe likes tea, and Kim likes coffee.", id="tea", user_id="kim"),
    )

    said = seen(runtime, "forget everything Zoe told us")
    every = seen(runtime, "forget Zoe")

    assert "name_alone" in said.doubts
    assert {one.memory_id: one.act for one in said.mentions} == {"bed": Act.ERASE}
    assert {one.memory_id: one.act for one in every.mentions} == {
        "bed": Act.ERASE,
        "tea": Act.REDACT,
    }
    assert every.order is not None
    request = receive(runtime, TENANT, ACTOR, every.order)
    confirm(runtime, TENANT, ACTOR, request.id)
    assert is_closed(gone_on(runtime, request))
    assert readable(runtime, "bed") is None
    tea = readable(runtime, "tea")
    assert tea is not None
    assert tea.content == "[redacted] likes tea, and Kim likes coffee."


def test_it_changes_nothing_and_tells_the_audit_nothing(runtime: Runtime) -> None:
    history(runtime)

    def standing() -> list[Any]:
        with runtime.database.snapshot() as tx:
            found = [agents.find(tx, TENANT, one) for one in ("a1", "a2")]
        return [*found, recorded(runtime), listed(runtime), listed(runtime, SECOND)]

    before = standing()
    seen(runtime, "forget Maria")
    seen(runtime, "forget everything Maria told us about health")

    assert standing() == before


def test_another_tenant_sees_its_own_people_only(runtime: Runtime) -> None:
    history(runtime)

    found = preview(runtime, OTHER.tenant, "forget Maria", None, NOW)

    assert [one.subject_id for one in found.candidates] == ["x"]
    assert (certain(found), found.mentions) == ({"x"}, ())


def test_somebody_unknown_looks_like_somebody_with_nothing(runtime: Runtime) -> None:
    history(runtime)
    alias.register(runtime, TENANT, ACTOR, Registration("u77", names=["Nobody Here"]))

    known = seen(runtime, "forget everything u77 told us")
    unknown = seen(runtime, "forget everything u78 told us")

    assert replace(known, candidates=(), order=None) == replace(unknown, candidates=(), order=None)
    assert known.order is not None
    assert unknown.order is not None


def answers(runtime: Runtime) -> dict[str, list[str]]:
    """What searches find of others, without what is redacted."""
    kept = {"tomatoes", "stays"}
    asked = ("tomatoes in the garden", "the harbour", "kayak", "who grows what")
    return {
        one: [
            hit.memory.id
            for hit in search(runtime, SCOPE, Question(one, limit=50)).found
            if hit.memory.id in kept
        ]
        for one in asked
    }


def nearness(runtime: Runtime, memory_id: str, word: str) -> float:
    """Cosine of a word with a memory's vector as it is stored."""
    [query] = runtime.embedder.embed_queries([word])
    with runtime.database.snapshot() as tx:
        agent = indexing.known_agent(tx, SCOPE)
        [row] = memories.some_with_vectors(tx, agent.agent_key, [held(runtime)[memory_id]])
        keys = keys_of(runtime.keyring, agent, [row])
        dimension = runtime.embedder.identity.dimension
        vectors = opened_vectors(runtime.keyring, keys, agent, row, dimension)
    assert vectors is not None
    return float(max(vectors @ query))


@pytest.mark.parametrize("tier", ["shred", "store"])
def test_from_plain_words_to_the_last_byte(tmp_path: Path, any_url: str, tier: str) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"}, tier=tier
    )
    name = "Maria Quixandria"
    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        history(runtime)
        remember(
            runtime,
            Draft(content="I live by the harbour.", id="home", user_id="u2", speaker=name),
            Draft(content=f"Rowing with {name} on the wide lake.", id="lake", user_id="ben"),
            Draft(content="Nobody answers the telephone.", id="meta", metadata={"by": name}),
            Draft(content="The harbour is frozen.", id="stays", user_id="ben"),
        )
        past = runtime.clock.now()
        sung = f"Rowing and singing with {name} there."
        revise(runtime, SCOPE, "lake", Revision({"content": sung}))
        before = answers(runtime)
        near = nearness(runtime, "lake", "Quixandria")

        found = seen(runtime, f"Please forget {name}.")
        assert found.order is not None
        assert {one.memory_id: one.act for one in found.mentions if one.act} == {
            "lake": Act.REDACT,
            "meta": Act.REDACT,
        }
        request = receive(runtime, TENANT, ACTOR, found.order)
        assert request.status is RequestStatus.RECEIVED
        assert readable(runtime, "home") is not None
        confirm(runtime, TENANT, ACTOR, request.id)
        assert readable(runtime, "lake") is None
        request = gone_on(runtime, request)

        assert is_closed(request), request.progress
        assert readable(runtime, "home") is None
        for one in ("lake", "meta"):
            memory = readable(runtime, one)
            assert memory is not None
            assert "Quixandria" not in str(memory)
        lake = held(runtime)["lake"]
        with runtime.database.snapshot() as tx:
            agent_key = indexing.known_agent(tx, SCOPE).agent_key
            assert versions_at(tx, agent_key, [lake], past) == []
        asked = search(runtime, SCOPE, Question(name, limit=50)).found
        [hit] = [one for one in asked if one.memory.number == lake]
        assert hit.memory.content == "Rowing and singing with [redacted] there."
        assert hit.judgement.lexical[hit.place] == 0.0
        assert nearness(runtime, "lake", "Quixandria") < near - 0.1
        assert answers(runtime) == before
        assert not seen(runtime, f"forget {name}").certain
    needles = all_shapes({"name": "Quixandria", "text": "Rowing with Maria"})
    scan = residue(needles, [tmp_path])
    assert scan.clean, scan.hits
