"""Two texts as one that tells them apart, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 2_000
"""Of longer texts each is shown whole: comparing takes the product of their lengths."""


class Piece(NamedTuple):
    """A stretch of words: `same`, `gone` or `come`."""

    kind: str
    text: str


def between(before: str, after: str) -> list[Piece]:
    """The pieces in order; of a replacement what is gone leads. Of texts that are equal one."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        whole = [Piece("same", after)] if before == after else _both(before, after)
        return [one for one in whole if one.text]
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for how, start, end, new_start, new_end in matcher.get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", "".join(old[start:end])))
        else:
            pieces += _both("".join(old[start:end]), "".join(new[new_start:new_end]))
    return [one for one in pieces if one.text]


def _both(before: str, after: str) -> list[Piece]:
    return [Piece("gone", before), Piece("come", after)]
