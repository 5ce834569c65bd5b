"""Stored text made fit to be shown in a prompt: it cannot look like anything but text.

A memory may hold whatever somebody once wrote, so before it is shown

    line breaks                     become " / ", other runs of white space one space
    control and invisible signs     go: they could hide text, or turn what follows around
    piles of accents                become 30 high at most: they would cover other lines
    < and > and their doubles       become U+2039 and U+203A: no tag is opened or closed
    [3], [1-3] and the like         become (3), (1-3): no mark of a citation is forged

Whatever the text, this and an excerpt of it take time in proportion to its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from memsvc.core.repetition import words
from memsvc.core.text import HIGHEST_PILE

Count = Callable[[str], int]
"""Tokens of a text."""

_Span = tuple[int, int]

CUT = "…"
"""Stands where something was left out."""

# The wide and the vertical ones become ASCII when somebody normalises the text once more.
_OPEN, _CLOSE = "\\[\uff3b\ufe47", "\\]\uff3d\ufe48"
_GROUP = re.compile(f"[{_OPEN}]([^{_OPEN}{_CLOSE}]++)[{_CLOSE}]")
# So do the wide and the small ones of these.
_ANGLES = str.maketrans("<\uff1c\ufe64>\uff1e\ufe65", "\u2039" * 3 + "\u203a" * 3)
# Letters and marks that show nothing; those of category C are found by it.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# Nothing is given back, and a run of full stops is looked at from its first one alone: otherwise a
# text of nothing else would take seconds.
_SENTENCE = re.compile(
    ".+?(?:(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019)]*+(?=\\s)|[\u3002\uff01\uff1f]++"
    "|(?<= )/(?= )|\\Z)\\s*+",
    re.DOTALL,
)
SHORT = 200
"""Characters of what is shown of a text where its beginning will do."""
WIDEST_TOKEN = 8
"""Characters of one token at most, by a rule of thumb: bounds how much of a long text is read."""


def quoted(text: str) -> str:
    """The text on one line, without anything that could be taken for the frame around it."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(_showing(_INVISIBLE.sub("", text)))
        text = " / ".join(filter(None, map(str.strip, text.splitlines())))
    text = _GROUP.sub(_unmarked, text.translate(_ANGLES))
    return " ".join(text.split())


def _showing(text: str) -> Iterator[str]:
    pile = 0
    for char in text:
        if not char.isspace() and unicodedata.category(char)[0] == "C":
            continue
        pile = pile + 1 if unicodedata.combining(char) else 0
        if pile <= HIGHEST_PILE:
            yield char


def _unmarked(group: re.Match[str]) -> str:
    """What stands in brackets, in round ones if it has numbers and neither letters nor brackets."""
    kinds = set(map(unicodedata.category, group[1]))
    words = any(kind[0] == "L" or kind in {"Ps", "Pe"} for kind in kinds)
    numbers = any(kind[0] == "N" for kind in kinds)
    return f"({group[1].strip()})" if numbers and not words else group[0]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, in order; joined they are the text."""
    return [one[0] for one in _SENTENCE.finditer(text)]


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


def shortened(text: str, longest: int = SHORT) -> str:
    """The first of a text, quoted, on one line of at most so many characters."""
    shown = quoted(text[: 2 * longest])
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}{CUT}"
