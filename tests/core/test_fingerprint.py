"""When two statements are the same statement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.fingerprint import fingerprint, normalised
from memsvc.core.memory import Draft, Kind, Trust
from tests.core.made import NOW, memory

words = st.text(max_size=12)
people = st.lists(words, max_size=3).map(tuple)
drafts = st.builds(
    Draft,
    content=words,
    kind=st.sampled_from(Kind),
    user_id=st.none() | words.filter(bool),
    subject_ids=people,
    speaker=st.none() | words.filter(bool),
)


def identity(draft: Draft) -> tuple[Any, ...]:
    """What a fingerprint stands for."""
    return (
        draft.kind,
        draft.user_id,
        frozenset(draft.subject_ids),
        draft.speaker,
        normalised(draft.content),
    )


BASE = Draft(content="Ann moved to Lisbon", user_id="u1", subject_ids=("s1", "s2"), speaker="Ann")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Ann moved", "ann moved"),
        ("  Ann\t moved\n", "ann moved"),
        ("Ann\u00a0moved", "ann moved"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("\ufb01ne", "fine"),
        ("cafe\u0301", "caf\u00e9"),
        ("CAFÉ", "caf\u00e9"),
        ("\uff21\uff22", "ab"),
        ("Ann, moved.", "ann, moved."),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_forms_case_and_white_space_do_not_matter(content: str, expected: str) -> None:
    assert normalised(content) == expected


@pytest.mark.parametrize(
    "same",
    [
        {"content": " ANN  moved to\nlisbon"},
        {"subject_ids": ("s2", "s1")},
        {"session_id": "other"},
        {"event_time": NOW},
        {"importance": 1.0},
        {"trust": Trust.WEB},
        {"metadata": {"a": 1}},
        {"tags": ("t",)},
        {"role": "user"},
        {"id": "m9"},
    ],
)
def test_what_does_not_make_another_statement(same: dict[str, Any]) -> None:
    assert fingerprint(replace(BASE, **same)) == fingerprint(BASE)


@pytest.mark.parametrize(
    "other",
    [
        {"content": "Ann moved to Lisbon."},
        {"content": "Ann movedto Lisbon"},
        {"kind": Kind.SEMANTIC},
        {"user_id": "u2"},
        {"user_id": None},
        {"user_id": "U1"},
        {"subject_ids": ("s1",)},
        {"subject_ids": ("s1", "s2", "s3")},
        {"subject_ids": ("s1s2",)},
        {"subject_ids": ()},
        {"speaker": "Ben"},
        {"speaker": None},
    ],
)
def test_what_makes_another_statement(other: dict[str, Any]) -> None:
    assert fingerprint(replace(BASE, **other)) != fingerprint(BASE)


def test_words_do_not_wander_between_fields() -> None:
    one = Draft(content="c", user_id="ab", speaker="c")
    other = Draft(content="c", user_id="a", speaker="bc")
    named = Draft(content="c", subject_ids=("x",), speaker="y")
    switched = Draft(content="c", subject_ids=("y",), speaker="x")
    spoken = Draft(content="c", speaker="x")
    about = Draft(content="c", subject_ids=("x",))

    prints = {fingerprint(draft) for draft in (one, other, named, switched, spoken, about)}
    assert len(prints) == 6


@given(drafts, drafts)
def test_prints_are_equal_exactly_when_statements_are(one: Draft, other: Draft) -> None:
    assert (fingerprint(one) == fingerprint(other)) is (identity(one) == identity(other))


@given(drafts, st.randoms())
def test_the_order_of_people_does_not_matter(draft: Draft, random: Any) -> None:
    shuffled = list(draft.subject_ids)
    random.shuffle(shuffled)

    assert fingerprint(replace(draft, subject_ids=tuple(shuffled))) == fingerprint(draft)


def test_a_memory_has_the_print_of_its_draft() -> None:
    written = memory(
        content=BASE.content, user_id="u1", subject_ids=("s1", "s2"), speaker="Ann", number=77
    )

    assert fingerprint(written) == fingerprint(BASE)


@given(drafts)
def test_a_print_has_sixteen_bytes(draft: Draft) -> None:
    assert len(fingerprint(draft)) == 16


def test_half_a_surrogate_pair_has_a_print_too() -> None:
    broken = Draft(content="\ud83d")

    assert fingerprint(broken) != fingerprint(Draft(content="\ud83e"))
