"""What kind of value an unknown relation is given: only values of one kind exclude each other.

"The meeting is at 3 pm", "is on Friday", "is in room 4" and "is important" all may hold at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memsvc.core.frames.places import level
from memsvc.core.frames.quantities import amount
from memsvc.core.frames.states import STATES
from memsvc.core.frames.subject import plain_key
from memsvc.core.frames.value import end_of, value_key
from memsvc.core.temporal_english import MONTHS, WEEKDAYS, any_of

_LEADING = frozenset(
    """
    at on in for from with scheduled set planned due held taking place happening booked located kept
    parked stored called named every to around about by starting beginning open stands located
    """.split()  # noqa: SIM905
)
_RELATIVE = re.compile(
    r"\b(?:today|tomorrow|tonight|yesterday|next|last|this|ago|later|soon|in \d+ \w+|coming)\b"
)
_CLOCK = re.compile(
    r"\b(?:\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*(?:[ap]\.?m\b\.?|o'clock)|noon|midnight|midday)",
)
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{any_of(MONTHS)})\b"
    r"(?:,? \d{4})?"
    rf"|(?:{any_of(MONTHS)}) (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?)"
)
_WEEKDAY = re.compile(rf"\b(?:{any_of(day for day in WEEKDAYS if len(day) > 5)})s?\b")
_DIMENSIONS = {
    unit: name
    for name, units in {
        "time": "s min h d w mo y ms", "length": "km m cm mm mi ft in", "mass": "kg g lb",
        "money": "usd eur gbp", "data": "kb mb gb tb", "temperature": "c f", "volume": "l ml",
        "share": "%",
    }.items()
    for unit in units.split()
}  # fmt: skip
# What these are called takes any short value: "the status is shipped".
_ATTRIBUTES = frozenset(
    """
    status state color colour password size name version language framework limit theme mode
    priority category type format code id pin key number level region zone environment branch
    database editor shell browser font model brand make provider host hosting tier currency
    deadline window owner stack license licence schedule slot date address channel
    server backend frontend platform license flavour flavor cuisine setting default
    """.split()  # noqa: SIM905
)
_ADJECTIVES = frozenset({"favourite", "favorite", "national", "preferred", "default", "official",
                         "state", "current"})  # fmt: skip
_DEGREES = frozenset("so very too really quite pretty such not how all more most less".split())  # noqa: SIM905
_NO_NOUNS = frozenset(
    """
    good bad great nice fine ok okay wrong right new old it them here there
    """.split()  # noqa: SIM905
)
_ADJECTIVAL = ("ing", "ful", "ous", "able", "ible", "ly")
_JOINTS = frozenset("._/@")
_SOME = frozenset("in for during under with when while until from".split())  # noqa: SIM905
_PLACING = frozenset("in at on with located parked kept stored".split())  # noqa: SIM905
_MOST_WORDS = 6
_PLACES = frozenset({"room", "floor", "building", "hall", "gate", "platform", "suite", "terminal"})


def facets(
    written: Sequence[str], bare: Sequence[str], start: int, called: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Kinds and values of what a copula says, from a word on, about something so called."""
    end = end_of(written, bare, _behind_leading(bare, start))
    words = bare[start:end]
    text = plain_key(" ".join(bare[start : start + 12]))
    timed = list(_times(text))
    if timed:
        if not _RELATIVE.search(text):
            yield from timed
        return
    led = bool(words) and words[0] in _LEADING
    words = bare[_behind_leading(bare, start) : end]
    if not words or len(words) > _MOST_WORDS:
        return
    yield from _kinds(words, bare[start] if led else "", called)


def _kinds(words: Sequence[str], lead: str, called: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The kind of a value that is no time, and itself; `lead`: the word before it."""
    said = plain_key(" ".join(words))
    size = level(said) and f" {level(said)}"
    favourite = not {"favourite", "favorite"}.isdisjoint(called)
    if said in STATES and not favourite and lead in {"", "on"}:
        kind, value = STATES[said]
        yield kind, value
    elif amount(said) and words[1:2] != ["of"]:
        unit = amount(said).partition(" ")[2]
        yield _DIMENSIONS.get(unit, "number"), said
    elif lead in _PLACING and (_named(words) or words[-1] in _PLACES):
        yield f"place{size}", value_key(words)
    elif lead in {"called", "named"}:
        yield "name", value_key(words)
    elif lead:
        return
    elif _named(words) or (called and _takes_nouns(called, words)):
        yield f"name{size}", value_key(words)
    elif words[0] in {"a", "an"} and len(words) in {2, 3, 4} and _named(words[1:]):
        yield "thing", value_key(words)


def restricted(written: Sequence[str], bare: Sequence[str], start: int) -> bool:
    """Whether a value is said to hold somewhere or for some alone: "5% in Europe"."""
    end = end_of(written, bare, _behind_leading(bare, start))
    return end < len(bare) and bare[end] in _SOME


def _behind_leading(bare: Sequence[str], start: int) -> int:
    while start < len(bare) - 1 and bare[start] in _LEADING:
        start += 1
    return start


def _named(words: Sequence[str]) -> bool:
    first = words[1] if words[0] == "the" and len(words) > 1 else words[0]
    return first[:1].isupper() or any(map(_is_code, words)) or "-" in words[-1][1:-1]


def _is_code(word: str) -> bool:
    """ "eu-central-1", "app.example", "ana@mail.example", "v2"."""
    return any(map(str.isdigit, word)) or not _JOINTS.isdisjoint(word[1:-1])


def _takes_nouns(called: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a value in small letters is one: of what is called a favourite, or an attribute."""
    noun = words[-1]
    if len(words) > 3 or words[0] in _DEGREES or noun in _NO_NOUNS or noun.endswith(_ADJECTIVAL):
        return False
    return called[-1] in _ATTRIBUTES or not _ADJECTIVES.isdisjoint(called)


def _times(text: str) -> Iterator[tuple[str, str]]:
    clock = _CLOCK.search(text)
    if clock:
        yield "time", clock[0].strip()
    date = _DATE.search(text)
    if date:
        yield "day", date[0]
    weekday = _WEEKDAY.search(text)
    if weekday and not date:
        yield "weekday", weekday[0]
