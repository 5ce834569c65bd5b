"""Made-up sentences never repeat, follow their seed and have the lengths of real ones."""

from __future__ import annotations

from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from memsvc.bench.sentences import Sentences


@given(st.integers(0, 2**32))
@settings(max_examples=10)
def test_the_seed_decides(seed: int) -> None:
    one, other = Sentences(seed), Sentences(seed)

    assert one.questions(20) == other.questions(20)
    assert one.statements(20) == other.statements(20)
    assert one.statements(20) != Sentences(seed + 1).statements(20)


def test_nothing_is_said_twice() -> None:
    source = Sentences(7)
    given_out = [*source.questions(5000), *source.statements(5000), *source.questions(5000)]

    assert len(set(given_out)) == len(given_out)
    assert all(text[0].isupper() and text[-1] in ".?" for text in given_out)


def test_lengths_are_those_of_talk() -> None:
    source = Sentences(7)
    asked = [len(text.split()) for text in source.questions(2000)]
    said = [len(text.split()) for text in source.statements(2000)]

    assert (min(asked), max(asked)) >= (8, 12)
    assert 10 <= median(asked) <= 12
    assert max(asked) <= 17
    assert min(said) >= 12
    assert 17 <= median(said) <= 22
    assert max(said) <= 30
