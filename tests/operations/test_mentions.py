"""Mentions: what others said of a person who is to be forgotten, found wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from memsvc.core.access import Scope
from memsvc.core.forget_request import Act
from memsvc.core.memory import Draft, Fact, Kind
from memsvc.core.order import Chosen, Order, Selector
from memsvc.operations.forgetting import mentions as at
from memsvc.operations.forgetting.mentions import Mention, Mentions, mentions_beside
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.subjects import alias
from memsvc.operations.subjects.alias import Registration
from memsvc.operations.subjects.restrict import restrict
from memsvc.runtime import Runtime
from tests.operations.people import ACTOR, MARIA, OTHER, TENANT, gone_on, is_closed, readable
from tests.operations.remembering import remember

SECOND = Scope(TENANT, "a2")
PHONE = "+351 912 345 678"


def history(runtime: Runtime) -> None:
    remember(
        runtime,
        Draft(content="I live in Lisbon.", id="own", user_id="u1", speaker="Maria López"),
        Draft(content="She is tall.", id="about", user_id="ben", subject_ids=("u1",)),
        Draft(content="Dinner with Maria López was long and loud.", id="dinner", user_id="ben"),
        Draft(content="It rains. Call Maria! Then sleep.", id="call", user_id="ben"),
        Draft(content="Maria López", id="name", user_id="ben"),
        Draft(content="We bought maria biscuits.", id="biscuits", user_id="ben"),
        Draft(content="The contract is signed.", id="owner", metadata={"by": {"who": [MARIA]}}),
        Draft(content="Ring the new customer back.", id="tag", tags=(PHONE,)),
        Draft(
            content="Likes boats.",
            id="fact",
            kind=Kind.SEMANTIC,
            fact=Fact("Maria López", "likes", "boats"),
        ),
        Draft(content="Ben grows tomatoes in the garden.", id="ben", user_id="ben"),
    )
    remember(
        runtime,
        Draft(content="Her number is 912345678, says the desk.", id="number", user_id="desk"),
        Draft(content="Write to Maria.Lopez about boats.", id="mail", user_id="desk"),
        scope=SECOND,
    )
    remember(runtime, Draft(content="Maria López is here.", id="theirs"), scope=OTHER)
    alias.register(runtime, TENANT, ACTOR, Registration("u1", [MARIA, PHONE]))


def found(runtime: Runtime, **more: Any) -> Mentions:
    order = Order(Selector(subject_ids=("u1",), agent_id=more.pop("agent_id", None)))
    return mentions_beside(runtime, TENANT, order, **more)


def by_id(mentions: Mentions) -> dict[str, Mention]:
    return {one.memory_id: one for one in mentions.found}


def test_others_are_found_wherever_they_name_the_person(runtime: Runtime) -> None:
    history(runtime)

    mentions = found(runtime)

    assert (mentions.complete, mentions.following) == (True, None)
    named = by_id(mentions)
    assert set(named) >= {"dinner", "call", "name", "owner", "tag", "fact", "number", "mail"}
    assert not {"own", "about", "ben", "theirs"} & set(named)
    ranked = [(-one.confidence, one.agent_id, one.number) for one in mentions.found]
    assert ranked == sorted(ranked)
    assert named["dinner"].confidence >= 0.9
    assert named["owner"].confidence == 1.0


def test_each_suggests_what_to_do(runtime: Runtime) -> None:
    history(runtime)

    acts = {one: held.act for one, held in by_id(found(runtime)).items()}

    assert acts["dinner"] is acts["owner"] is acts["number"] is Act.REDACT
    assert acts["name"] is acts["fact"] is Act.ERASE
    assert acts.get("biscuits") is None


def test_the_excerpt_is_the_sentence(runtime: Runtime) -> None:
    history(runtime)
    long = "So it went on and on, " * 30
    remember(runtime, Draft(content=f"{long}and Maria López came, {long}", id="long"))

    named = by_id(found(runtime))

    assert named["call"].excerpt == "Call Maria!"
    assert named["owner"].excerpt == MARIA
    assert "Maria López came" in named["long"].excerpt
    assert all(len(one.excerpt) <= 200 for one in named.values())


def test_hostile_text_is_shown_as_text(runtime: Runtime) -> None:
    history(runtime)
    remember(runtime, Draft(content="<b>\u202eMaria López</b>\u0007 [1] " + "x" * 500, id="evil"))

    shown = by_id(found(runtime))["evil"].excerpt

    assert not set("<>\u202e\u0007") & set(shown)
    assert len(shown) <= 200


def test_somebody_of_the_same_name_makes_it_uncertain(runtime: Runtime) -> None:
    history(runtime)
    remember(
        runtime,
        Draft(content="I am new.", id="hers", user_id="u9", speaker="Maria López"),
        Draft(content="I am old.", id="sole", user_id="u8", speaker="Maria Silva"),
        Draft(content="Maria Silva sings well.", id="sings", user_id="ben"),
    )

    named = by_id(found(runtime))

    assert named["dinner"].act is named["hers"].act is None
    assert named["dinner"].confidence < 0.5
    assert all(named[one].act is None for one in ("sole", "sings") if one in named)
    assert named["owner"].act is Act.REDACT


def test_what_is_chosen_or_held_back_already_is_left_out(runtime: Runtime) -> None:
    history(runtime)
    remember(runtime, Draft(content="Maria López lent Ben a kayak.", id="kim", user_id="kim"))
    restrict(runtime, TENANT, ACTOR, "kim")
    chosen = (Chosen("a1", "dinner", Act.REDACT), Chosen("a1", "name", Act.ERASE))
    order = Order(Selector(subject_ids=("u1",), chosen=chosen))

    named = by_id(mentions_beside(runtime, TENANT, order))

    assert not {"dinner", "name", "kim"} & set(named)
    assert "call" in named


def test_own_memories_outside_an_order_are_no_mentions(runtime: Runtime) -> None:
    history(runtime)
    order = Order(Selector(subject_ids=("u1",), session_ids=("none",)))

    named = by_id(mentions_beside(runtime, TENANT, order))

    assert not {"own", "about"} & set(named)
    # The name under which she speaks is known from what the order leaves alone.
    assert "dinner" in named


def test_an_order_without_people_has_no_mentions(runtime: Runtime) -> None:
    history(runtime)

    assert mentions_beside(runtime, TENANT, Order(Selector(agent_id="a1"))) == Mentions()


def test_agents_are_looked_at_in_goes(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    history(runtime)
    every = found(runtime)
    monkeypatch.setattr(at, "AGENTS", 1)

    first = found(runtime)
    second = found(runtime, after="a1")

    assert (first.complete, first.following) == (False, "a1")
    assert (second.complete, second.following) == (True, None)
    assert set(first.found) | set(second.found) == set(every.found)
    assert {one.agent_id for one in found(runtime, agent_id="a2").found} == {"a2"}
    assert found(runtime, agent_id="nobody").found == ()


def test_so_many_are_told(runtime: Runtime) -> None:
    history(runtime)
    every = found(runtime)

    some = found(runtime, limit=2)

    assert (some.found, some.complete) == (every.found[:2], False)


def test_of_a_large_agent_the_index_tells(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(runtime)
    every = by_id(found(runtime))
    monkeypatch.setattr(at, "SMALL", 3)

    large = found(runtime)

    named = by_id(large)
    assert not large.complete
    # Nothing but texts and speakers is looked at there.
    assert set(every) - set(named) == {"owner", "tag", "fact"}
    assert {one: named[one] for one in named} == {one: every[one] for one in named}


def test_what_was_chosen_is_redacted_though_it_was_uncertain(runtime: Runtime) -> None:
    history(runtime)
    chosen = (Chosen("a1", "biscuits", Act.REDACT), Chosen("a1", "dinner", Act.REDACT))
    order = Order(Selector(subject_ids=("u1",), chosen=chosen))

    request = gone_on(runtime, receive(runtime, TENANT, ACTOR, order))

    assert is_closed(request)
    for one in ("biscuits", "dinner"):
        memory = readable(runtime, one)
        assert memory is not None
        assert "aria" not in memory.content
    assert not {"biscuits", "dinner"} & set(by_id(found(runtime)))
