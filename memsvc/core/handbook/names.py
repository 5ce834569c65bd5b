"""Names of behaviors: `behavior_check_units`, however they are written."""

from __future__ import annotations

import re
import unicodedata

from memsvc.core.text import stream_safe

PREFIX = "behavior_"
LONGEST = 64
"""Characters of a name at most, the prefix included."""

# Letters of the Latin alphabet that no normal form takes apart.
_FOLDED = str.maketrans(
    {"\u00f8": "o", "\u00e6": "ae", "\u0153": "oe", "\u0142": "l", "\u0111": "d", "\u00f0": "d",
     "\u00fe": "th", "\u0131": "i", "\u0127": "h", "\u014b": "n"}
)  # fmt: skip
# Accents, and signs that could hide within a word.
_NOT_SHOWN = frozenset({"Mn", "Me", "Cf"})
# "don't" is one word.
_APOSTROPHES = re.compile(r"(?<=[a-z0-9])['\u2019](?=[a-z0-9])")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_PREFIXES = re.compile(r"(?:behaviou?r(?:_|\Z))*")


def normalised_name(text: str) -> str:
    """The name that a text stands for: prefix, then ASCII words in small letters with `_` between.

    At most 64 characters, cut between words where it can be. A name stands for itself. ValueError
    for a text without a letter or digit that ASCII has.
    """
    folded = unicodedata.normalize("NFKD", stream_safe(text).casefold()).casefold()
    ascii_only = "".join(
        char
        for char in folded.translate(_FOLDED)
        if char.isascii() or unicodedata.category(char) not in _NOT_SHOWN
    )
    words = _BETWEEN.sub("_", _APOSTROPHES.sub("", ascii_only)).strip("_")
    told = words[_end_of_prefixes(words) :]
    if not told:
        raise ValueError("a name needs a letter from a to z, or a digit")
    return PREFIX + _cut(told, LONGEST - len(PREFIX))


def is_name(text: str) -> bool:
    """Whether a text is a name as `normalised_name` makes them."""
    try:
        return normalised_name(text) == text
    except ValueError:
        return False


def _end_of_prefixes(words: str) -> int:
    found = _PREFIXES.match(words)
    return found.end() if found else 0


def _cut(words: str, longest: int) -> str:
    if len(words) <= longest:
        return words
    whole = words[: longest + 1].rpartition("_")[0]
    return whole or words[:longest]
