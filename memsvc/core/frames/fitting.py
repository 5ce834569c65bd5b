"""Which words may be subject or value of a relation that a prototype tells."""

from __future__ import annotations

import re

from memsvc.core.frames.spot import Kind, Spot

_ORGANISATIONS = frozenset(
    """
    company corp inc ltd gmbh foods bank airlines studio records gallery university college fc
    united city motors systems labs club team press books railways institute council ministry crew
    group agency foundation society
    """.split()  # noqa: SIM905
)
_NAMED = frozenset({Kind.NAME, Kind.FIRST_WORD})
_TITLED = _NAMED | {Kind.QUOTED, Kind.CODE}
_CLOCK = re.compile(r"\d[:.]\d\d|\d\s?[ap]m\b|o'clock")
_LASTING = re.compile(
    r"\b(?:ms|s|secs?|seconds?|min|minutes?|h|hours?|days?|weeks?|months?|years?)$"
)
_MONEY = re.compile(
    r"[$\u20ac\u00a3]|\b(?:euros?|eur|dollars?|usd|pounds|gbp|francs|crowns|million|\d+k)\b"
)
_DATA = re.compile(r"\d\s?(?:[kmgt]i?b)\b")
_DAY = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"\d{4})\b"
)
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b")


PLAIN = frozenset("number time when day version money data email url".split())  # noqa: SIM905
"""Kinds of values that nobody takes for a subject, wherever they stand."""


def may_be_subject(of: str, spot: Spot) -> bool:
    """Whether words may be the subject of a relation `of` such."""
    if of == "person":
        return spot.kind is Kind.SPEAKER or (spot.kind in _NAMED and not spot.words[0].islower())
    if of == "work":
        return spot.kind in _TITLED or spot.kind is Kind.THING
    return of == "thing" and spot.kind not in {Kind.NUMBER, Kind.NOUN}


def fits(takes: str, spot: Spot) -> bool:
    """Whether words may be a value of the kind that a relation takes."""
    text = " ".join(spot.words).lower()
    if spot.kind is Kind.NUMBER:
        return _fits_number(takes, text)
    if spot.kind not in _KINDS.get(takes, ()):
        return False
    digits = any(map(str.isdigit, text))
    if takes == "person":
        return _is_person(spot)
    if takes == "any":
        return spot.kind is not Kind.THING or digits
    if takes == "often":
        return text.endswith("ly")
    return {"email": "@" in text, "address": digits}.get(takes, True)


_KINDS = {
    "person": _NAMED,
    "name": _TITLED | {Kind.THING},
    "place": _TITLED | {Kind.THING},
    "noun": _NAMED | {Kind.NOUN, Kind.THING},
    "often": {Kind.NOUN},
    "email": {Kind.CODE},
    "address": _NAMED,
    "any": _TITLED | {Kind.THING},
    "url": {Kind.CODE},
    "version": {Kind.CODE},
    "number": {Kind.CODE},
}


def _fits_number(takes: str, text: str) -> bool:
    timed = bool(_CLOCK.search(text) or _WEEKDAY.search(text))
    dated = bool(_DAY.search(text) and not timed)
    if takes == "number":
        return not timed and not (dated and not text.isdigit())
    if takes == "time":
        return bool(_CLOCK.search(text) or _LASTING.search(text))
    if takes == "when":
        return timed or dated
    if takes == "version":
        return not timed and not _LASTING.search(text)
    kinds = {"money": _MONEY, "data": _DATA, "day": _DAY}
    if takes in kinds:
        return kinds[takes].search(text) is not None
    return takes in {"any", "address"}


def _is_person(spot: Spot) -> bool:
    words = {word.lower() for word in spot.words}
    return (
        spot.kind in _NAMED
        and spot.words[0] != "the"
        and words.isdisjoint(_ORGANISATIONS)
        and not any(any(map(str.isdigit, word)) for word in words)
    )
