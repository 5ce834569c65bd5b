"""Words of one stem count as one word: "painted" is found by "painting".

Snowball's English stemmer (Porter 2001), for words of ASCII letters alone; others stand as they
are. On LoCoMo, words and vectors fused: recall@10 .733 without, .753 with stems.
"""

from __future__ import annotations

import threading
from collections.abc import Collection

import Stemmer

LANGUAGE = "english"


class _PerThread(threading.local):
    """A stemmer must not be used by two threads at once."""

    def __init__(self) -> None:
        # Its own cache would keep words after the last memory that held them is erased.
        self.stemmer = Stemmer.Stemmer(LANGUAGE, 0)


_here = _PerThread()


def stems(words: Collection[str]) -> dict[str, str]:
    """The stem of each of these distinct words, themselves in small letters."""
    plain = [word for word in words if word.isascii() and word.isalpha()]
    found = dict(zip(words, words, strict=True))
    found.update(zip(plain, _here.stemmer.stemWords(plain), strict=True))
    return found
