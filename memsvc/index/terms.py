"""The words of a text, as keyword search sees them.

No stop words are dropped: BM25 already gives common words little weight, and dropping them costs
recall on short, spoken memories. `stems` makes one word of those that share a stem.
"""

from __future__ import annotations

import re
import unicodedata

from memsvc.core.text import stream_safe

# Letters and digits; between digits also . , and : so that 3.5, 1,000, 10:30 and v1.2 stay whole.
# The s of a possessive ("Ana's") is no word; other parts around an apostrophe are ("don", "t").
_ASCII_WORD = re.compile(r"(?<!'(?=s\b))[a-z0-9]+(?:(?<=[0-9])[.,:](?=[0-9])[a-z0-9]+)*")

# Only around apostrophes and between digits is an ASCII word more than letters and digits in a row;
# a text without such places is cut in a third of the time.
_CUT = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))
_NOT_PLAIN = re.compile(r"[0-9'](?:(?<=')|[.,:][0-9])")

# Vowel signs of Indic scripts, Thai and their like are marks, not letters, to \w.
_MARKS = "".join(
    chr(code) for code in range(0x0900, 0x1D00) if unicodedata.category(chr(code))[0] == "M"
)
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_WORD = re.compile(rf"(?<!'(?=s\b)){_LETTER}+(?:(?<=\d)[.,:](?=\d){_LETTER}+)*")

# Accents, Hebrew points and Arabic vowel signs: writers leave them out at will.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+")

# Scripts written without spaces whose words are one or two signs: Han, kana, Hangul.
_CJK_RUN = re.compile(
    "[\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
    "\U00020000-\U0003ffff]+"
)


def terms(text: str) -> list[str]:
    """The terms of a text, with repetition, in no promised order; none for a text without words.

    Letter case, accents and compatibility forms are folded. Runs of Han, kana and Hangul give
    their single signs and every two neighbours; other unspaced scripts give the run as a whole.
    """
    if text.isascii():
        if not _NOT_PLAIN.search(text):
            return text.translate(_CUT).split()
        return _ASCII_WORD.findall(text.lower())
    folded = unicodedata.normalize("NFKD", stream_safe(text).replace("\u2019", "'")).casefold()
    # Composed again, or Hangul would be left in pieces and kana without their voicing.
    folded = unicodedata.normalize("NFC", _ACCENTS.sub("", folded))
    found: list[str] = []
    for run in _CJK_RUN.findall(folded):
        found += run
        found += [run[place : place + 2] for place in range(len(run) - 1)]
    if found:
        folded = _CJK_RUN.sub(" ", folded)
    return found + _WORD.findall(folded)
