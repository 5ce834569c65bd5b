"""BM25 (`core.bm25`) over the words of memories, kept up word by word.

Words are kept as their stems. A row is a place given to a memory by the caller; rows only grow, so
postings stay ascending.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from operator import attrgetter
from sys import getsizeof
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.core.bm25 import K1, B, idf
from memsvc.index.comparison import Mask, Rows
from memsvc.index.growing import Growing
from memsvc.index.ragged import Places, Ragged
from memsvc.index.stems import stems

# A word of fewer rows is added up in the time that asking whether it must be would take.
WORTH_PRUNING = 4096
# Looking a row up in the list of a word takes as long as adding up so many rows of it.
LOOKING_UP = 16
# Sums in another order differ in their last bits.
SAFELY_MORE, SAFELY_LESS = 1.0 + 1e-9, 1.0 - 1e-9

# A frequency is kept in 16 bits.
MOST_REPEATS = 65_535
# Of one word beside its own string: dictionary slot, number, place in the list of words.
BYTES_PER_WORD = 96


NO_ROWS, NO_FREQUENCIES = np.zeros(0, np.int32), np.zeros(0, np.uint16)


class Term(NamedTuple):
    """A word that is asked for: the ascending rows that have it, how often each, and its weight.

    `weight` is the most that it adds to a score. Good until the next change.
    """

    rows: NDArray[np.int32]
    frequencies: NDArray[np.uint16]
    weight: float


class Vocabulary(dict[str, int]):
    """Numbers of the terms in use; looking one up with [] gives it a number."""

    def __init__(self) -> None:
        super().__init__()
        self.nbytes = 0
        self._terms: list[str] = []
        self._free: list[int] = []

    @property
    def size(self) -> int:
        """One more than the highest number ever in use."""
        return len(self._terms)

    def __missing__(self, term: str) -> int:
        if self._free:
            number = self._free.pop()
            self._terms[number] = term
        else:
            number = len(self._terms)
            self._terms.append(term)
        self[term] = number
        self.nbytes += getsizeof(term) + BYTES_PER_WORD
        return number

    def forget(self, number: int) -> None:
        """Let go of a term no memory holds any more."""
        term = self._terms[number]
        del self[term]
        self._terms[number] = ""
        self._free.append(number)
        self.nbytes -= getsizeof(term) + BYTES_PER_WORD


class Lexical:
    """Postings by term and terms by row; what is removed is taken out of both at once."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._postings = Ragged(np.int32, np.uint16)  # by term: rows ascending, frequencies
        self._held = Ragged(np.int32)  # by row: its distinct terms
        self._lengths = Growing(np.int32)  # by row: its number of terms
        self._count = 0
        self._total_length = 0

    @property
    def nbytes(self) -> int:
        """Estimate of the bytes held."""
        arrays = self._postings.nbytes + self._held.nbytes + self._lengths.nbytes
        return arrays + self._vocabulary.nbytes

    def __len__(self) -> int:
        """Number of rows, removed ones included."""
        return len(self._lengths)

    def __contains__(self, term: str) -> bool:
        return term in self._vocabulary

    @property
    def average(self) -> float:
        """Words of a memory, on average."""
        return self._total_length / max(self._count, 1)

    def lengths(self, rows: Places) -> NDArray[np.int32]:
        """Words of each of these rows."""
        return self._lengths.values[rows]

    def append(self, texts: Sequence[Sequence[str]]) -> None:
        """Give each text, a list of terms, the next row."""
        first, count = len(self._lengths), len(texts)
        lengths = np.fromiter(map(len, texts), np.int64, count)
        self._lengths.append(lengths)
        self._held.resize(first + count)
        self._count += count
        self._total_length += int(lengths.sum())
        stem_of = stems(set(chain.from_iterable(texts)))
        number_of = {word: self._vocabulary[stem] for word, stem in stem_of.items()}
        numbers = map(number_of.__getitem__, chain.from_iterable(texts))
        words = np.fromiter(numbers, np.int64, int(lengths.sum()))
        self._postings.resize(self._vocabulary.size)
        if not len(words):
            return
        places = np.repeat(np.arange(count), lengths)
        pairs, frequencies = np.unique(words * count + places, return_counts=True)
        words, places = pairs // count, pairs % count
        self._postings.extend(
            *_groups(words), places + first, np.minimum(frequencies, MOST_REPEATS)
        )
        # Sorted as numbers: an argsort takes six times as long.
        size = self._vocabulary.size
        pairs = np.sort(places * size + words)
        rows, counts = _groups(pairs // size)
        self._held.extend(rows + first, counts, pairs % size)

    def remove(self, rows: Places) -> None:
        """Take these rows, ascending and distinct, out of every posting; forget unused terms."""
        words, owners = self._held.gather(rows), np.repeat(rows, self._held.lengths(rows))
        order = np.argsort(words, kind="stable")
        words, owners = words[order], owners[order]
        which, counts = _groups(words)
        emptied, start = [], 0
        for word, count in zip(which.tolist(), counts.tolist(), strict=True):
            if not self._postings.discard(word, owners[start : start + count]):
                emptied.append(word)
            start += count
        if emptied:
            self._postings.clear(np.array(emptied))
            for word in emptied:
                self._vocabulary.forget(word)
        self._held.clear(rows)
        self._count -= len(rows)
        self._total_length -= int(self._lengths.values[rows].sum())
        self._lengths.values[rows] = 0

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Close the gaps that removed rows left; kept marks the rows not removed."""
        self._postings.renumber(np.cumsum(kept) - 1)
        self._held.keep(kept)
        self._lengths.keep(kept)

    def terms(self, words: Iterable[str]) -> list[Term]:
        """What is held of the stems of these words, each once, in the order of their text.

        A stem that nobody has is a term without rows.
        """
        terms = []
        for stem in sorted(set(stems(set(words)).values())):
            number = self._vocabulary.get(stem)
            if number is None:
                rows, frequencies = NO_ROWS, NO_FREQUENCIES
            else:
                rows, frequencies = self._postings.view(number), self._postings.view(number, 1)
            terms.append(Term(rows, frequencies, idf(self._count, len(rows)) * (K1 + 1.0)))
        return terms

    def holding(self, words: Iterable[str]) -> NDArray[np.int32]:
        """The ascending rows that have the stems of all these words; none for no words."""
        rarest, *others = sorted((one.rows for one in self.terms(words)), key=len) or [NO_ROWS]
        for rows in others:
            rarest = rarest[np.isin(rarest, rows, assume_unique=True)]
        return rarest

    def best(
        self, terms: Sequence[Term], within: Mask | None, wanted: int
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Ascending rows that share a word, with their BM25, summed up in whatever order is quick.

        The best `wanted` out of `within` (None: all) are among them, with all that tie.

        Rare words go first. As soon as a row without one of them cannot come among the best any
        more, the common words are looked up for the rows that have one (MaxScore: Turtle and Flood
        1995).
        """
        terms = [term for term in terms if len(term.rows)]
        partial = np.zeros(len(self._lengths))
        left = sum(term.weight for term in terms)
        for place, term in enumerate(sorted(terms, key=attrgetter("weight"), reverse=True)):
            if place and len(term.rows) > WORTH_PRUNING:
                rows, least = _leaders(partial, within, wanted)
                rows = rows[partial[rows] + left * SAFELY_MORE >= least * SAFELY_LESS]
                if least > left * SAFELY_MORE and len(rows) * LOOKING_UP < len(term.rows):
                    return rows, self.scores(terms, rows)
            partial[term.rows] += self._shares(term.rows, term.frequencies, term.weight)
            left -= term.weight
        rows, least = _leaders(partial, within, wanted)
        rows = rows[partial[rows] >= least * SAFELY_LESS]
        return rows, partial[rows]

    def scores(self, terms: Sequence[Term], rows: Rows) -> NDArray[np.float64]:
        """BM25 of these ascending rows, 0 where no word is shared.

        Words are summed in the order of their text, so that the last bit of a score does not
        depend on the order in which the vocabulary grew.
        """
        scores = np.zeros(len(rows))
        narrow = rows.astype(np.int32)
        for held, frequencies, weight in terms:
            if not len(held):
                continue
            places = held.searchsorted(narrow)
            places[places == len(held)] = 0
            shared = np.flatnonzero(held[places] == narrow)
            places = places[shared]
            scores[shared] += self._shares(held[places], frequencies[places], weight)
        return scores

    def _shares(
        self, rows: NDArray[np.int32], frequencies: NDArray[np.uint16], weight: float
    ) -> NDArray[np.float64]:
        """What a word of this weight adds to the scores of rows that have it so often."""
        # k1 (1 - b + b length / average), in one step less.
        damping = self._lengths.values[rows] * (K1 * B * self._count / self._total_length)
        damping += K1 * (1.0 - B)
        damping += frequencies
        shares: NDArray[np.float64] = weight * frequencies / damping
        return shares


def _leaders(scores: NDArray[np.float64], within: Mask | None, wanted: int) -> tuple[Rows, float]:
    """The rows with a score, and the least score of the best `wanted`: 0 when there are fewer."""
    scored = scores > 0.0
    rows = np.flatnonzero(scored if within is None else scored & within)
    if len(rows) < wanted:
        return rows, 0.0
    return rows, float(np.partition(scores[rows], len(rows) - wanted)[len(rows) - wanted])


def _groups(ascending: NDArray[np.int64]) -> tuple[Places, Places]:
    """The distinct values of an ascending array and how often each comes."""
    if not len(ascending):
        return ascending, ascending
    starts = np.flatnonzero(ascending[1:] != ascending[:-1]) + 1
    bounds = np.concatenate(([0], starts, [len(ascending)]))
    return ascending[bounds[:-1]], bounds[1:] - bounds[:-1]
