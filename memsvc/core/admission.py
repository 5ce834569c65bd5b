"""What is not worth a memory of its own: emptiness, an assistant's phrases, what stands already.

Only what says the same as a memory of the same people is taken for it, so that to forget somebody
never loses another's words; and nothing that was derived takes part, for it goes with its sources.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from enum import StrEnum

from memsvc.core.boilerplate import is_boilerplate
from memsvc.core.memory import Channel, Draft, Kind, Memory
from memsvc.core.repetition import words

EMPTY = "It holds neither letters nor digits."
BOILERPLATE = "It is an assistant's phrase that tells nothing."
RESTATES = "It restates a memory."
REPEATS = "It nearly repeats what the same speaker said in this session."

NO_GIST = 0
LONGEST = 400
"""Characters of a text that is compared; longer ones are hardly ever said again in other words."""
FEWEST_WORDS, MOST_WORDS = 4, 64
"""Of fewer words ("ok", "Thanks a lot!") each is a turn of its own."""


class Admission(StrEnum):
    """What an agent's writes are held to."""

    STANDARD = "standard"
    OFF = "off"
    """All is stored but what was said word for word."""


# Their absence changes nothing that a statement says.
_FILLERS = frozenset(
    """
    a an the oh ah hey hi hello um uh hm hmm yes yeah yep ok okay really actually basically
    literally definitely certainly totally absolutely simply
    """.split()  # noqa: SIM905
)
# What I say of me is what you say of you.
_TURNED = {
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "m": "are",
    "am": "are",
    "re": "are",
    "ve": "have",
    "ll": "will",
}
_FIRST = frozenset({"i", "me", "my", "mine", "myself"})
_SECOND = frozenset({"you", "your", "yours", "yourself"})
_SAYING = frozenset({"said", "mentioned", "noted", "remember", "recall", "stated", "told"})

_CUT = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))
_NUMBER = re.compile(r"[-+]?\d[\d.,:/]*(?<=\d)")
_SIGN = re.compile(r"[^\w\s" + re.escape(string.punctuation) + r"]|[?%$@#&+=/<>\\^|]")
_QUIET = re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\xab\xbb\u2039\u203a\u2013\u2014\u2026]")


def rejection(draft: Draft) -> str | None:
    """Why a draft is not stored, whatever else there is; None for one that may be."""
    content = draft.content
    if not any(map(str.isalnum, content)) and not _is_turn_of_somebody(draft):
        return EMPTY
    if is_by_agent(draft) and not draft.source_ids and is_boilerplate(content):
        return BOILERPLATE
    return None


def _is_turn_of_somebody(draft: Draft) -> bool:
    """Whether a person says it in a conversation: there every turn is kept, a lone ";)" as well."""
    return draft.session_id is not None and (draft.speaker is not None or draft.role == "user")


def is_by_agent(statement: Draft | Memory) -> bool:
    """Whether an agent says it: neither a person's words, nor those of a tool or a page."""
    return statement.channel is Channel.AGENT and statement.role in (None, "assistant")


def is_compared(statement: Draft | Memory) -> bool:
    """Whether it may be taken for another statement in other words, or another for it."""
    return (
        len(statement.content) <= LONGEST
        and not statement.source_ids
        and statement.fact is None
        and statement.behavior is None
    )


def gist(statement: Draft | Memory) -> int:
    """A number equal for statements of the same people in nearly the same words; else `NO_GIST`.

    Good for this process alone, and a proposal: `repeats` and `restates` have the last word.
    """
    told = _compared_words(statement)
    if told is None:
        return NO_GIST
    return hash((statement.user_id or "", frozenset(statement.subject_ids), tuple(told)))


def gist_parts(statement: Draft | Memory) -> tuple[str, ...] | None:
    """What the gist is computed of, for who hashes it for other processes, too; None without."""
    told = _compared_words(statement)
    if told is None:
        return None
    people = sorted(set(statement.subject_ids))
    return (statement.user_id or "", str(len(people)), *people, *told)


def _compared_words(statement: Draft | Memory) -> Sequence[str] | None:
    if not is_compared(statement):
        return None
    told = _told(_said(statement.content))
    return told if FEWEST_WORDS <= len(told) <= MOST_WORDS else None


def repeats(draft: Draft, other: Draft | Memory) -> bool:
    """Whether, of two of one gist, the same speaker said nearly the same in this session.

    The same words in the same order, less articles and interjections; numbers and signs too.
    """
    return (
        draft.session_id is not None
        and draft.session_id == other.session_id
        and (draft.speaker, draft.role) == (other.speaker, other.role)
        and _may_be_one(draft, other)
        and _without_fillers(draft.content) == _without_fillers(other.content)
    )


def restates(draft: Draft, other: Draft | Memory) -> bool:
    """Whether, of two of one gist, an agent says once more what stands, maybe from its own side.

    "You moved", where a user said "I moved".
    A dated statement of nobody in particular is news, even in the same words: it says since when.
    """
    if not is_by_agent(draft) or not _may_be_one(draft, other):
        return False
    if draft.role is None and draft.speaker not in (None, other.speaker):
        # Somebody with a name says it, too.
        return False
    dated = draft.valid_from or draft.valid_to or draft.event_time
    if dated and _stands_alone(draft) and _stands_alone(other):
        return False
    mine, theirs = _said(draft.content), _said(other.content)
    return _told(mine) == _told(theirs) and _is_one_side(mine, theirs)


def _stands_alone(statement: Draft | Memory) -> bool:
    spoken = statement.session_id or statement.speaker or statement.role
    return statement.kind is Kind.SEMANTIC or not spoken


def _may_be_one(draft: Draft, other: Draft | Memory) -> bool:
    return (
        draft.kind is other.kind
        and draft.user_id == other.user_id
        and set(draft.subject_ids) == set(other.subject_ids)
        and is_compared(draft)
        and is_compared(other)
        and _NUMBER.findall(draft.content) == _NUMBER.findall(other.content)
        and _signs(draft.content) == _signs(other.content)
    )


def _signs(content: str) -> list[str]:
    """Signs that make another statement: `?`, `%`, emoji; not those of plain punctuation."""
    return _SIGN.findall(_QUIET.sub("", content))


def _said(content: str) -> list[str]:
    """The words in order, parts around an apostrophe apart."""
    if content.isascii():
        return content.translate(_CUT).split()
    return [part for word in words(content) for part in word.replace("\u2019", "'").split("'")]


def _without_fillers(content: str) -> list[str]:
    return [word for word in _said(content) if word not in _FILLERS]


def _told(said: Sequence[str]) -> list[str]:
    """What is told, whoever tells it: without "You mentioned that" in front of it."""
    told = [_TURNED.get(word, word) for word in said if word not in _FILLERS]
    start = 0
    if len(told) > 2 and told[0] == "you" and told[1] in _SAYING:
        start = 2 + (told[1] == "told" and told[2] == "you")
        start += start < len(told) and told[start] == "that"
    return told[start:]


def _is_one_side(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether both speak of themselves alike throughout, or the one throughout of the other."""
    sides = [
        (one in _FIRST) == (other in _FIRST)
        for one, other in zip(_people(mine), _people(theirs), strict=False)
    ]
    return all(sides) or not any(sides)


def _people(said: Sequence[str]) -> list[str]:
    """Pronouns of the two who talk, from the end: in front one may say that one said."""
    return [word for word in reversed(said) if word in _FIRST or word in _SECOND]
