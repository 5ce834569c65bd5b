"""The people whom a request names, as it writes them: known names, identities, names unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from memsvc.core.names.addresses import AddressKind, addresses_in
from memsvc.core.names.like_words import BEFORE_TIMES, CALENDAR, HARDLY, PARTICLES
from memsvc.core.names.phone_numbers import phone_number
from memsvc.core.names.written import Word, words_of
from memsvc.core.people import ORDINARY, POSSESSIVE, Mention

# An id has a digit or an underscore, and stands where somebody may be named.
_ID = re.compile(
    r"(?<![\w.@-])(?=[\w.:|-]*[\d_])(?=[\w.:|-]*[^\W\d_])[^\W_](?:[\w.:|-]*\w)?(?![\w@-])"
)
_PHONE = re.compile(r"(?<!\w)\+?\(?\d[\d ().-]{5,22}\d(?!\w)")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|am|pm|h|k|m|km|kg|gb|mb)", re.IGNORECASE)
_SLOT = re.compile(
    r"(?:\A|\b(?:from|by|about|of|on|for|to|with|regarding|concerning|mentioning|naming|and|or|that|"
    r"which|what|whatever|everything|anything|all|users?|persons?|customers?|clients?|subjects?|"
    r"people|person|id|involving|well as|data|messages|information|dr|mrs?|ms)\.?|,)"
    r"[\s\"']*\Z",
    re.IGNORECASE,
)
_LOOK_BACK = 24
_ACTING = re.compile(
    r"\s(?:(?:has|have|had|ever|just|once|already|also) )*(?:told|said|says|wrote|written|shared|"
    r"mentioned|sent|gave|posted|asked|reported|typed|uploaded|provided|stated)\b",
    re.IGNORECASE,
)
# Bare figures are an id where they are said to be one.
_FIGURES = re.compile(
    r"\b(?:user|person|customer|client|subject)s? (?:(?:id|number|no\.?) )?#?(\d+)\b"
)
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 2, 5


class Written(NamedTuple):
    """A person in a text, without a possessive ending; `sure`: no place or thing is meant."""

    start: int
    end: int
    words: str
    sure: bool


def people_written(text: str, mentions: Sequence[Mention], *, alone: bool = False) -> list[Written]:
    """The people in order, none overlapping; `alone`: the text is nothing but a name or id."""
    found: list[Written] = []
    for one in (*_addressed(text), *_known(text, mentions), *_unknown(text, alone=alone)):
        # Of an address or a longer name that is known, nothing is a person of its own.
        if all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return sorted(found)


def _known(text: str, mentions: Sequence[Mention]) -> Iterator[Written]:
    for one in mentions:
        end = one.end
        if one.possessive:
            end = max(text.rfind("'", one.start, end), one.start + 1)
        # A surname that is not known belongs to the name all the same.
        yield Written(one.start, end, text[one.start : end], sure=True)


def _addressed(text: str) -> Iterator[Written]:
    for one in addresses_in(text):
        if one.kind is not AddressKind.URL:
            yield Written(one.start, one.end, one.written, sure=True)
    for match in _PHONE.finditer(text):
        if phone_number(match[0]) is not None:
            yield Written(match.start(), match.end(), match[0], sure=True)
    for match in _FIGURES.finditer(text):
        yield Written(match.start(1), match.end(1), match[1], sure=True)
    for match in _ID.finditer(text):
        written = re.sub(r"'s?\Z", "", match[0])
        if _is_slot(text, match.start()) and not _ORDINAL.fullmatch(written):
            yield Written(match.start(), match.start() + len(written), written, sure=True)


def _unknown(text: str, *, alone: bool) -> Iterator[Written]:
    """Words with capitals where somebody may be named."""
    if text.isupper():
        return
    words = words_of(text)
    at = 0
    while at < len(words):
        last = at
        last = _last(text, words, at) if _is_name(words[at]) else at
        standing = alone or _is_slot(text, words[at].start)
        if _is_name(words[at]) and (standing or _ACTING.match(text, words[last].end)):
            yield Written(
                words[at].start,
                words[last].end,
                text[words[at].start : words[last].end],
                sure=last > at or POSSESSIVE.match(text, words[last].end) is not None,
            )
        at = last + 1


def _last(text: str, words: Sequence[Word], first: int) -> int:
    """The last word of a name that begins here: "Ana de la Cruz", "O'Dowd", "Anne-Lise"."""
    last = first
    for at in range(first + 1, len(words)):
        gap = text[words[at - 1].end : words[at].start]
        if gap not in {" ", "-", "'", ". "} or (gap == ". " and len(words[at - 1].written) > 1):
            break
        single = len(words[at].written) == 1
        stopped = text[words[at].end : words[at].end + 1] == "."
        if words[at].capital and words[at].bare not in CALENDAR and (stopped or not single):
            last = at
        elif words[at].bare not in PARTICLES:
            break
    return last


def _is_name(word: Word) -> bool:
    acronym = word.written.isupper() and _SHORTEST_ACRONYM <= len(word.written) <= _LONGEST_ACRONYM
    if not word.written[0].isalpha() or not (word.capital or word.caseless) or acronym:
        return False
    return word.bare not in ORDINARY | HARDLY | BEFORE_TIMES | (CALENDAR - {"august"}) | {"i"}


def _is_slot(text: str, start: int) -> bool:
    return _SLOT.search(text, max(0, start - _LOOK_BACK), start) is not None
