"""BM25 by postings, and that removal leaves nothing in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from memsvc.index import lexical as lexical_room
from memsvc.index.lexical import Lexical
from memsvc.index.ragged import Ragged
from memsvc.index.stems import stems
from tests.index.made import WORDS

TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=8)


def lexical_of(texts: list[list[str]]) -> Lexical:
    lexical = Lexical()
    lexical.append(texts)
    return lexical


def scores_of(lexical: Lexical, words: Sequence[str]) -> NDArray[np.float64]:
    """BM25 of every row."""
    return lexical.scores(lexical.terms(words), np.arange(len(lexical)))


def test_the_formula() -> None:
    lexical = lexical_of([["tea", "tea", "ann"], ["bob"]])
    # N = 2, df = 1, tf = 2, length 3 of average 2
    damping = 0.9 * (0.6 + 0.4 * 3 / 2)
    assert scores_of(lexical, ["tea"]).tolist() == pytest.approx(
        [math.log(1 + 1.5 / 1.5) * 1.9 * 2 / (2 + damping), 0.0]
    )


def test_a_word_asked_twice_counts_once() -> None:
    lexical = lexical_of([["tea"], ["bob"]])
    assert scores_of(lexical, ["tea", "tea"]).tolist() == scores_of(lexical, ["tea"]).tolist()


def test_words_of_one_stem_count_as_one() -> None:
    lexical = lexical_of([["painted", "paints", "tea"], ["painting"], ["milk"]])
    [term] = lexical.terms(["paint", "paints"])
    assert (term.rows.tolist(), term.frequencies.tolist()) == ([0, 1], [2, 1])
    assert lexical.lengths(np.array([2, 0])).tolist() == [1, 3]
    assert lexical.average == pytest.approx(5 / 3)
    lexical.remove(np.array([0]))
    assert lexical.terms(["painted"])[0].rows.tolist() == [1]
    lexical.remove(np.array([1]))
    assert "paint" not in lexical
    assert lexical.average == 1.0


def test_a_word_that_nobody_has_is_a_term_without_rows() -> None:
    lexical = lexical_of([["tea"], ["bob"]])
    unknown, known = lexical.terms(["tea", "abroad"])
    assert (len(unknown.rows), len(unknown.frequencies)) == (0, 0)
    assert known.rows.tolist() == [0]
    assert unknown.weight > known.weight
    rows, scores = lexical.best([unknown, known], None, 5)
    assert rows.tolist() == [0]
    assert scores.tolist() == scores_of(lexical, ["tea"])[:1].tolist()
    assert not len(lexical.best([unknown], None, 5)[0])


def test_texts_without_words_count_as_texts() -> None:
    assert scores_of(lexical_of([[]]), ["tea"]).tolist() == [0.0]
    with_empty = scores_of(lexical_of([["tea"], []]), ["tea"])[0]
    assert with_empty > scores_of(lexical_of([["tea"]]), ["tea"])[0] > 0.0


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
    expected = scores_of(lexical_of(left), WORDS)
    assert scores_of(lexical, WORDS)[alive].tobytes() == expected.tobytes()
    assert not scores_of(lexical, WORDS)[~alive].any()
    stem_of = stems(WORDS)
    held_stems = {stem for stem in stem_of.values() if stem in lexical}
    assert held_stems == {stem_of[word] for text in left for word in text}
    lexical.keep(alive)
    assert scores_of(lexical, WORDS).tobytes() == expected.tobytes()


@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=40),
    st.lists(st.sampled_from(WORDS), max_size=5),
    st.integers(1, 6),
    st.randoms(use_true_random=False),
)
def test_leaving_common_words_for_later_loses_nobody(
    texts: list[list[str]], words: list[str], wanted: int, random: Random
) -> None:
    """All rows that are among the best come, with their scores but for the order of the sums."""
    lexical, all_scores = lexical_of(texts), scores_of(lexical_of(texts), words)
    within = np.array([random.random() < 0.7 for _ in texts], np.bool_)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical_room, "WORTH_PRUNING", 0)
        rows, scores = lexical.best(lexical.terms(words), within, wanted)
    assert scores == pytest.approx(all_scores[rows], rel=1e-12)
    assert within[rows].all()
    assert (np.diff(rows) > 0).all()
    scoring = sorted((score for score in all_scores[within] if score > 0.0), reverse=True)
    if scoring:
        least = scoring[:wanted][-1]
        assert set(np.flatnonzero(within & (all_scores >= least)).tolist()) <= set(rows.tolist())
    else:
        assert not len(rows)


def test_common_words_are_looked_up_for_few() -> None:
    """Of 20,000 rows that say "the", one says "zanzibar" too: the others are not even scored."""
    lexical = lexical_of([["the", "zanzibar"]] + [["the"]] * 20_000)
    rows, scores = lexical.best(lexical.terms(["the", "zanzibar"]), None, 1)
    assert rows.tolist() == [0]
    assert scores.tolist() == scores_of(lexical, ["the", "zanzibar"])[:1].tolist()


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
