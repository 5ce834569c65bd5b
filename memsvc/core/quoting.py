"""Stored text made fit to be shown in a prompt: it cannot look like anything but text.

A memory may hold whatever somebody once wrote, so before it is shown

    line breaks                     become " / ", other runs of white space one space
    control and invisible signs     go: they could hide text, or turn what follows around
    < and > and their doubles       become U+2039 and U+203A: no tag is opened or closed
    [3] and the like                becomes (3): no mark of a citation is forged
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from memsvc.core.repetition import words

Count = Callable[[str], int]
"""Tokens of a text."""

_Span = tuple[int, int]

CUT = "…"
"""Stands where something was left out."""

_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_MARK = re.compile("[\\[\uff3b]\\s*(\\d+)\\s*[\\]\uff3d]")
# The wide and the small ones become ASCII when somebody normalises the text once more.
_ANGLES = str.maketrans("<\uff1c\ufe64>\uff1e\ufe65", "\u2039" * 3 + "\u203a" * 3)
# Letters and marks that show nothing; those of category C are found by it.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_SENTENCE = re.compile(
    ".+?(?:[.!?\u2026]+[\"'\u201d\u2019)]*(?=\\s)|[\u3002\uff01\uff1f]+|(?<= )/(?= )|$)\\s*"
)
WIDEST_TOKEN = 8
"""Characters of one token at most, by a rule of thumb: bounds how much of a long text is read."""


def quoted(text: str) -> str:
    """The text on one line, without anything that could be taken for the frame around it."""
    if not (text.isascii() and text.isprintable()):
        text = _BREAKS.sub(" / ", text.strip())
        text = "".join(filter(_shows, _INVISIBLE.sub("", text)))
    text = _MARK.sub(r"(\1)", text.translate(_ANGLES))
    return " ".join(text.split())


def _shows(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] != "C"


def excerpt(text: str, query: str, room: int, count: Count) -> str:
    """The text where it fits into `room` tokens, else the stretch of it that answers best.

    That is the sentence with the most different words of the query (the first of equals) and
    what follows it, then what stands before, sentence by sentence, while there is room. A sentence
    too long is cut at a word. "…" stands where something is missing. Empty when nothing fits.
    """
    if fits(text, room, count):
        return text
    sentences = [one.span() for one in _SENTENCE.finditer(text)]
    asked = set(words(query))
    best = max(range(len(sentences)), key=lambda place: _shared(text, sentences[place], asked))
    room -= count(f"{CUT} {CUT}")
    first, after = _widened(text, sentences, best, room, count)
    start = sentences[first][0]
    if after == best:
        stretch = beginning(text[start : sentences[best][1]], room, count)
    else:
        stretch = text[start : sentences[after - 1][1]].strip(" /")
    if not stretch:
        return ""
    before, behind = text[:start].strip(), text[start:].strip() != stretch
    return f"{CUT + ' ' if before else ''}{stretch}{' ' + CUT if behind else ''}"


def fits(text: str, room: int, count: Count) -> bool:
    """Whether the text is of at most `room` tokens; much longer ones are not even counted."""
    return len(text) <= room * WIDEST_TOKEN and count(text) <= room


def _shared(text: str, sentence: _Span, asked: set[str]) -> int:
    return len(asked.intersection(words(text[slice(*sentence)])))


def _widened(
    text: str, sentences: Sequence[_Span], best: int, room: int, count: Count
) -> tuple[int, int]:
    """The run of sentences around the best that fits: its first, and the one after its last."""
    first = after = best
    while after < len(sentences):
        sentence = text[slice(*sentences[after])]
        if not fits(sentence, room, count):
            break
        room, after = room - count(sentence), after + 1
    while best < after and first > 0:
        sentence = text[slice(*sentences[first - 1])]
        if not fits(sentence, room, count):
            break
        room, first = room - count(sentence), first - 1
    return first, after


def beginning(text: str, room: int, count: Count) -> str:
    """As much of the text as fits into `room` tokens, cut at a word where it has spaces."""
    fits, too_long = 0, min(len(text), max(room, 0) * WIDEST_TOKEN) + 1
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if count(text[:middle]) <= room:
            fits = middle
        else:
            too_long = middle
    if fits < len(text) and not text[fits].isspace() and " " in text[:fits]:
        fits = text.rindex(" ", 0, fits)
    return text[:fits].strip()
