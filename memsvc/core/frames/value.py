"""The value of a frame: where it ends in a sentence, its key, and which values are the same."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.frames.known import Takes
from memsvc.core.frames.lexicon import VERBS
from memsvc.core.frames.quantities import amount, canonical
from memsvc.core.frames.subject import named_key, plain_key

MOST_WORDS = 10

_AUXILIARIES = frozenset("is are was were has have had am does do did nolonger".split())  # noqa: SIM905
_STOPS = _AUXILIARIES | frozenset(
    """
    since because but so while when after before that which who whom whose where until till if
    though although as than then rather not last next yesterday ago again too already together
    along during despite via per every each once with without whereas following replacing
    succeeding using thanks due effective starting beginning instead
    """.split()  # noqa: SIM905
)
_PREPOSITIONS = frozenset(
    "in at on for from by to near about into onto over under around within".split()  # noqa: SIM905
)
_PRONOUNS = frozenset("I i he she it they we you my his her their our its your this".split())  # noqa: SIM905
_ARTICLES = frozenset({"the", "a", "an"})
_ENDS = (",", ";", ":", "!", "?", ")")
_DASHES = frozenset({"-", "\u2013", "\u2014", "--"})
_GROUPS = frozenset(
    """
    city country continent state town village region province sport position field company firm
    district language municipality area genre brand
    """.split()  # noqa: SIM905
)


def end_of(written: Sequence[str], bare: Sequence[str], start: int) -> int:
    """Behind the last word of the value that begins at a word."""
    at, last = start, min(len(written), start + MOST_WORDS)
    while at < last:
        word = bare[at]
        if (
            at > start
            and _stops(written, bare, at, start)
            and not (word == "per" and bare[start][:1].isdigit())
        ):
            return at
        if written[at].endswith(_ENDS) and not _goes_on_behind_comma(written, bare, at):
            return at + 1
        if not word and written[at] in _DASHES:
            return at
        at += 1
    return at


def _stops(written: Sequence[str], bare: Sequence[str], at: int, start: int) -> bool:
    word = bare[at]
    if word in _STOPS or written[at][:1] == "(" or written[at] in _DASHES:
        return True
    if word in _PREPOSITIONS:
        return not bare[start].endswith("ing")  # "listening to music"
    return word in {"and", "or"} and not _joins(bare, at)


def _joins(bare: Sequence[str], at: int) -> bool:
    """Whether "and" joins two names, and not two clauses."""
    following = bare[at + 1 : at + 6]
    if not following or following[0] in _PRONOUNS or following[0] in VERBS:
        return False
    return (
        following[0][:1].isupper() == bare[at - 1][:1].isupper()
        and _AUXILIARIES.isdisjoint(following)
        and VERBS.isdisjoint(following)
    )


def _goes_on_behind_comma(written: Sequence[str], bare: Sequence[str], at: int) -> bool:
    """ "Oban, New Zealand", "Charles FitzRoy, 2nd Duke of Grafton"."""
    if not written[at].endswith(",") or at + 1 >= len(written):
        return False
    following = bare[at + 1 : at + 6]
    first = following[0]
    if not (first[:1].isupper() or first[:1].isdigit()) or first in _PRONOUNS:
        return False
    if not bare[at][:1].isupper() and not bare[at][:1].isdigit():
        return False
    return _AUXILIARIES.isdisjoint(following) and VERBS.isdisjoint(following)


def without_group(words: Sequence[str]) -> Sequence[str]:
    """ "The city of Oslo" is Oslo."""
    if len(words) > 3 and words[0] in {"the", "a"} and words[1] in _GROUPS and words[2] == "of":
        return words[3:]
    if (
        len(words) > 2
        and words[0] in {"the", "a"}
        and words[1] in _GROUPS
        and words[2][:1].isupper()
    ):
        return words[2:]
    return words


def value_key(words: Sequence[str]) -> str:
    """The value as kept in a frame: small letters, no article, no signs around."""
    bare = list(words)
    while len(bare) > 1 and bare[-1] in {"and", "or", "such"}:
        del bare[-1]
    while len(bare) > 1 and bare[0].lower() in _ARTICLES and not bare[0][:1].isupper():
        del bare[0]
    return named_key(bare).rstrip(",;:!?")


def accepts(takes: Takes, words: Sequence[str], *, casual: bool) -> bool:
    """Whether these words, as written, may be the value of such a relation."""
    if not words:
        return False
    return _ACCEPTS[takes](words, casual)


def _is_name(words: Sequence[str], casual: bool) -> bool:
    if (
        words[0].islower()
        and words[0] not in _LEADS_NAME
        and not casual
        and not _has_code(words[0])
    ):
        return False
    if words[0] in {"a", "an", "my", "his", "her", "their", "some", "any", "our", "your", "no"}:
        return False
    if any(word[:1].isupper() or word[:1].isdigit() or not word[:1].isascii() for word in words):
        # "The same street as Ana" begins with no name.
        return (
            words[0][:1].isupper()
            or not words[0].islower()
            or words[0] in _LEADS_NAME
            or any(one[:1].isupper() for one in words[:2])
        )
    if any(any(map(str.isupper, word)) for word in words):
        return True
    return casual and len(words) <= 3 and words[0] not in _NO_NAME


_LEADS_NAME = frozenset("de von van la le el al the".split())  # noqa: SIM905
_NO_NAME = frozenset(
    """
    same other first second last next new old best most way end beginning house home office city
    country countryside world people person man woman guy moment past future fear peace love hope
    general there here it them him her this that both all school work bed place area suburbs
    morning evening night weekend weekends days
    """.split()  # noqa: SIM905
)


def _has_code(word: str) -> bool:
    """ "iPad", "inXile", "3M"."""
    return any(map(str.isupper, word)) or any(map(str.isdigit, word))


def _is_person(words: Sequence[str], casual: bool) -> bool:
    return words[0] != "the" and not words[0][:1].isdigit() and _is_name(words, casual)


def _is_noun(words: Sequence[str], casual: bool) -> bool:
    del casual
    first = words[0]
    return (
        len(words) <= 5
        and first not in _PRONOUNS
        and first not in _NO_NOUN
        and not (first.endswith("ing") and len(words) > 2)
    )


_NO_NOUN = frozenset(
    """
    to how what very so too really quite well here there out up it being that not me them him us
    all everywhere both these those when where every getting doing
    """.split()  # noqa: SIM905
)


def _has_number(words: Sequence[str], casual: bool) -> bool:
    del casual
    digits = any(any(map(str.isdigit, word)) for word in words)
    return digits or bool(amount(" ".join(words).lower()))


def _has_date(words: Sequence[str], casual: bool) -> bool:
    del casual
    found = canonical(plain_key(" ".join(words)))
    return (found[:1] in {"d", "w"} and found != plain_key(" ".join(words))) or (
        len(words) == 1 and words[0].isdigit() and len(words[0]) == 4
    )


def _is_job(words: Sequence[str], casual: bool) -> bool:
    del casual
    return (
        len(words) <= 5
        and words[0] not in _PREPOSITIONS
        and not any(word[:1].isdigit() for word in words)
        and (words[0] not in _NO_NOUN and words[0] not in _PRONOUNS)
    )


def _is_anything(words: Sequence[str], casual: bool) -> bool:
    del casual
    return len(words) <= 6 and words[0] not in _PRONOUNS and words[0] not in _NO_NOUN


_ACCEPTS = {
    Takes.ANYTHING: _is_anything,
    Takes.NAME: _is_name,
    Takes.PERSON: _is_person,
    Takes.PLACE: _is_name,
    Takes.NOUN: _is_noun,
    Takes.JOB: _is_job,
    Takes.NUMBER: _has_number,
    Takes.DATE: _has_date,
}
