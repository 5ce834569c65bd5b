from __future__ import annotations

import pytest

from memsvc.core.consolidation.facts import PatternExtractor
from memsvc.core.consolidation.stated import stated
from memsvc.core.frames import frames_of
from memsvc.core.frames.lexicon import KNOWN
from memsvc.core.memory import Cardinality, Channel, Draft, Fact, Kind, Trust
from tests.core.consolidation.conversations import START, turn

FACTS = PatternExtractor()


def facts(content: str, **fields: object) -> list[Draft]:
    said = turn(2, content, speaker="Ana", user_id="ana")._replace(**fields)  # type: ignore[arg-type]
    return list(FACTS.facts(said))


@pytest.mark.parametrize(
    ("content", "told", "predicate", "value"),
    [
        (
            "I live in Lisbon with my sister.",
            "Ana lives in Lisbon with their sister.",
            "home",
            "Lisbon",
        ),
        ("I moved to Porto!", "Ana moved to Porto.", "home", "Porto"),
        ("I work at Acme.", "Ana works at Acme.", "employer", "Acme"),
        ("My wife is called Dana.", "Ana's wife is called Dana.", "spouse", "Dana"),
        (
            "My favorite color is blue.",
            "Ana's favorite color is blue.",
            "favorite color",
            "blue",
        ),
    ],
)
def test_what_somebody_says_of_themselves(
    content: str, told: str, predicate: str, value: str
) -> None:
    [fact] = [one for one in facts(content) if one.fact and one.fact.predicate == predicate]

    assert fact.content == told
    assert fact.fact == Fact("Ana", predicate, value, Cardinality.ONE)
    assert fact.kind is Kind.SEMANTIC
    assert fact.source_ids == ("m2",)
    assert fact.valid_from is not None
    assert fact.valid_from > START
    assert (fact.user_id, fact.confidence, fact.session_id) == ("ana", 0.8, None)


def test_people_and_channel_are_those_of_the_turn() -> None:
    [fact] = facts("I live in Lisbon.", subject_ids=("dora",), channel=Channel.TOOL)

    assert fact.subject_ids == ("dora",)
    assert fact.channel is Channel.TOOL
    # Its sources decide.
    assert fact.trust is Trust.OPERATOR


def test_of_the_speakers_own_people_too() -> None:
    sister, home = facts("My sister Carla lives in Oslo.")

    assert sister.content == "Ana has a sister named Carla."
    assert home.content == "Ana's sister Carla lives in Oslo."


@pytest.mark.parametrize(
    "content",
    [
        "Where do I live?",
        "My favorite team is you!",
        "Ben lives in Oslo.",
        "It rains.",
        "I'm thinking about that.",
        "",
    ],
)
def test_what_says_nothing_certain_of_the_speaker(content: str) -> None:
    assert facts(content) == []


@pytest.mark.parametrize("role", ["assistant", "system", "tool"])
def test_not_of_what_is_no_person(role: str) -> None:
    assert facts("I live in Lisbon.", role=role) == []


def test_what_holds_no_more_is_told_by_name() -> None:
    [fact] = facts("I don't live in Lisbon anymore.")

    assert fact.content == "Ana does not live in Lisbon."
    assert fact.fact is None
    assert fact.speaker is None
    assert [one.negated for one in frames_of(fact)] == [True]


def test_each_once() -> None:
    assert len(facts("I live in Lisbon. I live in Lisbon!")) == 1


def test_who_has_neither_name_nor_id_is_the_user() -> None:
    [fact] = facts("I live in Lisbon.", speaker=None, user_id=None, role="user")

    assert fact.content == "The user lives in Lisbon."


@pytest.mark.parametrize(
    ("relation", "value"),
    [("home", "Lisbon"), ("employer", "Acme"), ("spouse", "Dana"), ("place of birth", "Oslo")],
)
def test_a_fact_that_is_stated_is_read_as_the_same_fact(relation: str, value: str) -> None:
    """What contradicts the turn contradicts the fact."""
    said = turn(2, stated("Ana", relation, value), speaker=None)

    assert (relation, value.lower()) in {(one.relation, one.value) for one in frames_of(said)}


def test_every_relation_can_be_stated() -> None:
    for relation in KNOWN:
        sentence = stated("Ana", relation, "this")
        assert sentence.startswith("Ana")
        assert "this" in sentence
        assert sentence.endswith(".")
