"""What people tell of themselves and each other."""

from __future__ import annotations

import pytest

from memsvc.core.frames import Relation, frames_of
from memsvc.core.memory import Cardinality, Draft, Fact, Kind
from tests.core.frames.said import USER, read, stand, told


@pytest.mark.parametrize(
    ("content", "relation", "value"),
    [
        ("I live in Berlin.", "home", "berlin"),
        ("i live in berlin", "home", "berlin"),
        ("I've moved to Berlin.", "home", "berlin"),
        ("I just moved from Rome to Berlin last week.", "home", "berlin"),
        ("These days I live in Berlin.", "home", "berlin"),
        ("I'm based in Berlin now.", "home", "berlin"),
        ("The user lives in Berlin.", "home", "berlin"),
        ("User lives in Berlin", "home", "berlin"),
        ("The city where I live is Berlin.", "home", "berlin"),
        ("My name is Ana.", "name", "ana"),
        ("I am 34 years old.", "age", "34"),
        ("I turned 35.", "age", "35"),
        ("I work for Initech.", "employer", "initech"),
        ("My employer is Initech.", "employer", "initech"),
        ("I joined Initech in May.", "employer", "initech"),
        ("The company I work for is called Initech.", "employer", "initech"),
        ("I work as a nurse.", "occupation", "nurse"),
        ("I'm a nurse.", "occupation", "nurse"),
        ("I am married to Ben.", "spouse", "ben"),
        ("My husband is Ben.", "spouse", "ben"),
        ("I'm divorced.", "marital status", "divorced"),
        ("I'm vegan now.", "diet", "vegan"),
        ("My phone number changed from 555-1234 to 555-9999.", "phone number", "555-9999"),
        ("I changed my phone number to 555-9999.", "phone number", "555-9999"),
        ("My manager is Gwen.", "manager", "gwen"),
        ("I report to Gwen.", "manager", "gwen"),
        ("Gwen is my manager.", "manager", "gwen"),
        ("I prefer tea over coffee.", "preference (hot drink)", "tea"),
        ("User prefers dark mode.", "preference (mode)", "dark mode"),
    ],
)
def test_what_a_user_tells_of_themselves(content: str, relation: str, value: str) -> None:
    assert told(content) == [(USER, relation, value)]
    assert all(frame.first_person for frame in read(content))


def test_one_sentence_may_tell_more_than_one_thing() -> None:
    assert told("I live in Berlin and work for Initech.") == [
        (USER, "home", "berlin"),
        (USER, "employer", "initech"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("My favourite colour is blue.", "My favourite colour is teal."),
        ("My dog is called Rex.", "My dog's name is Bello."),
        ("My car is a Tesla.", "My car is a Fiat."),
        ("My wedding is on 5 May.", "My wedding is on June 7th."),
        ("The meeting is at 3 pm.", "The meeting was moved to 4 pm."),
        ("Our meeting is on Friday.", "Our meeting has been moved from Friday to Monday."),
        ("I work at a bakery.", "I work at a law firm."),
        ("I live in Berlin.", "I no longer live in Berlin."),
        ("I work for Initech.", "I quit my job at Initech."),
        ("I live in Berlin.", "I used to live in Berlin."),
        ("I'm not vegan.", "I'm vegan."),
    ],
)
def test_updates_contradict_what_was(one: str, other: str) -> None:
    assert stand(one, other) is Relation.CONTRADICTS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I love hiking.", "I love chess."),
        ("I'm allergic to nuts.", "I'm allergic to eggs."),
        ("My hobby is hiking.", "My hobby is chess."),
        ("I speak Greek.", "I speak Finnish."),
        ("I visited Rome in May.", "I visited Paris in June."),
        ("I ate pizza.", "I ate soup."),
        ("My sister lives in Rome.", "I live in Berlin."),
        ("My sister lives in Rome.", "My sister-in-law lives in Ulm."),
        ("I live in Berlin.", "I live in Germany."),
        ("I am from Spain.", "I live in Berlin."),
        ("I work for Initech.", "I also work for Hooli on the side."),
        ("The meeting is important.", "The meeting is at 3 pm."),
        ("The meeting is at 3 pm.", "The meeting is on Friday."),
        ("My son is called Tim.", "My daughter is called Zoe."),
        ("I have a son named Tim.", "I have a son named Tom."),
        ("The food was great.", "The food was terrible."),
        ("My ex-husband is Ben.", "My husband is Cy."),
        ("My first car was a Fiat.", "My car is a Tesla."),
        ("On Mondays the class is taught by Al.", "On Tuesdays the class is taught by Bo."),
        ("My database is Postgres.", "My database is Postgres 15.4."),
        ("I lived in Rome in 2010.", "I live in Berlin."),
        ("My sister's name is Clara.", "My sister's name is Johanna."),
        ("Ewan is a doctor.", "Ewan is a heart surgeon."),
        ("Ida is a barrister.", "Ida is a lawyer."),
    ],
)
def test_what_holds_side_by_side_does_not_contradict(one: str, other: str) -> None:
    assert stand(one, other) is Relation.UNRELATED


@pytest.mark.parametrize(
    "content",
    [
        "Does Ana live in Berlin?",
        "does Ana live in Berlin",
        "Ana might move to Berlin.",
        "Ana wants to live in Berlin.",
        "If Ana lives in Berlin, we can meet.",
        "Ben said that Ana lives in Berlin.",
        "Maybe Ana lives in Berlin.",
        "Ana will move to Berlin.",
        "Ana is moving to Berlin next month.",
        "Ana plans to move to Berlin.",
        "I wish I lived in Berlin.",
        "She lives in Berlin.",
        "Someone lives in Berlin.",
        "Ana lives in fear.",
        "I think Ana works for Initech.",
        "Hiking makes sense.",
        "That was the best day of my life.",
        "",
        "...",
    ],
)
def test_doubt_plans_and_hearsay_say_nothing(content: str) -> None:
    assert read(content) == ()


def test_the_speaker_is_known_by_name() -> None:
    mine = read("I live in Berlin.", speaker="Ana")
    of_ana = read("Ana lives in Berlin.")

    assert [frame.subject for frame in mine] == [frame.subject for frame in of_ana] == ["ana"]
    assert [mine[0].first_person, of_ana[0].first_person] == [True, False]
    assert read("My sister lives in Ulm.", speaker="Ana")[0].subject == "ana's sister"
    assert read("Ana's sister lives in Ulm.")[0].subject == "ana's sister"


def test_an_assistant_speaks_of_nobody_as_i() -> None:
    assert read("I live in Berlin.", role="assistant") == ()
    assert read("I live in Berlin.", role="user")[0].subject == USER


def test_a_fact_meets_plain_sentences() -> None:
    fact = Draft(
        content="Berlin", kind=Kind.SEMANTIC, user_id=USER, fact=Fact("Ana", "home", "Berlin")
    )
    verb = Draft(content="Berlin", user_id=USER, fact=Fact("Ana", "lives_in", "Berlin"))
    many = Draft(content="x", fact=Fact("Ana", "hobby", "Chess", Cardinality.MANY))
    other = Draft(content="x", fact=Fact("API", "rate limit", "5 rps"))

    for given in (fact, verb):
        (frame,) = frames_of(given)
        assert (frame.subject, frame.relation, frame.value) == ("ana", "home", "berlin")
    assert frames_of(many)[0].cardinality is Cardinality.MANY
    assert frames_of(other)[0].relation == "open:rate limit"
