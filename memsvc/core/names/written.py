"""The words of a text as names are looked for in them, each where it stands.

Scripts that are written without spaces give no words: names in them are looked for as they are.
Takes time in proportion to the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from memsvc.core.people import MARKS, POSSESSIVE, folded

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u11ff\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3131-\u318e"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
UNSPACED = re.compile(f"[{_UNSPACED}]")
_SIGN = rf"(?![{_UNSPACED}])[^\W_]"
# An apostrophe before s ends a word and begins none: "Ana's" is "Ana".
_WORD = re.compile(rf"(?!(?<=['\u2019])[sS]\b){_SIGN}(?:{_SIGN}|[{MARKS}])*+")
LONGEST = 60
"""Characters of a word at most that may be a name: beyond, nothing is folded."""

# What no decomposition takes apart, and apostrophes that count as letters.
_PLAIN = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "\u0131": "i",
        "ħ": "h", "ŋ": "n", "ə": "a",
        **dict.fromkeys("\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8", ""),
    }
)  # fmt: skip
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


class Word(NamedTuple):
    """A word and where it stands; `key` as `core.people.folded`, `bare` without accents."""

    start: int
    end: int
    written: str
    key: str
    bare: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.written[0] != self.written[0].lower()

    @property
    def caseless(self) -> bool:
        """Whether its script has no capitals."""
        return self.written.lower() == self.written.upper()


def words_of(text: str) -> list[Word]:
    """The words of a text, in its order."""
    return [_word(one) for one in _WORD.finditer(text)]


def possessive(text: str, word: Word) -> bool:
    """Whether it owns what follows: "Ana's", "James'"."""
    return POSSESSIVE.match(text, word.end) is not None


def spellings(key: str) -> Iterator[str]:
    """The ways to write a folded word without its accents, `bare` first: "muller", "mueller"."""
    yield bare_of(key)
    if not key.isascii():
        yield bare_of(key.translate(_SPELT_OUT))


def bare_of(key: str) -> str:
    """A folded word without accents and letters that only some alphabets have."""
    if key.isascii():
        return key
    parts = unicodedata.normalize("NFKD", key.translate(_PLAIN))
    return "".join(one for one in parts if not unicodedata.category(one).startswith("M"))


def lowered(text: str) -> str:
    """In small letters, each sign in its place: a letter that would become two stays."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


def is_inside(text: str, place: int) -> bool:
    """Whether the sign at this place would be of one word with its neighbour; False outside."""
    if not 0 <= place < len(text):
        return False
    sign = text[place]
    return (sign.isalnum() or sign == "_" or sign in MARKS) and not UNSPACED.match(sign)


def _word(found: re.Match[str]) -> Word:
    written = found[0]
    if written.isascii():
        key = bare = written.lower()
    elif len(written) > LONGEST:
        key = bare = ""
    else:
        key = folded(written)
        bare = bare_of(key)
    return Word(found.start(), found.end(), written, key, bare)
