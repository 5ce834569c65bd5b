"""What is not worth a memory of its own, and what only looks like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.admission import (
    BOILERPLATE,
    EMPTY,
    NO_GIST,
    gist,
    rejection,
    repeats,
    restates,
)
from memsvc.core.memory import Channel, Draft, Fact, Kind
from tests.core.made import NOW, memory

MOVED = "I moved to Lisbon last week."


def turn(content: str = MOVED, **fields: Any) -> Draft:
    """What a user says in a session."""
    said = {"user_id": "u1", "session_id": "s1", "role": "user", "channel": Channel.USER}
    return Draft(**{"content": content, **said, **fields})


def reply(content: str, **fields: Any) -> Draft:
    """What the agent says, in another session."""
    said = {"user_id": "u1", "session_id": "s2", "role": "assistant"}
    return Draft(**{"content": content, **said, **fields})


def taken_for(draft: Draft, other: Draft) -> bool:
    """Whether the one is taken for the other, and the index would have proposed it."""
    alike = repeats(draft, other) or restates(draft, other)
    if gist(draft) == NO_GIST:
        return False
    assert not alike or gist(draft) == gist(other)
    return alike


@pytest.mark.parametrize("content", ["!", "...", " \n-- ", "👍", "🎉🎉 !!", "—", "\u200b", "¿?"])
def test_without_letters_or_digits_there_is_nothing(content: str) -> None:
    assert rejection(reply(content)) == EMPTY
    assert rejection(turn(content, session_id=None)) == EMPTY
    assert rejection(Draft(content=content, kind=Kind.SEMANTIC)) == EMPTY
    # Of a conversation every turn of a person is kept.
    assert rejection(turn(content)) is None
    assert rejection(Draft(content=content, speaker="Ana", session_id="s1")) is None


@pytest.mark.parametrize(
    "content", ["ok", "thanks!", "7", "é", "東京", "\u0430", "½", "👍 ok", "1️⃣", "no.", "K."]
)
def test_the_shortest_word_is_one(content: str) -> None:
    assert rejection(turn(content)) is None


def test_only_an_assistant_s_phrases_tell_nothing() -> None:
    phrase = "I'm sorry, but I can't help with that."

    assert rejection(reply(phrase)) == BOILERPLATE
    assert rejection(Draft(content=phrase)) == BOILERPLATE
    assert rejection(turn(phrase)) is None
    assert rejection(Draft(content=phrase, channel=Channel.TOOL)) is None
    assert rejection(Draft(content=phrase, role="system")) is None
    # Derived by somebody on purpose.
    assert rejection(replace(reply(phrase), source_ids=("m1",))) is None


@pytest.mark.parametrize(
    "content",
    [
        "You moved to Lisbon last week!",
        "I moved to Lisbon last week",
        "You mentioned that you moved to Lisbon last week.",
        "I remember you moved to the Lisbon last week",
        "Oh yes, you really moved to Lisbon last week.",
    ],
)
def test_an_agent_says_once_more_what_a_user_said(content: str) -> None:
    assert restates(reply(content), turn())
    assert taken_for(reply(content), turn())


@pytest.mark.parametrize(
    "content",
    [
        "You moved to Porto last week.",
        "You did not move to Lisbon last week.",
        "You never moved to Lisbon last week.",
        "You moved to Lisbon last month.",
        "You moved from Lisbon last week.",
        "You moved to Lisbon last week?",
        "She moved to Lisbon last week.",
        "We moved to Lisbon last week.",
        "Last week you moved to Lisbon.",
        "You moved to Lisbon two weeks ago.",
        "You moved to Lisbon last week 😢",
    ],
)
def test_other_words_are_another_statement(content: str) -> None:
    assert not taken_for(reply(content), turn())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It was -5 degrees in Oslo today.", "It was 5 degrees in Oslo today."),
        ("The rate rose by 3.5 per cent today.", "The rate rose by 3 5 per cent today."),
        ("I write C++ code every day.", "I write C code every day."),
        ("The price went up 5% today.", "The price went up $5 today."),
        ("I will lend you my book tomorrow.", "I will lend you your book tomorrow."),
        ("Ana lent Ben a book today.", "Ben lent Ana a book today."),
        ("I passed the exam today 😀", "I passed the exam today 😢"),
    ],
)
def test_what_turns_a_statement_around_is_seen(one: str, other: str) -> None:
    assert not taken_for(reply(one), turn(other))
    assert not taken_for(turn(one), turn(other))


def test_from_the_other_side_it_is_the_same_book() -> None:
    mine = turn("I will lend you my book tomorrow.")

    assert restates(reply("You will lend me your book tomorrow."), mine)


@pytest.mark.parametrize(
    "differs",
    [
        {"user_id": "u2"},
        {"user_id": None},
        {"subject_ids": ("u3",)},
        {"kind": Kind.SEMANTIC},
        {"source_ids": ("m1",)},
        {"kind": Kind.SEMANTIC, "fact": Fact("Ana", "lives in", "Lisbon")},
    ],
)
def test_only_of_the_same_people_and_kind_and_never_of_what_is_derived(
    differs: dict[str, Any],
) -> None:
    assert taken_for(reply(MOVED), turn())
    assert not taken_for(reply(MOVED, **differs), turn())
    assert not taken_for(reply(MOVED), turn(**differs))
    assert not taken_for(turn("Well, I moved to Lisbon last week!", **differs), turn())


def test_a_user_repeats_in_one_session_only() -> None:
    again = "Oh, I really moved to Lisbon last week!"

    assert taken_for(turn(again), turn())
    assert not taken_for(turn(again, session_id="s2"), turn())
    assert not taken_for(turn(again, session_id=None), turn(session_id=None))
    assert not taken_for(turn(again, speaker="Ana"), turn(speaker="Ben"))
    assert not taken_for(turn("You moved to Lisbon last week!"), turn())


@pytest.mark.parametrize("content", ["ok", "Thanks a lot!", "Yes, please do", "no no no"])
def test_few_words_are_a_turn_of_their_own(content: str) -> None:
    assert not taken_for(turn(f"{content}!"), turn(content))
    assert not taken_for(reply(f"{content}!"), turn(content))


def test_a_dated_statement_of_nobody_in_particular_is_news() -> None:
    note = Draft(content="The office is in Lisbon now.")
    later = replace(note, content="The office is in Lisbon now", valid_from=NOW)

    assert taken_for(replace(later, valid_from=None), note)
    assert not taken_for(later, note)
    assert not taken_for(replace(note, event_time=NOW - timedelta(days=1)), note)
    # A turn of a conversation has a time of its own, and says nothing of when it holds.
    assert taken_for(reply("You moved to Lisbon last week", event_time=NOW), turn())


def test_a_memory_is_compared_as_a_draft_is() -> None:
    draft = turn()
    stored = memory(content=draft.content, user_id="u1", session_id="s1", role="user")

    assert gist(stored) == gist(draft)
    assert restates(reply("You moved to Lisbon last week!"), stored)


texts = st.lists(
    st.sampled_from("I you the a moved to Lisbon Porto not 5 Ana was happy".split()),  # noqa: SIM905
    max_size=12,
).map(" ".join)


@given(one=texts, other=texts)
def test_what_is_taken_for_another_has_its_gist(one: str, other: str) -> None:
    taken_for(reply(one), turn(other))
    taken_for(turn(one), turn(other))


@given(one=texts, other=texts)
def test_a_user_s_repetition_says_the_same_either_way(one: str, other: str) -> None:
    assert repeats(turn(one), turn(other)) is repeats(turn(other), turn(one))


@given(st.text(max_size=450))
def test_any_text_has_a_gist_or_none(content: str) -> None:
    draft = turn(content)
    assert isinstance(gist(draft), int)
    if gist(draft) != NO_GIST:
        assert repeats(draft, draft)
        assert restates(reply(content), draft)
