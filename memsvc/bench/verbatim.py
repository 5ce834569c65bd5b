"""How much of a summary is its sources word for word.

The measure of memorised training data (long copied spans), turned around: an extract is to copy,
and what it does not copy would be invented. Frames such as dates and names count as not copied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SPAN = 5
"""Words in a row from one source that count as copied."""

_WORDS = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


def verbatim(text: str, sources: Iterable[str]) -> float:
    """The share of the text's words that stand in spans copied from one of the sources; 0 to 1.

    Case and punctuation do not count. A text without words copies nothing: 0.
    """
    words = _words(text)
    spans = {span for source in sources for span in _spans(_words(source))}
    copied: set[int] = set()
    for at, span in enumerate(_spans(words)):
        if span in spans:
            copied.update(range(at, at + SPAN))
    return len(copied) / len(words) if words else 0.0


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())


def _spans(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + SPAN]) for at in range(len(words) - SPAN + 1)]
