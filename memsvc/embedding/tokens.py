"""Token ids: a text cut into pieces of the model's window, pieces padded into arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from memsvc.embedding.backend import Piece

OVERLAP = 32

Ids = NDArray[np.int64]


class TokenCutter:
    """Cuts texts with the model's own tokenizer; safe to call from many threads at once.

    The tokenizer's overflow does the cutting, so every piece carries the special tokens and no
    word is decoded and tokenized again. Neighbouring pieces share 32 tokens (fewer in a window
    under 256), so that a statement across a border is whole in one of them.
    """

    def __init__(self, tokenizer: Tokenizer, window: int) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(window, stride=min(OVERLAP, window // 8))

    def cut(self, text: str) -> list[Piece]:
        """At least one piece; an empty text is the special tokens alone."""
        first = self._tokenizer.encode(text)
        return [Piece(len(each.ids), ids=each.ids) for each in (first, *first.overflowing)]


def padded(pieces: Sequence[Piece], pad_id: int) -> tuple[Ids, Ids]:
    """Token ids and attention mask, both of shape (pieces, longest piece), padded on the right."""
    shape = (len(pieces), max(piece.length for piece in pieces))
    ids = np.full(shape, pad_id, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    for row, piece in enumerate(pieces):
        ids[row, : piece.length] = piece.ids
        mask[row, : piece.length] = 1
    return ids, mask


def features(names: Sequence[str], ids: Ids, mask: Ids) -> dict[str, Ids]:
    """The arrays a transformer asks for by name; segment ids are zero, for one text is one segment.

    Raises KeyError for a name that is none of input_ids, attention_mask, token_type_ids.
    """
    known = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    return {name: known[name] for name in names}
