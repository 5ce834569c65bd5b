"""Words of a sentence that may be masked, and lists of words that tell where such end."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from memsvc.core.temporal_english import WEEKDAYS


class Kind(StrEnum):
    """What kind of thing words name."""

    NAME = "name"
    FIRST_WORD = "first word"
    """A capital letter that may be there only because a sentence begins."""
    QUOTED = "quoted"
    CODE = "code"
    """A host, address, path or version: "vpn.example", "eu-west-1"."""
    NUMBER = "number"
    """A number with its unit, a date or a time."""
    SPEAKER = "speaker"
    THING = "thing"
    """A noun phrase with "the", or one that begins the sentence."""
    NOUN = "noun"
    """Words in small letters where a value may stand."""


STRONG = frozenset({Kind.NAME, Kind.QUOTED, Kind.CODE, Kind.NUMBER, Kind.SPEAKER})


class Spot(NamedTuple):
    """Words from `start` to before `end` that may be masked; `owns`: they stand in the genitive.

    `words` are those of it without signs; `plain` those without a class before a name, as "the
    novel".
    """

    kind: Kind
    start: int
    end: int
    words: tuple[str, ...]
    owns: bool = False
    plain: tuple[str, ...] = ()


def overlaps(one: Spot, other: Spot) -> bool:
    """Whether two spots share a word."""
    return one.start < other.end and other.start < one.end


ME = frozenset("i me we us myself ourselves".split())  # noqa: SIM905
MY = frozenset({"my", "our"})
ARTICLES = frozenset({"the", "a", "an"})
PREPOSITIONS = frozenset(
    """
    in at on for from by with to of into onto about under over near through than via as within
    until since after before during up out off behind beside without
    """.split()  # noqa: SIM905
)
NO_NOUNS = (
    frozenset(
        """
        the a an my our we i it and or but all each every no nowhere nothing nobody this that these
        those there here he she they his her their its your you if who whom what which where when
        why how whoever whatever both some any most many few several come not nor so than then only
        is are was were am be been being has have had does do did may must can will could should
        would might isn't one
        """.split()  # noqa: SIM905
    )
    | PREPOSITIONS
    | ME
)
BEHIND_VERBS = (
    ARTICLES | PREPOSITIONS | frozenset("its his her their my our no every each".split())  # noqa: SIM905
) - {"of"}
INSIDE_NAMES = frozenset("of the de van von & del la da di for".split())  # noqa: SIM905
DAYS = frozenset({day for day in WEEKDAYS if len(day) > 5} | {f"{day}s" for day in WEEKDAYS})
UNITS = frozenset(
    "times percent utc gmt cet am pm o'clock million billion thousand crowns francs".split()  # noqa: SIM905
)
SHORT_UNITS = frozenset(
    "s min h d w mo y ms km m cm mm mi ft in kg g lb usd eur gbp kb mb gb tb c f l ml %".split()  # noqa: SIM905
)
# Third persons that may stand before a noun without article, and others' forms that end no noun.
ENDS_NOUNS = frozenset(
    """
    accepts shows looks takes gives lets allows keeps holds gets needs uses runs calls sends makes
    returns reads writes stores serves starts stops opens closes begins waits tries listens sits
    stands lies rises flows goes comes leaves pays costs lasts works plays rejects refuses eats
    drinks wears drives rides likes loves gave go get turn show stand kick kicks get
    """.split()  # noqa: SIM905
)
JOINS = frozenset("to until and at of - \u2013".split())  # noqa: SIM905
