"""What times a question speaks of: expressions of time, as intervals seen from a moment.

Expressions are found by one pattern, put together where they place each other ("Monday last week",
"between May and July 2023"), and bounded by the word before them ("since", "before"). What hangs on
an unknown event ("two weeks before her birthday") is no interval. A wrong interval hides what was
asked for, so in doubt there is none; still a person called April or June is taken for the month.

Days are those of UTC. The same text and moment give the same answer in every process.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from memsvc.core import spans
from memsvc.core import temporal_english as english
from memsvc.core.spans import Span

MAX_EXPRESSIONS = 16  # a text that names more times than this asks about none of them

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
_HYPHENS = frozenset("-\u2013\u2014")


class Interval(NamedTuple):
    """Half-open, aware, UTC; an open side is the calendar's end. `words` as the query has them."""

    start: datetime
    end: datetime
    words: str


@dataclass(frozen=True, slots=True)
class _Mention:
    """An expression in its place: `begin` with the word that leads it, `core` without."""

    begin: int
    core: int
    end: int
    lead: str
    span: Span
    sure: bool
    dated: bool = False  # with a year of its own
    again: Callable[[datetime], Span] | None = None  # where it recurs, seen from another moment


def _expression() -> re.Pattern[str]:
    # Letters outside ASCII are not folded: no "s" is found in a long one, and words stay known.
    rules = "|".join(
        rf"(?:the\s+)?(?P<rule{place}>{re.sub(r'[?]P<[a-z_]+>', '?:', rule.pattern)})"
        for place, rule in enumerate(english.RULES)
    )
    before = (
        rf"(?:(?:{english.OFFSET}|(?P<lead>{english.LEAD}))\s+)?(?P<core>)"
        rf"(?:(?:the\s+)?(?P<part>{english.PARTS}))?"
    )
    return re.compile(
        rf"\b(?ai:{before}(?:{rules})(?:\s+(?:{english.any_of(english.ONWARDS)}))?)\b"
    )


_NEEDED = re.compile(english.NEEDED, re.ASCII | re.IGNORECASE)
_EXPRESSION = _expression()
_RULES = {
    f"rule{place}": (rule, re.compile(rule.pattern, re.ASCII | re.IGNORECASE))
    for place, rule in enumerate(english.RULES)
}


def intervals(query: str, reference: datetime) -> tuple[Interval, ...]:
    """What times the query speaks of, in its order; `reference` is the aware moment of asking.

    Takes some microseconds without a word of time, tens to hundreds with one, and stays linear.
    """
    if not _NEEDED.search(query):
        return ()
    assert reference.tzinfo is not None, "a naive moment would mean this machine's zone"
    asof = reference.astimezone(UTC)
    matches = list(islice(_EXPRESSION.finditer(query), MAX_EXPRESSIONS + 1))
    if len(matches) > MAX_EXPRESSIONS:
        return ()
    mentions = [mention for found in matches if (mention := _mention(found, asof))]
    for join in (_placed, _ranged):
        mentions = _joined(query, mentions, join)
    spoken: dict[Span, Interval] = {}
    for mention in mentions:
        if mention.sure:
            start, end = _bounded(query, mention)
            if start < end:
                begin = mention.core if mention.lead in english.LOOSE else mention.begin
                words = query[begin : mention.end]
                spoken.setdefault((start, end), Interval(start, end, words))
    return tuple(spoken.values())


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _mention(found: re.Match[str], asof: datetime) -> _Mention | None:
    """The expression as it stands alone; None when it is refused or the calendar lacks it."""
    rule, pattern = _RULES[str(found.lastgroup)]
    inner = pattern.fullmatch(found.string, *found.span(str(found.lastgroup)))
    lead, part = _plain(found["lead"] or ""), _plain(found["part"] or "")
    assert inner is not None, "the rule has just matched here"
    words = {name: _plain(text) for name, text in inner.groupdict("").items()}
    recurs = rule.recurs and not words.get("turn") and not words.get("year")
    if lead in english.REFUSING and (recurs or lead in english.FRACTIONS):
        return None

    def at(moment: datetime) -> Span:
        return _counted(found, _widened(part, rule.resolve(words, moment)))

    with suppress(ValueError, OverflowError):
        return _Mention(
            begin=found.start(),
            core=found.start("core"),
            end=found.end(),
            lead=lead,
            span=at(asof),
            sure=rule.sure(words, english.PART if part else lead) or bool(found["unit"]),
            dated=bool(words.get("year")),
            again=at if recurs and not found["unit"] else None,
        )
    return None


def _widened(part: str, span: Span) -> Span:
    """ "The week of 5 June" is that week; "a week of May" is not known closer than May."""
    unit = part.partition(" ")[0]
    one_day = span[1] - span[0] == timedelta(days=1)
    return spans.whole(unit, span[0]) if one_day and unit in spans.UNITS else span


def _counted(found: re.Match[str], span: Span) -> Span:
    """What lies so many units before or after the span; the span itself without a count."""
    if not found["unit"]:
        return span
    count = english.number(_plain(found["count"] or ""))
    if _plain(found["side"]) == "before":
        return spans.whole(_plain(found["unit"]), span[0], -count)
    return spans.whole(_plain(found["unit"]), span[1] - _INSTANT, count)


def _joined(
    query: str,
    mentions: list[_Mention],
    join: Callable[[str, _Mention, _Mention], tuple[_Mention, ...]],
) -> list[_Mention]:
    joined = mentions[:1]
    for mention in mentions[1:]:
        joined[-1:] = join(query, joined[-1], mention)
    return joined


def _placed(query: str, first: _Mention, second: _Mention) -> tuple[_Mention, ...]:
    """ "Monday last week", "June two years ago", "last year in June": one within the other.

    Of several that lie within, as Mondays in a month, none is meant more than another.
    """
    gap = query[first.end : second.begin].strip()
    narrow, wide = (first, second) if first.again else (second, first)
    near = not gap or (gap == "," and wide is second)
    if near and second.lead in english.WITHIN and wide.sure and not wide.again:
        span = _seen_from(wide.span[1], narrow)
        if wide.span[0] <= span[0] and span[1] - span[0] < wide.span[1] - wide.span[0]:
            if _seen_from(span[0], narrow)[0] >= wide.span[0]:
                span = wide.span
            return (replace(first, end=second.end, span=span, sure=True, again=None),)
    return first, second


def _ranged(query: str, first: _Mention, second: _Mention) -> tuple[_Mention, ...]:
    """ "Between May and July 2023", "May - July 2023"; "in May and July 2023" shares its year."""
    gap = query[first.end : second.begin].strip()
    if gap and (second.lead or gap not in _HYPHENS):
        return first, second
    listing = second.lead in english.LISTING
    joining = gap or second.lead in english.JOINING or (listing and first.lead in english.BETWEEN)
    if not joining and not (listing and second.dated):
        return first, second
    first = replace(first, span=_seen_from(second.span[1], first))
    if not joining:
        return first, second
    span = min(first.span[0], second.span[0]), max(first.span[1], second.span[1])
    sure = first.lead in english.OPENING or first.sure or second.sure
    return (replace(first, end=second.end, lead="", span=span, sure=sure, again=None),)


def _seen_from(end: datetime, mention: _Mention) -> Span:
    """The latest turn that has begun before this end; what does not recur stays where it is."""
    with suppress(ValueError, OverflowError):
        return mention.again(end - _INSTANT) if mention.again else mention.span
    return mention.span


def _bounded(query: str, mention: _Mention) -> Span:
    start, end = mention.span
    words = query[mention.core : mention.end].lower()
    if mention.lead in english.SINCE or words.endswith(english.ONWARDS):
        return start, LATEST
    if mention.lead in english.AFTER:
        return end, LATEST
    if mention.lead in english.BEFORE:
        return EARLIEST, start
    if mention.lead in english.UNTIL or (
        mention.lead in english.MORE and words.endswith(english.AGO)
    ):
        return EARLIEST, end
    return start, end
