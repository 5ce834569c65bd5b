"""Slots: stable keys, whoever writes and however it is spelt; and reading that never fails."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsvc.core.frames import frames_of, slots_of
from memsvc.core.frames.lexicon import NOUNS, TABLES
from memsvc.core.memory import Cardinality, Draft

STATEMENTS = (
    "The capital of Kenya is Nairobi.",
    "Copperfox was founded by Lena Roth.",
    "I live in Berlin.",
    "The rate limit of the API is 100 rps.",
    "Ana works for Initech.",
    "My car is a Tesla.",
)
PIECES = st.sampled_from(
    (*STATEMENTS, "the", "of", "is", "'s", ":", " ", "and", "no longer", "used to", "Ana", "my",
     "moved to", "from", "to", ",", ".", "?", "was replaced by", "as", "its", "has", "but", "not",
     "where", "who", "is now", "Update on", "5 pm", "\u2019s", "\U0001f600", "\n")
)  # fmt: skip

PHRASES = st.sampled_from(sorted({*NOUNS, *(phrase for one in TABLES.values() for phrase in one)}))


def slots(content: str, user: str | None = "u1") -> tuple[int, ...]:
    draft = Draft(content=content, user_id=user)
    return slots_of(draft, frames_of(draft))


@pytest.mark.parametrize("content", STATEMENTS)
def test_a_slot_is_a_signed_number_of_64_bits_per_user(content: str) -> None:
    (key,) = slots(content)

    assert -(2**63) <= key < 2**63
    assert slots(content) == (key,)
    assert key not in slots(content, "u2")
    assert key not in slots(content, None)


@given(st.sampled_from(STATEMENTS), st.lists(st.sampled_from((" ", "  ", "\t")), min_size=9))
def test_white_space_does_not_count(content: str, blanks: list[str]) -> None:
    words = content.split()
    spaced = "".join(word + blank for word, blank in zip(words, blanks + [" "] * 9, strict=False))

    assert slots(spaced) == slots(content)


# The last has a name as an open value, which is told by its capital letter.
@given(st.sampled_from(STATEMENTS[:-1]))
def test_letter_case_does_not_count_where_all_is_small(content: str) -> None:
    assert slots(content.lower()) == slots(content)


@given(
    st.text() | st.lists(PIECES | PHRASES, max_size=30).map(" ".join),
    st.sampled_from((None, "Ana", "")),
)
@settings(max_examples=300)
def test_any_text_can_be_read(content: str, speaker: str | None) -> None:
    draft = Draft(content=content, speaker=speaker)
    frames = frames_of(draft)

    assert frames_of(draft) == frames
    assert len(slots_of(draft, frames)) <= len(frames)
    assert all(frame.value and frame.relation for frame in frames)


def test_what_may_have_many_values_has_no_slot() -> None:
    draft = Draft(content="I love hiking.", user_id="u1")
    frames = frames_of(draft)

    assert [frame.cardinality for frame in frames] == [Cardinality.MANY]
    assert slots_of(draft, frames) == ()


def test_another_process_gives_the_same_slots() -> None:
    code = (
        "from memsvc.core.memory import Draft\n"
        "from memsvc.core.frames import frames_of, slots_of\n"
        f"draft = Draft(content={STATEMENTS[0]!r}, user_id='u1')\n"
        "print(slots_of(draft, frames_of(draft))[0])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (int(found.stdout),) == slots(STATEMENTS[0])


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    filler = "We talked for a while about nothing much.\n"

    assert slots(filler * 11 + STATEMENTS[0])
    assert not slots(filler * 12 + STATEMENTS[0])
    assert not slots("x" * 2001 + "\n" + STATEMENTS[0])


def test_long_texts_take_no_longer() -> None:
    text = "The capital of " * 20_000
    start = time.perf_counter()

    for _ in range(20):
        frames_of(Draft(content=text))

    assert time.perf_counter() - start < 2
