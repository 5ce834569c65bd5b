"""Texts as others' libraries can take them."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

HIGHEST_PILE = 30
"""Accents on one letter at most, as in Unicode's stream-safe text (UAX 15): to put a pile in order
takes time by the square of its height."""


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced: JSON can carry them, tokenizers refuse them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def stream_safe(text: str) -> str:
    """The text with no pile of accents above HIGHEST_PILE, to be normalised in linear time."""
    return text if text.isascii() else _pile().sub(r"\1", text)


@cache  # two hundredths of a second, which only texts beyond ASCII need
def _pile() -> re.Pattern[str]:
    marks = "".join(filter(unicodedata.combining, map(chr, range(0x300, sys.maxunicode + 1))))
    return re.compile(f"([{marks}]{{{HIGHEST_PILE}}})[{marks}]++")
