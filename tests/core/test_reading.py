"""How a question is read."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.people import Names
from memsvc.core.reading import Reading, plainly, read
from memsvc.core.temporal import intervals
from tests.core.made import NOW

LONGEST = 8192
SPEAKERS = ("Ana", "Bob", "Eve", "James", "Ana Maria")
SPOKEN_OF = ("Lena", "Kai")


def ask(query: str, *speakers: str) -> Reading:
    """Read a question among people who speak, and two who are spoken of."""
    names = Names()
    names.add(speakers or SPEAKERS, SPOKEN_OF)
    return read(query, names.mentions(query), NOW)


@pytest.mark.parametrize(
    ("query", "neutral"),
    [
        ("What did Ana paint?", "What did I paint?"),
        ("What is Ana's plan?", "What is my plan?"),
        ("What is Ana\u2019s plan?", "What is my plan?"),
        ("What is James' plan?", "What is my plan?"),
        ("What'll Ana'll paint?", "What'll I'll paint?"),
        ("Ana", "I"),
        ("Did Ana tell Bob of Eve's dog?", "Did I tell I of my dog?"),
        ("What did Ana Maria paint?", "What did I paint?"),
        ("what did ana paint?", "what did I paint?"),
        ("What does Ana think of Lena's plan?", "What does I think of Lena's plan?"),
        ("What did Lena paint?", "What did Lena paint?"),
        ("Who studies Anatomy?", "Who studies Anatomy?"),
        ("", ""),
    ],
)
def test_speakers_become_the_first_person(query: str, neutral: str) -> None:
    found = ask(query)

    assert found.neutral == neutral
    assert found.text == query


@given(st.text(max_size=40))
def test_among_strangers_a_question_stays_as_it_is(query: str) -> None:
    found = read(query, [], NOW)

    assert found.neutral == found.text == query
    assert found.people == frozenset()


@given(st.lists(st.sampled_from(["Ana", "Ana's", "Lena", " and ", " , ", "?", "s", " "])))
def test_whatever_is_no_speaker_is_kept(parts: list[str]) -> None:
    query = "".join(parts)
    names = Names()
    names.add(["Ana"], ["Lena"])
    mentions = names.mentions(query)

    left, end = [], 0
    for one in mentions:
        if one.speaks:
            left.append(query[end : one.start])
            end = one.end
    # The replacements hold a capital I or a y, and nothing else of the question does.
    neutral = read(query, mentions, NOW).neutral
    assert neutral.replace("my", "").replace("I", "") == "".join([*left, query[end:]])


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("What did Ana paint?", {"ana"}),
        ("What did Ana's sister paint for Ana?", {"ana"}),
        ("What did Ana and Bob paint?", {"ana", "bob"}),
        ("What did Ana or Bob paint?", {"ana", "bob"}),
        ("What did Ana & Bob paint?", {"ana", "bob"}),
        ("What are Ana's and Bob's hobbies?", {"ana", "bob"}),
        ("Did Ana, Bob or Eve paint?", {"ana", "bob", "eve"}),
        ("Did Ana, Bob, and Eve paint?", {"ana", "bob", "eve"}),
        ("Did Ana,Bob , AND\nEve paint?", {"ana", "bob", "eve"}),
        ("What did Ana tell Bob and Eve?", {"bob", "eve"}),
        ("What do Ana and Bob think of Eve?", {"ana", "bob"}),
        ("What do Ana and Bob think of James and Eve?", {"ana", "bob"}),
        ("What does Ana think of Bob's plan?", {"ana"}),
        ("Whose is Bob's plan that Ana likes?", {"ana"}),
        ("Does Bob's plan differ from Ana's?", {"bob"}),
        ("Does Ana like what Bob, who is ill, said to Eve?", {"ana"}),
        ("What did Ana hand Bob?", {"ana"}),
        ("Did Ana thank Ana?", {"ana"}),
        ("What did Kai and Lena do?", {"kai", "lena"}),
        ("What was painted?", set()),
    ],
)
def test_who_acts_is_asked_for_before_who_owns(query: str, people: set[str]) -> None:
    assert ask(query).people == people


@pytest.mark.parametrize(
    "query",
    [
        "What books has Ana read?",
        "Which books did Ana read?",
        "What kinds of food does Ana like?",
        "What outdoor activities does Ana like?",
        "How many pets are there?",
        "How often was it?",
        "Are both of them painters?",
        "WHAT BOOKS?",
    ],
)
def test_a_plural_is_found_in_several_places(query: str) -> None:
    assert ask(query).several


@pytest.mark.parametrize(
    "query",
    [
        "What is it?",
        "What was painted?",
        "What does Ana like?",
        "What does James like?",
        "Which does James like?",
        "What did James' son say?",
        "What has Bob read?",
        "What is this?",
        "What is his name?",
        "Which dress was red?",
        "What color is it?",
        "Where are the books?",
        "",
    ],
)
def test_one_thing_is_found_in_one_place(query: str) -> None:
    assert not ask(query).several


@pytest.mark.parametrize(
    ("query", "when"),
    [
        ("When did Ana paint?", True),
        ("Tell me when it was", True),
        ("What date was it?", True),
        ("Which year?", True),
        ("How long did it take?", True),
        ("What times?", False),
        ("Whenever", False),
        ("How far is it?", False),
    ],
)
def test_a_time_is_asked_for(query: str, when: bool) -> None:
    assert ask(query).when is when


@pytest.mark.parametrize(
    ("query", "own", "reply"),
    [
        ("What is my name?", True, False),
        ("Where do I live?", True, False),
        ("what i\u2019ve read", True, False),
        ("Who called us?", True, False),
        ("Who is president of the US?", False, False),
        ("What did you recommend to me?", False, True),
        ("What have you said?", False, True),
        ("Which list you gave me?", False, True),
        ("You just told me a name", False, True),
        ("The book you described", False, True),
        ("Thank you for my book", True, False),
        ("What did Ana tell me?", False, False),
        ("What is the name?", False, False),
        ("mystery, Imine, ours", False, False),
    ],
)
def test_one_asks_for_what_is_ones_own_or_what_the_other_said(
    query: str, own: bool, reply: bool
) -> None:
    found = ask(query)

    assert (found.own, found.reply) == (own, reply)


def test_times_are_seen_from_the_reference() -> None:
    query = "What did Ana paint last week?"
    early = datetime(2020, 1, 1, tzinfo=UTC)

    assert ask(query).intervals == intervals(query, NOW)
    assert read(query, [], early).intervals == intervals(query, early) != intervals(query, NOW)
    assert len(ask(query).intervals) == 1


def test_a_question_may_be_taken_at_its_words() -> None:
    query = "When did you tell me of my books last week?"

    assert plainly(query) == Reading(text=query, neutral=query)
    assert read(query, [], NOW) != plainly(query)


@pytest.mark.parametrize(
    "hostile", ["Ana, ", "Ana ", "Ana's and ", "what ", "what a", " ", ",", "you ", "you a ", "s "]
)
def test_a_long_question_is_read_in_no_time(hostile: str) -> None:
    for query in ((hostile * LONGEST)[:LONGEST], f"Ana, {' ' * LONGEST}.Bob {hostile}"):
        begun = time.process_time()
        ask(query)
        assert time.process_time() - begun < 0.25
