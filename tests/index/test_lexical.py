"""BM25 by postings, and that removal leaves nothing in them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.index.lexical import Lexical
from memsvc.index.ragged import Ragged
from tests.index.made import WORDS

TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=8)


def lexical_of(texts: list[list[str]]) -> Lexical:
    lexical = Lexical()
    lexical.append(texts)
    return lexical


def test_the_formula() -> None:
    lexical = lexical_of([["tea", "tea", "ann"], ["bob"]])
    # N = 2, df = 1, tf = 2, length 3 of average 2
    damping = 0.9 * (0.6 + 0.4 * 3 / 2)
    assert lexical.scores(["tea"]).tolist() == pytest.approx(
        [math.log(1 + 1.5 / 1.5) * 1.9 * 2 / (2 + damping), 0.0]
    )


def test_a_word_asked_twice_counts_once() -> None:
    lexical = lexical_of([["tea"], ["bob"]])
    assert lexical.scores(["tea", "tea"]).tolist() == lexical.scores(["tea"]).tolist()


def test_texts_without_words_count_as_texts() -> None:
    assert lexical_of([[]]).scores(["tea"]).tolist() == [0.0]
    with_empty = lexical_of([["tea"], []]).scores(["tea"])[0]
    assert with_empty > lexical_of([["tea"]]).scores(["tea"])[0] > 0.0


@given(TEXTS, st.lists(TEXTS, max_size=3), st.data())
def test_scores_know_only_what_is_held(
    first: list[list[str]], later: list[list[list[str]]], data: st.DataObject
) -> None:
    lexical, held = lexical_of(first), list(first)
    alive = np.ones(len(first), np.bool_)
    for texts in later:
        gone = data.draw(st.sets(st.sampled_from(range(len(held))))) if held else set()
        rows = np.array(sorted(row for row in gone if alive[row]), np.int64)
        lexical.remove(rows)
        alive[rows] = False
        lexical.append(texts)
        held, alive = held + texts, np.append(alive, np.ones(len(texts), np.bool_))
    left = [text for text, is_alive in zip(held, alive, strict=True) if is_alive]
    expected = lexical_of(left).scores(WORDS)
    assert lexical.scores(WORDS)[alive].tobytes() == expected.tobytes()
    assert not lexical.scores(WORDS)[~alive].any()
    assert {word for word in WORDS if word in lexical} == {word for text in left for word in text}
    lexical.keep(alive)
    assert lexical.scores(WORDS).tobytes() == expected.tobytes()


class TestRagged:
    def test_lists_grow_side_by_side(self) -> None:
        lists, plain = Ragged(np.int32, np.uint16), [list[int]() for _ in range(50)]
        for step in range(400):
            which = np.unique(np.random.default_rng(step).integers(0, 50, 5))
            counts = np.arange(1, len(which) + 1)
            values = np.concatenate([step * 10 + np.arange(count) for count in counts])
            lists.extend(which, counts, values, values % 7)
            for one, count in zip(which.tolist(), counts.tolist(), strict=True):
                plain[one] += (step * 10 + np.arange(count)).tolist()
        for which_one, expected in enumerate(plain):
            assert lists.view(which_one).tolist() == expected
            assert lists.view(which_one, 1).tolist() == [value % 7 for value in expected]

    def test_what_is_taken_out_is_overwritten(self) -> None:
        lists = Ragged(np.int32)
        lists.extend(np.array([0, 1]), np.array([4, 2]), np.array([71, 72, 73, 74, 75, 76]))
        assert lists.discard(0, np.array([72])) == 3
        assert lists.discard(0, np.array([71, 74])) == 1
        lists.clear(np.array([1]))
        assert lists.view(0).tolist() == [73]
        assert set(lists.gather(np.array([0, 1])).tolist()) == {73}
        assert set(lists._lanes[0].tolist()) == {0, 73}

    def test_holes_are_closed(self) -> None:
        lists = Ragged(np.int32)
        for step in range(300):
            lists.extend(np.arange(100), np.ones(100, np.int64), np.full(100, step))
        assert lists.nbytes < 3 * 4 * 300 * 100
