"""What people say about themselves becomes facts, family by family; what they do not say, none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsvc.core.consolidation.facts import MOST, PatternExtractor
from memsvc.core.consolidation.said_clauses import may_tell
from memsvc.core.memory import Cardinality, Channel, Draft
from tests.core.consolidation.conversations import turn

FACTS = PatternExtractor()
AT = datetime(2026, 2, 4, 9, tzinfo=UTC)


def facts(content: str, **fields: object) -> list[Draft]:
    told = turn(2, content, speaker="Ana", user_id="ana", event_time=AT)
    return list(FACTS.facts(told._replace(**fields)))  # type: ignore[arg-type]


def contents(content: str, **fields: object) -> list[str]:
    return [one.content for one in facts(content, **fields)]


TOLD = [
    ("I'm Lena, by the way.", "Ana's name is Lena.", "name"),
    ("Call me Lena.", "Ana's name is Lena.", "name"),
    ("Oh, my name's Tomasz.", "Ana's name is Tomasz.", "name"),
    ("I'm 29.", "Ana is 29.", "age"),
    ("I'm 34 years old.", "Ana is 34 years old.", "age"),
    ("My birthday is on March 3rd.", "Ana's birthday is on March 3rd.", "plans"),
    ("I was born in Lima.", "Ana was born in Lima.", "place of birth"),
    ("I'm from Porto.", "Ana is from Porto.", "origin"),
    ("I live in Leeds with my two cats.", "Ana lives in Leeds with their two cats.", "home"),
    ("We moved to Porto in May.", "Ana moved to Porto in May.", "home"),
    ("i live in Leeds", "Ana lives in Leeds.", "home"),
    ("I work for a small agency.", "Ana works for a small agency.", "employer (kind)"),
    ("I started at Northwind in March.", "Ana started at Northwind in March.", "employer"),
    ("I'm a night nurse.", "Ana is a night nurse.", "occupation"),
    ("I repair violins.", "Ana repairs violins.", "occupation"),
    ("I run a bakery.", "Ana runs a bakery.", "occupation"),
    ("I retired in 2020.", "Ana retired in 2020.", "occupation"),
    ("I'm studying biology.", "Ana is studying biology.", "education"),
    ("I passed my driving test!", "Ana passed their driving test.", "education"),
    ("I'm married to Paul.", "Ana is married to Paul.", "spouse"),
    ("My husband Paul called.", "Ana's husband is called Paul.", "spouse"),
    ("We have three kids.", "Ana has three kids.", "children"),
    ("I have a daughter named Mia.", "Ana has a daughter named Mia.", "children"),
    ("My son is seven years old.", "Ana's son is seven years old.", "age"),
    ("I saw my little brother Nuno.", "Ana has a little brother named Nuno.", "siblings"),
    ("I'm expecting twins.", "Ana is expecting twins.", "children"),
    ("I have two dogs.", "Ana has two dogs.", "pets"),
    ("I adopted a puppy named Rufus.", "Ana adopted a puppy named Rufus.", "pets"),
    ("You'll meet Paganini, my tomcat.", "Ana has a tomcat named Paganini.", "pets"),
    ("Our cat Luna died in March.", "Ana's cat Luna died in March.", "events"),
    ("I'm allergic to cats.", "Ana is allergic to cats.", "allergies"),
    ("I have asthma.", "Ana has asthma.", "conditions"),
    ("I broke my arm skiing.", "Ana broke their arm skiing.", "conditions"),
    ("My knee hurts when it's cold.", "Ana's knee hurts.", "conditions"),
    ("I'm pregnant.", "Ana is pregnant.", "conditions"),
    ("I take insulin every day.", "Ana takes insulin every day.", "medication"),
    ("I'm vegan.", "Ana is vegan.", "diet"),
    ("I don't eat gluten.", "Ana does not eat gluten.", "diet"),
    ("I never drink coffee.", "Ana never drinks coffee.", "diet"),
    ("I can't eat nuts.", "Ana cannot eat nuts.", "diet"),
    ("I love anything with lemon.", "Ana loves anything with lemon.", "likes"),
    ("I hate mushrooms.", "Ana hates mushrooms.", "dislikes"),
    ("I can't stand loud music.", "Ana cannot stand loud music.", "dislikes"),
    ("I prefer window seats.", "Ana prefers window seats.", "likes"),
    ("I'm a big fan of jazz.", "Ana is a big fan of jazz.", "likes"),
    ("My favourite food is ramen.", "Ana's favourite food is ramen.", "favourite food"),
    ("I play the cello.", "Ana plays the cello.", "hobbies"),
    ("I've taken up archery.", "Ana has taken up archery.", "hobbies"),
    ("I volunteer at a shelter.", "Ana volunteers at a shelter.", "activities"),
    ("We're getting married on June 5.", "Ana is getting married on June 5.", "plans"),
    ("I have an interview on Monday.", "Ana has an interview on Monday.", "plans"),
    ("I'm going to visit my aunt in May.", "Ana is going to visit their aunt in May.", "plans"),
    ("I'd like to learn Welsh.", "Ana would like to learn Welsh.", "goals"),
    ("I'm planning to buy a house.", "Ana is planning to buy a house.", "goals"),
    ("I bought a red bicycle.", "Ana bought a red bicycle.", "possessions"),
    ("I've got an old Saab.", "Ana has got an old Saab.", "possessions"),
    ("Just bought a new bike!", "Ana bought a new bike.", "possessions"),
    ("I sold my car.", "Ana sold their car.", "possessions"),
    ("I speak Catalan.", "Ana speaks Catalan.", "languages"),
    ("I can play the piano.", "Ana can play the piano.", "skills"),
    ("I can't cook, you know that.", "Ana cannot cook.", "skills"),
    ("I used to be a courier.", "Ana used to be a courier.", "past"),
    ("I stopped smoking.", "Ana stopped smoking.", "no longer"),
    ("I quit my job.", "Ana quit their job.", "employer"),
    ("We broke up.", "Ana broke up.", "partner"),
    ("I'm no longer at the practice.", "Ana is no longer at the practice.", "no longer"),
    ("My sister Wanda moved to Oslo.", "Ana's sister Wanda moved to Oslo.", "home"),
    ("My dad is a pilot.", "Ana's dad is a pilot.", "occupation"),
    ("I translate novels.", "Ana translates novels.", "activities"),
    ("I juggle every morning.", "Ana juggles every morning.", "habits"),
    ("I tuned my harp yesterday.", "Ana tuned their harp yesterday (2026-02-03).", "events"),
    ("I need to renew my passport by May.", "Ana needs to renew their passport by May.", "plans"),
    ("I'm off to Bergen on Friday.", "Ana is off to Bergen on Friday.", "plans"),
    ("I'm the treasurer of our club.", "Ana is the treasurer of their club.", "identity"),
    ("My brother Tom juggles on Sundays.", "Ana's brother Tom juggles on Sundays.", "habits"),
    ("I have a stall at the market.", "Ana has a stall at the market.", "possessions"),
    ("We had a flood last winter.", "Ana had a flood last winter (2024-12 to 2025-02).", "events"),
    ("My husband's a pilot.", "Ana's husband is a pilot.", "occupation"),
    ("My wife's from Peru.", "Ana's wife is from Peru.", "origin"),
    ("I'm in the choir.", "Ana is in the choir.", "membership"),
    ("I'm up at five every day.", "Ana is up at five every day.", "habits"),
    ("My exam is next Wednesday.", "Ana's exam is next Wednesday (2026-02-11).", "plans"),
    ("Green is my favourite colour.", "Ana's favourite colour is Green.", "favourite colour"),
    ("Our daughter Lea is four.", "Ana's daughter Lea is four.", "age"),
    ("My mother turns seventy in June.", "Ana's mother turns seventy in June.", "age"),
    ("Marta and I adopted a dog.", "Ana adopted a dog.", "pets"),
]


@pytest.mark.parametrize(("said", "told", "predicate"), TOLD)
def test_what_somebody_tells(said: str, told: str, predicate: str) -> None:
    found = {one.content: one.fact for one in facts(said)}

    assert told in found
    fact = found[told]
    assert fact is not None
    assert fact.predicate == predicate
    assert fact.subject.startswith("Ana")


@pytest.mark.parametrize(
    "said",
    [
        "Do you think I live in Oslo?",
        "I wish I had a dog.",
        "I might move to Rome.",
        "Maybe I'll buy a car.",
        "If I had a car, I'd drive to Rome.",
        "If I move to Rome, I will buy a car.",
        "I would buy a house.",
        "I should sell my car.",
        "We should get a dog.",
        "I almost bought a car.",
        "She said I work at Acme.",
        "My sister told me I live in a dream.",
        '"I live in Oslo," he said.',
        "I'm kidding, I bought a house.",
        "I dreamed I lived in Rome.",
        "Let me know when you live in Oslo.",
        "You live in Oslo.",
        "Please call me later.",
        "I love you.",
        "I love your new car.",
        "I love it when it rains.",
        "I like it.",
        "I got it.",
        "I read that.",
        "I know a guy who has a boat.",
        "I'm so tired.",
        "I'm Happy!",
        "I'm a bit late.",
        "I'm in a hurry.",
        "I'm here.",
        "I'm so happy for you!",
        "I'm sure it works.",
        "I'm going to be late.",
        "I'll do it tomorrow.",
        "I was thinking about it.",
        "I have to go.",
        "I have no idea.",
        "I have a question.",
        "I had a great time.",
        "My day was long.",
        "My phone is dead.",
        "My idea is simple.",
        "She works at a bank.",
        "When I was ten, it rained.",
        "I got a great turnout.",
        "I got a surge of energy.",
        "I look after myself.",
        "I volunteered.",
        "I love the freedom it brings.",
        "I agree with the plan.",
        "I appreciate the help.",
        "I cleaned the kitchen.",
        "I'm running late.",
        "I'm cooking dinner.",
        "I called my mom.",
        "I'm looking for the key.",
        "I have a headache.",
        "I have an amazing family.",
        "I have a big day tomorrow.",
        "I think about it every day.",
        "I feel better every day.",
        "Sounds great!",
    ],
)
def test_what_tells_nothing_that_lasts(said: str) -> None:
    assert contents(said) == []


def test_clauses_of_one_sentence() -> None:
    said = "I sold my bike and bought a used Kia, but my wife Eri drives a Volvo."

    assert contents(said) == [
        "Ana's wife is called Eri.",
        "Ana sold their bike.",
        "Ana bought a used Kia.",
        "Ana's wife Eri drives a Volvo.",
    ]


def test_she_is_who_was_named_last() -> None:
    said = "My wife Eri got a post at the university. She's a seismologist. He's a baker."

    assert "Ana's wife Eri is a seismologist." in contents(said)
    assert not any("baker" in one for one in contents(said))


def test_at_most_so_many_of_one_turn() -> None:
    said = " ".join(f"I own a boat named Pip{'abcdefghijk'[at]}." for at in range(10))

    assert len(facts(said)) == MOST


def test_times_are_told_as_dates_too() -> None:
    [bought] = facts("I bought a used Kia yesterday.")

    assert bought.content == "Ana bought a used Kia yesterday (2026-02-03)."
    assert bought.valid_from == datetime(2026, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ("I live in Oslo.", AT),
        ("I've lived in Oslo since 2019.", datetime(2019, 1, 1, tzinfo=UTC)),
        # By the end of May it had happened.
        ("We moved to Porto in May.", datetime(2025, 5, 31, tzinfo=UTC)),
        # What is to come tells nothing of since when it is planned.
        ("I have an interview on Monday.", AT),
        ("I'm flying to Rome next week.", AT),
    ],
)
def test_since_when_it_holds(said: str, since: datetime) -> None:
    [fact] = facts(said)

    assert fact.valid_from == since


def test_without_a_time_there_is_none() -> None:
    [fact] = facts("I bought a used Kia yesterday.", event_time=None)

    assert fact.content == "Ana bought a used Kia yesterday."
    assert fact.valid_from is None


def test_one_value_only_where_it_is_read_as_such() -> None:
    one, many = facts("I live in Oslo.")[0], facts("I have a dog named Rex.")[0]

    assert one.fact is not None
    assert many.fact is not None
    assert one.fact.cardinality is Cardinality.ONE
    assert many.fact.cardinality is Cardinality.MANY


def test_an_agent_says_nothing_of_itself() -> None:
    nobody = {"speaker": None, "user_id": None, "role": None}

    assert facts("I live in Lisbon.", channel=Channel.AGENT, **nobody) == []
    assert facts("I live in Lisbon.", channel=Channel.USER, **nobody) != []


def test_what_cannot_tell_is_seen_at_once() -> None:
    assert not may_tell("Wow, that looks great! How are you?")
    assert may_tell("Call me Lena.")


_WORDS = (  # noqa: SIM905
    "I my we our she he they am is was have had been going to want not never no longer quit got a "
    "an the dog cat wife sister named Mia Oslo Acme in at from on Monday last week 2019 , . ! ? ' "
    "and but because fan of member broke up with job moved live work like love than if \u00b2 30"
).split()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join) | st.text(max_size=300))
def test_any_words_give_short_facts_of_the_turn_and_the_same_each_time(said: str) -> None:
    found = facts(said)

    assert found == facts(said)
    assert len(found) <= MOST
    for one in found:
        assert one.source_ids == ("m2",)
        assert 0.0 < one.confidence <= 1.0
        assert one.content.strip()
