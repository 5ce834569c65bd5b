"""The test double is exact and has a faint sense of likeness."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.embedding.hashing import OVERLAP, WINDOW, HashingBackend

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(text=texts, company=st.lists(texts, max_size=4))
def test_a_text_gives_the_same_bits_in_any_company(text: str, company: list[str]) -> None:
    backend = HashingBackend()
    pieces = backend.split(text)
    others = [piece for other in company for piece in backend.split(other)]

    alone = backend.run(pieces, alone=True)
    among = backend.run([*others, *pieces], alone=False)[len(others) :]

    assert alone.tobytes() == among.tobytes()
    np.testing.assert_allclose(np.linalg.norm(alone, axis=1), 1.0, atol=1e-6)


def test_a_vector_does_not_change_between_versions() -> None:
    backend = HashingBackend(4)
    vector = backend.run(backend.split("a stable vector"), alone=True)[0]

    assert vector.tolist() == pytest.approx([0.547216, 0.790423, 0.030401, 0.273608], abs=1e-5)


def test_shared_words_bring_texts_together() -> None:
    backend = HashingBackend()
    texts = ["the cat sat on the mat", "a cat on a mat", "quarterly revenue forecasts"]
    one, near, far = (backend.run(backend.split(text), alone=True)[0] for text in texts)

    assert one @ near > one @ far + 0.2


@pytest.mark.parametrize(
    ("words", "pieces"), [(0, 1), (1, 1), (WINDOW, 1), (WINDOW + 1, 2), (3 * WINDOW, 4)]
)
def test_pieces_overlap(words: int, pieces: int) -> None:
    cut = HashingBackend().split(" ".join(f"w{number}" for number in range(words)))

    assert len(cut) == pieces
    for left, right in pairwise(cut):
        assert left.text.split()[-OVERLAP:] == right.text.split()[:OVERLAP]
