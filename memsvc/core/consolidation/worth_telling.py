"""Which words behind a verb are worth keeping: things, places, times; no moods and politeness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.consolidation.third_person import AROUND

SURE, LIKELY, WEAK = 0.8, 0.7, 0.6
"""How sure it is that what is told is meant so, and will last."""

MOST_WORDS = 16
"""Words behind the verb that are kept."""


class Telling(NamedTuple):
    """A predicate, the words of its value, and how sure it is that this is meant."""

    predicate: str
    value: list[str]
    confidence: float = SURE


_POINTING = frozenset(
    """
    it that this these those them him her me us you one ones so there here something anything
    everything nothing someone somebody anyone everyone stuff things thing what how when why where
    which who myself yourself himself herself ourselves themselves each other another lot lots much
    more all some any too well together again a an the my our his their of to for in on at with and
    up out off back down about from by into after around over through been being be not
    very really so good great better fun nice amazing awesome now then today already just even
    still new way bit little few every time last
    """.split()  # noqa: SIM905
)
# Things of which people say that they have, get, make, give or take them without telling anything.
_SLIGHT = frozenset(
    """
    idea ideas question questions feeling feelings time times blast fun problem problems point
    points doubt doubts trouble chance look bit lot lots luck news something anything nothing plenty
    way ways reason reasons choice faith hope hopes opportunity moment moments experience
    experiences memories memory mind word thought thoughts sense impact difference sure progress
    break step steps goal vibe vibes energy power strength courage confidence support love joy
    inspiration motivation passion say clue couple people person one ones it all decision deal
    connection connections conversation conversations chat talk weekend night evening morning week
    year years issue issues setback setbacks challenge challenges mistake mistakes part success
    kick laugh smile hug message advice perspective kind type sort stuff things thing everything
    appreciation understanding peace comfort balance effort best mess fan believer others hard
    great good amazing awesome incredible nice wonderful such tough rough busy crazy huge pleasure
    help pic pics picture photo photos pictures attention note look-see respect control care place
    journey life ton tons late dinner lunch breakfast spending accident spot argument fight
    mess access room need
    dreams dream goals fill days day future world
    """.split()  # noqa: SIM905
)
_STOPS = frozenset(
    """
    because although though unless whereas if but whenever until till whose which who what why how
    """.split()  # noqa: SIM905
)
_AFTER_COMMA = frozenset(
    """
    which who so but and it that especially just like really even not then thanks too as for though
    please actually haha lol i we my he she they there no yes hope what how because since where
    thank this these those after before well right mostly only also whatever
    """.split()  # noqa: SIM905
)
_TRAILING = frozenset(
    """
    though too well either anymore already now actually honestly anyway please haha lol again also
    and but so or to of the a an my as by with for in on at from then really still though yet just
    together lately recently ya y'all
    """.split()  # noqa: SIM905
)
_KEPT_PARTICLES = frozenset("in on at from out off up back down again".split())  # noqa: SIM905
_LETTER = re.compile(r"\w")

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_UNITS = "day|week|month|year|weekend|summer|winter|spring|fall|autumn|semester|quarter"
FUTURE = re.compile(
    rf"\b(?:next (?:{_UNITS}|{_DAYS}|{_MONTHS}|\w+ (?:weeks|months))|tomorrow|tonight|"
    rf"this (?:{_UNITS}|{_DAYS}|evening|afternoon|coming|{_MONTHS})|later (?:this|today)|"
    rf"(?:in|by|on|at|until|from|for) (?:the )?(?:(?:early|late|end of) )?(?:{_MONTHS}|{_DAYS}|"
    rf"(?:\d+|a|an|two|three|four|five|six|few|couple) (?:of )?(?:{_UNITS})s?|{_UNITS}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)|christmas|easter|new year|20\d\d)|"
    rf"soon|upcoming|the \d{{1,2}}(?:st|nd|rd|th)|(?:{_DAYS})s?)\b",
    re.IGNORECASE,
)
OFTEN = re.compile(
    rf"\b(?:every (?:other |single )?(?:{_UNITS}|{_DAYS}|morning|evening|night)|"
    rf"(?:once|twice|\w+ times) (?:a|per) (?:{_UNITS})|on (?:{_DAYS})s|on weekends|at weekends|"
    rf"for a living|(?:for|since) (?:\w+ )?(?:(?:19|20)\d\d|years|months|{_UNITS}s))\b",
    re.IGNORECASE,
)
"""Tells of a habit, whatever the verb."""
TIMED = re.compile(
    rf"\b(?:yesterday|last (?:\w+ )?(?:{_UNITS}|night|{_DAYS}|{_MONTHS})|ago|since|"
    rf"(?:19|20)\d\d|{_DAYS}|{_MONTHS}|every|weekly|daily|twice|recently|today|"
    rf"this (?:{_UNITS}|morning|past)|\d+ (?:{_UNITS})s?|years?|months?|weeks?)\b",
    re.IGNORECASE,
)


def bare(words: Sequence[str]) -> list[str]:
    """The words in small letters, without signs around them."""
    return [word.strip(AROUND).lower() for word in words]


def trimmed(words: Sequence[str]) -> list[str]:
    """What is told, without afterthoughts, and without the sign behind the last word."""
    kept: list[str] = []
    small = bare(words)
    for at, word in enumerate(words[:MOST_WORDS]):
        if at and (small[at] in _STOPS or _is_aside(words, small, at)):
            break
        kept.append(word)
    while kept:
        last = bare(kept[-1:])[0]
        if not _LETTER.search(kept[-1]) or (last in _TRAILING and last not in _KEPT_PARTICLES):
            kept.pop()
        else:
            break
    if kept:
        kept[-1] = _closed(kept[-1])
        if sum(word.count('"') for word in kept) % 2:
            kept = [word.replace('"', "") for word in kept]
    return [word for word in kept if _LETTER.search(word)]


def _closed(word: str) -> str:
    """The last word without the sign that ends the sentence, be it before a quotation mark."""
    quoted = word.endswith('"')
    return word.rstrip(".,;:!?\u2026*~'\"\u201d\u2019)") + '"' * quoted


def _is_aside(words: Sequence[str], small: Sequence[str], at: int) -> bool:
    before = words[at - 1]
    if before[-1] not in ",!.":
        return False
    return (
        before[-1] != ","
        or small[at] in _AFTER_COMMA
        or (
            small[at].endswith("ing")
            and at > 2
            and small[at - 2] not in {"a", "an", "the", "my", "our"}
        )
    )


def is_telling(words: Sequence[str]) -> bool:
    """Whether some word names a thing, a place, a person or a time."""
    small = bare(words)
    if not small or (small[0] in _PRONOUNS and not (small[0] in _OPEN and len(small) > 2)):
        return False
    if small[-1] in _UNCLEAR or not _VAGUE.isdisjoint(small):
        return False
    return any(word not in _POINTING and word not in _SLIGHT for word in small if word)


_UNCLEAR = frozenset("it this that these those them here there such".split())  # noqa: SIM905
_VAGUE = frozenset({"something", "stuff", "somewhere", "whatever"})
_OPEN = frozenset("anything everything something someone all one".split())  # noqa: SIM905
_PRONOUNS = frozenset(
    """
    it that this them him her these those what how when why where who you one something anything
    everything nothing someone somebody anyone everyone so there
    """.split()  # noqa: SIM905
)


def is_slight(words: Sequence[str]) -> bool:
    """Whether what is had or got is nothing that lasts: "no idea", "a great time"."""
    small = bare(words)
    head = head_of(small)
    if head in _OPEN and len(small) > 2:
        return False
    return not head or head in _SLIGHT or small[0] in {"no", "to", "not", "such", "nothing", "so"}


def has_slight(small: Sequence[str]) -> bool:
    """Whether some word names nothing that lasts."""
    return not _SLIGHT.isdisjoint(small)


_BEHIND_HEAD = frozenset(
    """
    of in on at with for from to that which who named called about behind near by last next this
    yesterday today tomorrow since and every so as when while right after before during because
    named over into around through than ago like where
    """.split()  # noqa: SIM905
)


def head_of(small: Sequence[str]) -> str:
    """The noun of a noun phrase: the last word before a preposition."""
    for at, word in enumerate(small):
        if at and word in _BEHIND_HEAD:
            return small[at - 1]
    return small[-1] if small else ""


def is_dated(words: Sequence[str]) -> bool:
    """Whether a time or a name stands among the words."""
    if any(word[:1].isupper() and word[1:2].islower() for word in words):
        return True
    return TIMED.search(" ".join(words)) is not None
