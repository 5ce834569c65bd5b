from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.consolidation.recurrences import recurrence, recurrences, statements_of
from memsvc.core.memory import Kind, Memory
from tests.core.consolidation.conversations import START, conversations, turn

SWIM = "I always swim before breakfast."


def said(number: int, content: str, session: int, **fields: object) -> Memory:
    return turn(number, content, session, **{"speaker": "Ana", "user_id": "ana", **fields})


def test_what_is_said_in_two_sessions_becomes_a_fact() -> None:
    turns = [
        said(1, SWIM, 0),
        said(2, "It rains. I always swim before my breakfast!", 1),
        said(3, "I never swim.", 1),
    ]
    [found] = recurrences(turns)
    draft = recurrence(found.turns)

    assert draft is not None
    assert draft.content == 'Ana said repeatedly: "I always swim before my breakfast!"'
    assert draft.kind is Kind.SEMANTIC
    assert draft.source_ids == ("m1", "m2")
    assert draft.valid_from == turns[0].event_time
    assert draft.valid_from is not None
    assert draft.valid_from >= START
    assert draft.confidence == 0.75
    assert draft.user_id == "ana"


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ("I do not always swim before breakfast.", {}),
        ("I always swim before dinner.", {}),
        ("Do I always swim before breakfast?", {}),
        (SWIM, {"speaker": "Bob", "user_id": "bob"}),
        (SWIM, {"role": "assistant"}),
        (SWIM, {"session_id": "s0"}),
    ],
)
def test_what_is_something_else_does_not_count(content: str, fields: dict[str, object]) -> None:
    other = said(2, content, 1)._replace(**fields)  # type: ignore[arg-type]

    assert recurrences([said(1, SWIM, 0), other]) == []


@pytest.mark.parametrize("text", ["Thanks so much!", "I hope so!", "Great to hear from you!", "Hi"])
def test_courtesy_is_no_statement(text: str) -> None:
    assert statements_of(said(1, text, 0)) == {}


def test_of_one_session_nothing_is_left() -> None:
    turns = [said(1, SWIM, 0), said(2, SWIM, 0), said(3, SWIM, 1)]

    assert recurrence(turns) is not None
    assert recurrence(turns[:2]) is None
    assert recurrence([]) is None
    assert recurrence([turns[0], said(4, "I live in Lisbon, by the sea.", 2)]) is None


def test_statements_made_in_the_same_turns_are_one_memory() -> None:
    both = f"{SWIM} I collect old violins."

    assert len(recurrences([said(1, both, 0), said(2, both, 1)])) == 1
    assert len(recurrences([said(1, both, 0), said(2, both, 1), said(3, SWIM, 2)])) == 2


@given(turns=conversations(), gone=st.sets(st.integers(1, 24)))
def test_a_memory_derived_anew_is_what_a_run_would_make_of_what_is_left(
    turns: list[Memory], gone: set[int]
) -> None:
    left = [one for one in turns if one.number not in gone]
    made = {found.statement: recurrence(found.turns) for found in recurrences(left)}

    for found in recurrences(turns):
        surviving = [one for one in found.turns if one.number not in gone]
        anew = recurrence(surviving)
        if found.statement in made:
            assert anew == made[found.statement]
        elif anew is not None:
            # In the same turns another statement was made, too: one memory for both.
            assert anew in made.values()
