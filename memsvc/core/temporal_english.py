"""English expressions of time: their patterns and what they mean as seen from a moment.

A rule knows one way to say a time. The named groups of its pattern reach `resolve` in lower case,
"" for what was left out. Another language is another module with the names that `temporal` reads.

Choices: 7/5/2023 is 7 May, as in most of the world, and 5/27/2023 can only be 27 May. "Last week"
is the calendar's; "the last week" and "the past three weeks" end today. A bare month or weekday is
the latest that has begun. Years count from 1900 to 2100, and alone only after a word such as "in".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeAlias

from memsvc.core import spans
from memsvc.core.spans import DAY, MONTH, SEASON, YEAR, Span, Width

Words: TypeAlias = Mapping[str, str]


def _places(words: str) -> dict[str, int]:
    """Word to its place in the list, from 1; words of one meaning stand between two bars."""
    return {
        word: place for place, same in enumerate(words.split("|"), start=1) for word in same.split()
    }


MONTHS = _places(
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|"
    "september sept sep|october oct|november nov|december dec"
)
# Not "sun", "sat" and "wed": the sun shines, the cat sat, and people wed.
WEEKDAYS = _places(
    "monday mon|tuesday tues tue|wednesday|thursday thurs thu|friday fri|saturday|sunday"
)
NUMBERS = _places("a an one|two couple|three|four|five|six|seven|eight|nine|ten|eleven|twelve")
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
NAMED_DAYS = {
    "yesterday": -1, "last night": -1, "today": 0, "tonight": 0, "this morning": 0,
    "this afternoon": 0, "this evening": 0, "tomorrow": 1,
}  # fmt: skip
TURNS = {"past": "last", "this past": "last", "coming": "next", "this coming": "next"}

# ---- words before an expression

SINCE = frozenset({"since", "less than"})
AFTER = frozenset({"after", "later than"})
BEFORE = frozenset({"before", "prior to", "earlier than"})
UNTIL = frozenset({"until", "till", "up to", "by", "no later than", "more than", "at least"})
OPENING = frozenset({"between", "from"})
JOINING = frozenset({"to", "until", "till", "through"})
BETWEEN = frozenset({"between"})
LISTING = frozenset({"and", "or"})
WITHIN = frozenset({"", "in", "of", "on", "at", "during"})
MORE = frozenset({"over"})  # with "ago", whereas "over the summer" is during it
AGO = "ago"
ONWARDS = ("onward", "onwards")
FRACTIONS = frozenset({"half"})
# After these, what comes again is a habit or a place in a row, and no one time.
REFUSING = FRACTIONS | {
    "every", "every other", "each", "any", "first", "second", "third", "fourth", "fifth"
}  # fmt: skip
# No part of the expression that they stand before.
LOOSE = REFUSING | LISTING | {"to", "through"}
# What follows is a time for certain: "in may", whereas "what may" is a verb.
PART = "part"
CERTAIN = frozenset({PART, "in", "during", "throughout", "since", "until", "till", "between"})
BEFORE_YEARS = CERTAIN | BEFORE | AFTER | UNTIL | OPENING | {"of"}


def any_of(words: Iterable[str]) -> str:
    """A pattern of one of the words, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word))).replace(" ", r"\s+")


NUMBER = rf"(?:(?<!\d[./,])\d{{1,3}}|(?:a\s+)?couple(?:\s+of)?|{any_of(NUMBERS)})"
UNIT = any_of(spans.UNITS)
# "two weeks before": what follows is only where the counting starts.
OFFSET = rf"(?:last\s+)?(?:(?P<count>{NUMBER})\s+)?(?P<unit>{UNIT})s?\s+(?P<side>before|after)"
LEAD = any_of(
    SINCE | AFTER | BEFORE | UNTIL | OPENING | JOINING | LISTING | MORE | REFUSING
    | WITHIN - {""} | {"throughout", "within", "before and after"}
)  # fmt: skip
# "The week of" takes in the week; of the others the whole is taken.
PARTS = r"(?:early|mid|late|year|(?:beginning|start|middle|end|month|day|week|weekend)\s+of)[\s-]+"


# ---- expressions


class Rule(NamedTuple):
    """One way to say a time; `sure` judges by the word before it, "" for none."""

    pattern: str
    resolve: Callable[[Words, datetime], Span]
    sure: Callable[[Words, str], bool] = lambda words, lead: True
    recurs: bool = False  # comes again, so that its surroundings may say when: "Monday", "7 May"


def number(text: str) -> int:
    """What "3", "three", "a" or "a couple of" counts; nothing counts as one."""
    word = text.removeprefix("a ").partition(" ")[0] or "a"
    return int(word) if word.isdigit() else NUMBERS[word]


def _turn(words: Words) -> str:
    return TURNS.get(words["turn"], words["turn"])


def _of_year(words: Words, month: int, width: Width, asof: datetime) -> Span:
    if words["year"]:
        return spans.from_date(width, int(words["year"]), month)
    return spans.part_of_year(month, width, _turn(words), asof)


def _date(words: Words, asof: datetime) -> Span:
    month, day = MONTHS[words["month"]], int(words["day"])
    if words["year"]:
        start, end = spans.from_date(DAY, int(words["year"]), month, day)
    else:
        start, end = spans.latest_date(month, day, asof)
    if words["last"]:
        end = start.replace(day=int(words["last"])) + DAY
    if end <= start:
        raise ValueError("the last day is before the first")
    return start, end


def _iso(words: Words, _: datetime) -> Span:
    day = int(words["day"] or 1)
    return spans.from_date(
        DAY if words["day"] else MONTH, int(words["year"]), int(words["month"]), day
    )


def _figures(words: Words, _: datetime) -> Span:
    day, month = int(words["first"]), int(words["second"])
    if month > 12:
        day, month = month, day
    return spans.from_date(DAY, int(words["year"]), month, day)


def _ago(words: Words, asof: datetime) -> Span:
    if words["more"]:
        asof = spans.whole(words["more_unit"], asof, -number(words["more"]))[0]
    return spans.whole(words["unit"], asof, -number(words["number"]))


def _sure_month(words: Words, lead: str) -> bool:
    name, told = words["month"], words["turn"] or words["year"]
    doubtful = name in {"may", "march", "sept"} or len(name) < 4
    return bool(told) or not doubtful or lead in CERTAIN | BEFORE | AFTER


def _sure_season(words: Words, lead: str) -> bool:
    # Before and after a fall one may as well have stood.
    told = words["turn"] or words["year"] or lead in CERTAIN
    return bool(told or (lead and words["season"] != "fall"))


_YEAR = r"(?P<year>19\d\d|20\d\d|2100)(?!\d)"
_TURN = r"(?:(?P<turn>last|this\s+past|past|this\s+coming|this|next|coming)\s+)"
_MONTH, _WEEKDAY = any_of(MONTHS), any_of(WEEKDAYS)
_ORDINAL = r"(?:st|nd|rd|th)?(?![\d:%])"
_TO_DAY = rf"(?:\s?(?:-|\u2013|\b(?:to|and|until|till|through)\s)\s?(?P<last>\d{{1,2}}){_ORDINAL})?"
# A year that is none must not leave a date of another year behind.
_OF_YEAR = rf"(?:,?\s+(?:of\s+)?{_YEAR}|(?!,?\s+(?:of\s+)?(?:\d{{3}}|'\d)))"
# "The last week of June" and "the last weekend before 5 June" are not seen from now.
_FROM_NOW = rf"(?!\s+(?:of\b|(?:before|after)\s+(?:\d|(?:{_MONTH})\b)))"
_COUNTED = (
    "people|persons|times|hours|minutes|seconds|days|weeks|months|years|dollars|euros|pounds|miles|"
    "km|kilomet(?:re|er)s|met(?:re|er)s|feet|steps|words|pages|calories|kcal"
)

RULES = (
    Rule(
        r"(?P<year>19\d\d|20\d\d|2100)[-/](?P<month>\d\d)(?:[-/](?P<day>\d\d)(?:t[\d:.]+z?)?)?",
        _iso,
    ),
    Rule(r"(?P<first>\d{1,2})[./-](?P<second>\d{1,2})[./-]" + _YEAR + r"(?![./-]\d)", _figures),
    Rule(
        rf"(?:(?:{_WEEKDAY}),?\s+(?:the\s+)?)?(?<!\d[./,-])(?P<day>\d{{1,2}}){_ORDINAL}{_TO_DAY}"
        rf"\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?{_OF_YEAR}",
        _date,
        recurs=True,
    ),
    Rule(
        rf"(?:(?:{_WEEKDAY}),?\s+)?(?P<month>{_MONTH})\b\.?\s+(?:the\s+)?"
        rf"(?P<day>\d{{1,2}}){_ORDINAL}{_TO_DAY}{_OF_YEAR}",
        _date,
        recurs=True,
    ),
    Rule(
        rf"{_TURN}?(?P<month>{_MONTH})\b\.?(?:,?\s+(?:of\s+)?{_YEAR}|(?!,?\s+'?\d))",
        lambda words, asof: _of_year(words, MONTHS[words["month"]], MONTH, asof),
        _sure_month,
        recurs=True,
    ),
    Rule(
        rf"{_TURN}?(?P<season>{any_of(SEASONS)})(?:,?\s+(?:of\s+)?{_YEAR})?",
        lambda words, asof: _of_year(words, SEASONS[words["season"]], SEASON, asof),
        _sure_season,
        recurs=True,
    ),
    Rule(
        any_of(NAMED_DAYS).join(("(?P<name>", ")")),
        lambda words, asof: spans.whole("day", asof, NAMED_DAYS[words["name"]]),
    ),
    Rule(
        # "The last Friday of May" is no last Friday.
        rf"(?:{_TURN}(?!\w+\s+of\b))?(?P<weekday>{_WEEKDAY})",
        lambda words, asof: spans.weekday(WEEKDAYS[words["weekday"]], _turn(words), asof),
        lambda words, lead: bool(words["turn"] or lead) or words["weekday"].endswith("day"),
        recurs=True,
    ),
    Rule(
        rf"(?:(?P<more>{NUMBER})\s+(?P<more_unit>{UNIT})s?,?\s+(?:and\s+)?)?"
        rf"(?P<number>{NUMBER})\s+(?P<unit>{UNIT})s?\s+ago",
        _ago,
    ),
    Rule(
        rf"(?:(?:the|these)\s+(?:last|past)|(?:this\s+)?past)\s+(?P<number>{NUMBER})\s+"
        rf"(?P<unit>{UNIT})s?",
        lambda words, asof: spans.rolling(words["unit"], number(words["number"]), asof),
    ),
    Rule(
        rf"last\s+(?P<number>{NUMBER})\s+(?P<unit>{UNIT})s?",
        lambda words, asof: spans.rolling(words["unit"], number(words["number"]), asof),
        lambda words, lead: bool(lead),  # "Did it last two days?"
    ),
    Rule(
        rf"(?:the\s+last|(?:the\s+|this\s+)?past)\s+(?P<unit>week|month|year){_FROM_NOW}",
        lambda words, asof: spans.rolling(words["unit"], 1, asof),
    ),
    Rule(
        rf"(?P<unit>{UNIT})\s+before\s+last",
        lambda words, asof: spans.whole(words["unit"], asof, -2),
    ),
    Rule(
        rf"{_TURN}(?P<unit>week|month|year){_FROM_NOW}",
        lambda words, asof: spans.unit(words["unit"], _turn(words), asof),
    ),
    Rule(
        rf"{_TURN}?weekend{_FROM_NOW}",
        lambda words, asof: spans.unit("weekend", _turn(words), asof),
        lambda words, lead: bool(words["turn"] or lead),
        recurs=True,
    ),
    Rule(
        r"(?P<year>19\d0|20\d0)'?s",
        lambda words, _: spans.from_date(YEAR * 10, int(words["year"])),
    ),
    Rule(
        rf"{_YEAR}(?![.,:/%]?\d|%|-(?!(?:19|20)\d\d\b)\d|\s*(?:{_COUNTED})\b)",
        lambda words, _: spans.from_date(YEAR, int(words["year"])),
        lambda words, lead: lead in BEFORE_YEARS,
    ),
)  # fmt: skip

# No expression is without a digit or one of these; most questions have neither and end here.
_NAMES = {*MONTHS, *WEEKDAYS, *SEASONS, *spans.UNITS} | {name.split()[-1] for name in NAMED_DAYS}
NEEDED = rf"\b(?:\d|(?:{any_of(_NAMES)})s?\b)"
