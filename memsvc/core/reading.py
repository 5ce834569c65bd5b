"""How a question is read before anything is searched: pure, cheap, English first.

In another language, or a question without such words, nothing is found here and the search goes by
meaning, words and neighbours alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from memsvc.core.people import Mention
from memsvc.core.temporal import Interval, intervals

# "What books ...", "How many ...", "Which of both ...": the evidence lies in several places.
_SEVERAL = re.compile(
    r"\bhow (?:many|often)\b|\b(?:both|kinds|types|sorts)\b"
    r"|\b(?:what|which)\s+(?:\w+\s+)?(?!(?:is|was|does|has|this|his|its|\w+ss)\b)[a-z]+s\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:date|day|week|month|year|time)\b|\bhow long\b", re.IGNORECASE
)
_FIRST_PERSON = re.compile(r"\b(?:i|my|me|mine|i'm|i've|we|our|(?-i:us))\b", re.IGNORECASE)
_REPLY = re.compile(
    r"\b(?:did|do|have|had|were|are) you\b|\byou (?:\w+ )?(?:said|told|suggest|recommend|mention"
    r"|gave|give|list|provid|propos|wrote|explain|advis|describ|shar)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*+(?:,\s*+(?:&|and|or)?|&|and|or)\s*+", re.IGNORECASE)


class Reading(NamedTuple):
    """A question as the ranking sees it.

    `neutral` is what is embedded: names of speakers become "I" and "my", for people do not say
    their own name, and most of what resembles a name merely contains it (LoCoMo, recall@10 of
    vectors alone: .461, neutral .685). `people` are the keys of the names whose memories are asked
    for; `several`: evidence lies in several places; `when`: a time is asked for; `intervals`: times
    it speaks of; `own`: asked in the first person; `reply`: asks for what the assistant said.
    """

    text: str
    neutral: str
    people: frozenset[str] = frozenset()
    several: bool = False
    when: bool = False
    intervals: tuple[Interval, ...] = ()
    own: bool = False
    reply: bool = False


def read(query: str, mentions: Sequence[Mention], reference: datetime) -> Reading:
    """Read a question; times in it are meant relative to `reference`, aware UTC."""
    reply = _REPLY.search(query) is not None
    neutral = _neutral(query, mentions)
    return Reading(
        text=query,
        neutral=neutral,
        people=_asked_for(query, mentions),
        # Without the names, for "James" is no plural.
        several=_SEVERAL.search(neutral) is not None,
        when=_WHEN.search(query) is not None,
        intervals=intervals(query, reference),
        own=not mentions and not reply and _FIRST_PERSON.search(query) is not None,
        reply=reply,
    )


def plainly(query: str) -> Reading:
    """A question taken at its words."""
    return Reading(query, query)


def _neutral(query: str, mentions: Sequence[Mention]) -> str:
    parts, end = [], 0
    for mention in mentions:
        if mention.speaks:
            parts += [query[end : mention.start], "my" if mention.possessive else "I"]
            end = mention.end
    return "".join([*parts, query[end:]])


def _asked_for(query: str, mentions: Sequence[Mention]) -> frozenset[str]:
    """Whose memories are meant: of several names those joined by "and", else the first that acts.

    "What does Melanie think of Caroline's plan": what Melanie said.
    """
    names = {one.name for one in mentions}
    if len(names) < 2:
        return frozenset(names)
    together = {mentions[0].name}
    for one, other in pairwise(mentions):
        if _JOINED.fullmatch(query[one.end : other.start]):
            together.add(other.name)
        elif len(together) > 1:
            break
        else:
            together = {other.name}
    if len(together) > 1:
        return frozenset(together)
    acting = [one for one in mentions if not one.possessive]
    return frozenset({(acting or mentions)[0].name})
