"""Telephone numbers in a text: digits compared, however they are grouped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from memsvc.core.names.written import is_inside

FEWEST, MOST = 7, 15
"""Digits of a number; 15 at most by E.164."""
EXACT, NATIONAL, LOCAL = 1.0, 0.8, 0.6
"""How sure it is the same: all digits; without the country's; without the area's, too."""
NATIONAL_DIGITS = 9

_APART = r"[+ \t\u00a0\u2007\u2009\u202f().\-/\u2010-\u2015\u2212\u200e\u200f\u202a-\u202e]"
# Digits with at most two signs between two of them; each run is read once, from its beginning.
_RUN = re.compile(rf"(?<!\d)[+(]{{0,3}}\d(?:{_APART}{{0,2}}\d)*+")
_GROUP = re.compile(r"\d+")
_SIGNS = re.compile(rf"\+?(?:\d|{_APART})+")
_TRUNK = re.compile(r"\(0\)")


class Number(NamedTuple):
    """Digits without + or 00; `whole`: with those of the country."""

    digits: str
    whole: bool


def phone_number(identity: str) -> Number | None:
    """The number that an identity is; None for what is none."""
    if not _SIGNS.fullmatch(identity.strip()):
        return None
    number = _number(_TRUNK.sub("", identity))
    return number if FEWEST <= len(number.digits) <= MOST else None


def numbers_in(text: str, wanted: Iterable[Number]) -> Iterator[tuple[int, int, float]]:
    """Where one of these numbers stands, and how sure that is."""
    sought = list(wanted)
    if not sought:
        return
    for run in _RUN.finditer(text):
        yield from _in_run(run, sought)


def same_number(one: Number, other: Number) -> float:
    """How sure it is that both are one number; 0 where they are not."""
    if one.digits == other.digits:
        return EXACT
    if one.whole and other.whole:
        return 0.0
    shorter, longer = sorted((one.digits.lstrip("0"), other.digits.lstrip("0")), key=len)
    if len(shorter) < FEWEST or not longer.endswith(shorter):
        return 0.0
    return NATIONAL if len(shorter) >= NATIONAL_DIGITS or len(shorter) == len(longer) else LOCAL


def _in_run(run: re.Match[str], sought: list[Number]) -> Iterator[tuple[int, int, float]]:
    """Several numbers and dates may stand in one run, so every row of its groups is looked at."""
    text = run.string
    groups = [one.span() for one in _GROUP.finditer(text, *run.span())]
    endings = {one.digits[-FEWEST:] for one in sought}
    # Whatever stands before, the last digits are the same; few groups pass.
    digits, ending = "", []
    for one in groups:
        digits = (digits + _digits(text[slice(*one)]))[-FEWEST:]
        ending.append(digits in endings)
    at = 0
    while at < len(groups):
        found = _at_group(run, groups, at, ending, sought)
        if found is None:
            at += 1
            continue
        last, confidence = found
        yield _opened(text, run.start(), groups[at][0]), groups[last][1], confidence
        at = last + 1


def _at_group(
    run: re.Match[str],
    groups: list[tuple[int, int]],
    at: int,
    ending: list[bool],
    sought: list[Number],
) -> tuple[int, float] | None:
    """The last group of the surest number that begins with this one, and how sure it is."""
    text = run.string
    best: tuple[int, float] | None = None
    start = _opened(text, run.start(), groups[at][0])
    if is_inside(text, groups[at][0] - 1):
        return None
    # A group has a digit at least, and 00 may stand before them.
    for last in range(at, min(at + MOST + 2, len(groups))):
        if not ending[last] or is_inside(text, groups[last][1]):
            continue
        written = text[start : groups[last][1]]
        number = _number(_TRUNK.sub("", written))
        if len(number.digits) > MOST:
            break
        if len(number.digits) < FEWEST:
            continue
        alone = at == 0 and last == len(groups) - 1
        for one in sought:
            confidence = same_number(number, one)
            # A part of a longer number is another number.
            if confidence == EXACT or (confidence and (alone or number.whole)):
                best = max(best or (last, 0.0), (last, confidence), key=lambda found: found[1])
    return best


def _opened(text: str, least: int, start: int) -> int:
    """Where the signs begin that open the number: "+", "("."""
    while start > least and text[start - 1] in "+(":
        start -= 1
    return start


def _number(written: str) -> Number:
    digits = _digits(written)
    if "+" in written or digits.startswith("00"):
        return Number(digits.removeprefix("00"), whole=True)
    return Number(digits, whole=False)


def _digits(written: str) -> str:
    if written.isascii():
        return "".join(filter(str.isdecimal, written))
    return "".join(str(unicodedata.digit(one)) for one in written if one.isdecimal())
