"""How much of a page one source of little trust may fill."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import Memory, Trust
from memsvc.core.sources import (
    FEWEST_ASKED,
    Hit,
    echoing,
    in_turn,
    is_counted,
    is_mainly_counted,
)
from tests.core.made import evidence, memory

LIMIT = 10


def hit(score: float, trust: Trust = Trust.USER, *, echo: bool = False, **fields: Any) -> Hit:
    return Hit(memory(trust=trust, **fields), score, echo)


def page(hits: list[Hit], limit: int = LIMIT, *, mainly: bool = False) -> list[Memory]:
    """What fills the page."""
    turns = in_turn(hits, limit, mainly=mainly)
    assert sorted(turns.places) == list(range(len(hits)))
    return [hits[place].memory for place in turns.places[:limit]]


def counted(memories: list[Memory]) -> int:
    return sum(map(is_counted, memories))


SOURCES = [
    {"trust": Trust.WEB, "session_id": "s1"},
    {"trust": Trust.WEB, "user_id": "u1", "session_id": "s1"},
    {"trust": Trust.TOOL},
    {"trust": Trust.TOOL, "user_id": "u1"},
    {"trust": Trust.TOOL, "session_id": "s1"},
    {"trust": Trust.TOOL, "user_id": "u1", "session_id": "s1", "speaker": "browser"},
]


@pytest.mark.parametrize("source", SOURCES)
def test_one_source_gives_way_to_what_is_relevant(source: dict[str, Any]) -> None:
    hits = [hit(0.9, **source)] * 20 + [hit(0.4)] * 12

    assert counted(page(hits)) == 1
    assert counted(page(hits, 30)) == 18  # there are no more than 12 others
    assert counted(page([hit(0.9, **source)] * 20 + [hit(0.4)] * 40, 30)) == 3


@pytest.mark.parametrize("source", SOURCES)
def test_nobody_gives_way_to_what_is_not(source: dict[str, Any]) -> None:
    hits = [hit(0.9, **source)] * 20 + [hit(0.29)] * 12

    assert counted(page(hits)) == LIMIT


def test_the_web_is_one_source_and_a_tool_one_in_each_session_of_a_user() -> None:
    others = [hit(0.5)] * 20
    pages = [hit(0.9, Trust.WEB, user_id=f"u{n}", session_id=f"s{n}") for n in range(9)]
    results = [hit(0.9, Trust.TOOL, user_id="u1", session_id=f"s{n}") for n in range(9)]
    loose = [hit(0.9, Trust.TOOL, session_id=f"s{n}") for n in range(9)]

    assert counted(page(pages + others)) == 1
    assert counted(page(results + others)) == 9
    assert counted(page(loose + others)) == 1


def test_what_echoes_the_question_is_one_source_however_it_is_spread() -> None:
    echo = [hit(0.9, Trust.TOOL, echo=True, user_id=f"u{n}", session_id=f"s{n}") for n in range(20)]

    assert counted(page(echo + [hit(0.4)] * 12)) == 1
    # What is hardly relevant comes before it, unless the agent holds little else.
    assert counted(page(echo + [hit(0.01)] * 12)) == 1
    assert counted(page(echo + [hit(0.01)] * 12, mainly=True)) == LIMIT
    assert counted(page(echo + [hit(0.01)] * 3)) == 7


def test_words_of_users_agents_and_operators_are_not_counted() -> None:
    hits = [hit(0.9, trust, echo=True) for trust in (Trust.USER, Trust.AGENT, Trust.OPERATOR)]

    assert in_turn(hits * 10 + [hit(0.8, Trust.TOOL)] * 10, LIMIT, mainly=False).places[:10] == (
        list(range(10))
    )


def test_an_echo_has_nearly_all_words_of_a_question_of_some_length() -> None:
    def of(words: int) -> list[bool]:
        """Of memories with none of so many words, all but one, and all of them."""
        held = [[9.0, float(place > 0), 0.0] for place in range(words)]
        one = evidence(3, frequencies=held, holders=[2.0] * words, count=1000)
        return echoing(one, [2, 1, 0])

    assert of(FEWEST_ASKED) == [False, False, True]
    assert of(2 * FEWEST_ASKED) == [False, True, True]
    assert of(FEWEST_ASKED - 1) == [False, False, False]
    assert echoing(evidence(2), [0, 1]) == [False, False]
    assert echoing(evidence(1), []) == []


def test_mainly_is_more_than_half_of_what_was_proposed() -> None:
    assert not is_mainly_counted(evidence(0))
    assert not is_mainly_counted(evidence(4, trust=[0.2, 0.4, 0.6, 1.0]))
    assert is_mainly_counted(evidence(4, trust=[0.2, 0.4, 0.4, 1.0]))
    proposed = [False, False, True, True]
    assert not is_mainly_counted(evidence(4, trust=[0.2, 0.4, 0.4, 1.0], proposed=proposed))


hits_of_any_kind = st.lists(
    st.builds(
        hit,
        st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9]),
        st.sampled_from(Trust),
        echo=st.booleans(),
        user_id=st.sampled_from([None, "u1", "u2"]),
        session_id=st.sampled_from([None, "s1", "s2"]),
    ),
    max_size=30,
).map(lambda hits: sorted(hits, key=lambda one: -one.score))


@given(hits=hits_of_any_kind, more=hits_of_any_kind, mainly=st.booleans())
def test_a_settled_page_stays_whatever_comes_behind(
    hits: list[Hit], more: list[Hit], mainly: bool
) -> None:
    lowest = hits[-1].score if hits else 1.0
    behind = [one for one in more if one.score <= lowest]
    turns = in_turn(hits, LIMIT, mainly=mainly)

    if turns.is_settled:
        again = in_turn(hits + behind, LIMIT, mainly=mainly)
        assert again.places[:LIMIT] == turns.places[:LIMIT]


@given(hits=hits_of_any_kind, mainly=st.booleans())
def test_without_what_is_counted_the_best_fill_the_page(hits: list[Hit], mainly: bool) -> None:
    trusted = [one for one in hits if not is_counted(one.memory)]
    turns = in_turn(trusted, LIMIT, mainly=mainly)

    assert turns.places == list(range(len(trusted)))
    assert turns.is_settled is (len(trusted) >= LIMIT)
