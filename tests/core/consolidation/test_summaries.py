from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.consolidation.sentences import central, spoken_sentences
from memsvc.core.consolidation.summaries import (
    DAY_BUDGET,
    SESSION_BUDGET,
    day_summary,
    global_summary,
    session_summary,
    stands_for_day,
)
from memsvc.core.consolidation.view import as_if_written
from memsvc.core.memory import Kind, Memory, Status
from tests.core.consolidation.conversations import LINES, START, conversation, conversations, turn
from tests.core.made import NOW


def summarised(*contents: str, session: int = 0, first: int = 1) -> Memory:
    draft = session_summary(conversation(*contents, session=session, first=first))
    assert draft is not None
    return as_if_written(replace(draft, id=f"summary-{session}"), 100 + session, NOW)


def test_it_shows_what_was_said_with_day_and_speaker() -> None:
    draft = session_summary(conversation(*LINES[:8]))

    assert draft is not None
    lines = draft.content.splitlines()
    assert "2026-02-02 Bob: I painted the harbour of Lisbon on Monday with my sister." in lines
    # Neither praise nor a question about nothing.
    assert not any("Wow" in line or "How are you" in line for line in lines)
    assert draft.kind is Kind.EPISODIC
    assert draft.tags == ("summary",)
    assert draft.metadata == {"summary": "session", "session_id": "s0"}
    assert draft.event_time == START + timedelta(minutes=8)
    assert draft.source_ids == tuple(f"m{number}" for number in range(1, 9))


def test_what_repeats_is_said_once() -> None:
    again = [*LINES[:3], LINES[0].upper(), LINES[0]]
    draft = session_summary(conversation(*again))

    assert draft is not None
    assert draft.content.lower().count("harbour") == 1


def test_it_keeps_to_its_budget_and_shows_whole_sentences() -> None:
    long = [f"I bought house number {at} in street {at + 7} of Lisbon." for at in range(60)]
    draft = session_summary(conversation(*long))

    assert draft is not None
    assert SESSION_BUDGET / 2 < len(draft.content) <= SESSION_BUDGET
    assert all(line.endswith(".") for line in draft.content.splitlines())


def test_an_endless_sentence_is_cut_at_a_word() -> None:
    words = " ".join(f"word{at}" for at in range(400))
    draft = session_summary(conversation(words, *LINES[:3]))

    assert draft is not None
    [cut] = [line for line in draft.content.splitlines() if "word0" in line]
    assert cut.endswith("…")
    assert len(cut) < 340


def test_of_too_little_there_is_none() -> None:
    assert session_summary(conversation(*LINES[:3])) is None
    assert session_summary(conversation(*["Wow, great!"] * 9)) is None
    assert session_summary([]) is None
    assert day_summary([]) is None
    assert global_summary([]) is None


def test_what_is_not_believed_is_left_out() -> None:
    turns = conversation(*LINES[:6])
    turns[0] = turns[0]._replace(status=Status.QUARANTINED)
    draft = session_summary(turns)

    assert draft is not None
    assert "harbour" not in draft.content
    assert "m1" not in draft.source_ids


def test_it_is_ascribed_to_whom_all_of_it_is() -> None:
    turns = conversation(*LINES[:6])
    of_ana = [one._replace(user_id="ana", subject_ids=("bob", "carla")) for one in turns]
    of_ana[2] = of_ana[2]._replace(subject_ids=("carla", "dora"))
    mixed, alone = session_summary(turns), session_summary(of_ana)

    assert mixed is not None
    assert alone is not None
    assert (mixed.user_id, mixed.subject_ids) == (None, ())
    assert (alone.user_id, alone.subject_ids) == ("ana", ("carla",))


def test_a_day_is_summed_up_from_its_sessions() -> None:
    first = summarised(*LINES[:4])
    second = summarised(*LINES[2:6], first=11)._replace(id="summary-b", number=101)
    draft = day_summary([first, second])

    assert draft is not None
    assert len(draft.content) <= DAY_BUDGET
    assert draft.metadata == {"summary": "day", "day": "2026-02-02"}
    assert draft.source_ids == ("summary-0", "summary-b")
    lines = {*first.content.splitlines(), *second.content.splitlines()}
    assert set(draft.content.splitlines()) <= lines
    assert draft.content.count("violin") == 1


def test_the_only_session_of_a_day_stands_for_it() -> None:
    alone = summarised(*LINES[:4])

    assert day_summary([alone]) is None
    assert stands_for_day([alone]) is alone
    assert stands_for_day([]) is None
    # One that now ended on another day is of that one.
    other = summarised(*LINES[:4], session=1, first=11)
    assert day_summary([alone, other]) is None
    assert stands_for_day([alone, other]) is alone


def test_all_is_summed_up_from_days() -> None:
    days = [summarised(*LINES[:5], session=at, first=10 * at + 1) for at in range(3)]
    draft = global_summary(days)

    assert draft is not None
    assert draft.metadata == {"summary": "global"}
    assert draft.event_time == days[-1].event_time
    assert global_summary(days[:1]) is None


@given(turns=conversations(), random=st.randoms(use_true_random=False))
def test_the_order_in_which_sources_come_changes_nothing(
    turns: list[Memory], random: Random
) -> None:
    shuffled = list(turns)
    random.shuffle(shuffled)

    assert session_summary(shuffled) == session_summary(turns)


@given(turns=conversations(), gone=st.sets(st.integers(1, 24)))
def test_it_knows_nothing_of_what_is_gone(turns: list[Memory], gone: set[int]) -> None:
    """As if the others had never been there, whatever their numbers."""
    left = [one for one in turns if one.number not in gone]
    renumbered = [one._replace(number=place) for place, one in enumerate(left, 1)]
    of_left, alone = session_summary(left), session_summary(renumbered)

    assert (of_left is None) == (alone is None)
    if of_left is not None and alone is not None:
        assert of_left == alone


@pytest.mark.parametrize("text", ["", " ", "\n\n", "?", "…", "\u0301" * 50, "a" * 5_000])
def test_odd_texts_are_survived(text: str) -> None:
    assert central(spoken_sentences([turn(1, text)]), 100) == [] or len(text) > 1_000
