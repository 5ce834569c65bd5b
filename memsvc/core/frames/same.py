"""Which values are the same however written, and which say one thing more exactly."""

from __future__ import annotations

from memsvc.core.frames.frame import Frame
from memsvc.core.frames.known import Takes
from memsvc.core.frames.lexicon import KNOWN
from memsvc.core.frames.quantities import canonical
from memsvc.core.frames.states import BROADER
from memsvc.core.frames.subject import plain_key

_ARTICLES = frozenset({"the", "a", "an"})
_SUFFIXES = frozenset("inc ltd llc corp gmbh plc corporation incorporated limited".split())  # noqa: SIM905
_SAME = {
    "united states of america": "usa", "united states": "usa", "us": "usa", "america": "usa",
    "united kingdom": "uk", "great britain": "uk", "britain": "uk", "new york city": "new york",
    "nyc": "new york", "new york ny": "new york", "la": "los angeles", "sf": "san francisco",
    "people's republic of china": "china", "holland": "netherlands", "soccer": "football",
    "association football": "football", "js": "javascript", "postgres": "postgresql",
    "k8s": "kubernetes", "golang": "go", "ussr": "soviet union", "uae": "united arab emirates",
}  # fmt: skip
_SMALL_WORDS = frozenset({"of", "and", "the", "for", "&", "in"})


def same_value(one: Frame, other: Frame) -> bool:
    """Whether two values of one relation are the same however written.

    Letter case, accents, articles, "Inc.", units, forms of dates and times, well-known
    abbreviations and initials do not count; of people a part of the name is enough.
    """
    if one.value == other.value:
        return True
    left, right = _canonical(one.value), _canonical(other.value)
    if left == right or _is_short_for(one.value, other.value):
        return True
    if _dates_agree(left, right) or _numbers_agree(left, right):
        return True
    known = KNOWN.get(one.relation)
    if known is not None and known.takes is Takes.PERSON:
        return _is_part(left, right) or _is_part(right, left)
    # "Portland" and "Portland, Oregon".
    return left == right.partition(",")[0] or right == left.partition(",")[0]


def _canonical(value: str) -> str:
    value = plain_key(value)
    words = value.split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    if len(words) > 1 and words[-1].strip(",") in _SUFFIXES:
        words = words[:-1]
    value = " ".join(words).rstrip(",")
    return canonical(_SAME.get(value, value))


def _is_short_for(one: str, other: str) -> bool:
    """ "BBC" for British Broadcasting Corporation."""
    short, long = sorted((one, other), key=len)
    if not 2 <= len(short) <= 6 or not short.isalpha() or " " not in long:
        return False
    words = long.replace("-", " ").split()
    initials = "".join(word[0] for word in words)
    proper = "".join(word[0] for word in words if word not in _SMALL_WORDS)
    return short in {initials, proper}


def _numbers_agree(one: str, other: str) -> bool:
    """Numbers of which one leaves out the unit."""
    (number, _, unit), (another, _, of) = one.partition(" "), other.partition(" ")
    return number == another and number[:1] == "n" and number[1:2].isdigit() and not (unit and of)


def _dates_agree(one: str, other: str) -> bool:
    """Dates of which one leaves out the year."""
    if one[:2] == "d-" or other[:2] == "d-":
        return one[:1] == other[:1] == "d" and one.partition("-")[2] == other.partition("-")[2]
    return False


def refines(one: Frame, other: Frame) -> bool:
    """Whether one value says the other more exactly: "Postgres" and "Postgres 15.4"."""
    known = KNOWN.get(one.relation)
    if known is not None and known.takes is Takes.NOUN:
        return False  # "rugby" and "rugby union" are two sports
    if one.relation == "occupation" and _is_sort_of(one.value, other.value):
        return True
    return _is_part(one.value, other.value) or _is_part(other.value, one.value)


def _is_sort_of(one: str, other: str) -> bool:
    """Whether one calling is a sort of the other: a heart surgeon is a doctor."""
    left, right = one.rsplit(maxsplit=1)[-1], other.rsplit(maxsplit=1)[-1]
    return left in BROADER.get(right, ()) or right in BROADER.get(left, ())


def _is_part(part: str, whole: str) -> bool:
    words, all_words = part.replace(",", "").split(), whole.replace(",", "").split()
    return len(words) < len(all_words) and set(words) <= set(all_words) and len(words[0]) > 1
