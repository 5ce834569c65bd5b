"""Facts that a language model read in a turn, held to what the turn says.

A model invents. What it read counts only where the value stands in the turn's own words, and is
about who speaks, or whom or what the turn names. What it takes for the only value of a relation is
that only where the relation is a known one (`core.frames`): on its word nothing is superseded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from memsvc.core.consolidation.facts import (
    LONGEST_VALUE,
    NO_VALUE,
    NOBODY,
    drafted,
    is_of_a_person,
)
from memsvc.core.fingerprint import normalised
from memsvc.core.frames import frames_of
from memsvc.core.frames.frame import OPEN
from memsvc.core.memory import Cardinality, Draft, Fact, Memory

FEWEST_BYTES = 12
"""Of a turn, in UTF-8: in less nothing is told that is worth a question."""
CONFIDENCE = 0.6
"""Below that of the rules: a model may have read another relation than was meant."""
_SPEAKER = frozenset({"i", "me", "myself", "user", "the user", "speaker", "the speaker"})
_PRONOUNS = frozenset(
    {"he", "she", "they", "we", "who", "his", "her", "their", "my", "our", "your"}
)
_DENIES = frozenset({"no", "not", "never", "longer", "stopped", "quit", "without"})
_UNSPACED = 0x0E00
"""From Thai on, scripts set no blanks between words."""


def may_be_read(turn: Memory) -> bool:
    """Whether a model is asked about a turn at all: a person said it, and more than a greeting."""
    return is_of_a_person(turn) and len(turn.content.encode("utf-8", "replace")) >= FEWEST_BYTES


def facts_read(turn: Memory, read: Iterable[tuple[Fact, str]]) -> Sequence[Draft]:
    """Memories of those facts that keep to the turn, each once; `read` has each with its quote."""
    found: dict[str, Draft] = {}
    for fact, quote in read:
        draft = _kept(turn, fact, quote)
        if draft is not None:
            found.setdefault(draft.content, draft)
    return tuple(found.values())


def unfounded(turn: Memory, read: Iterable[tuple[Fact, str]]) -> int:
    """How many facts the turn does not say: misses of content, where the form was as asked for."""
    return sum(_kept(turn, fact, quote) is None for fact, quote in read)


def _kept(turn: Memory, fact: Fact, quote: str) -> Draft | None:
    if quote not in turn.content:
        return None
    said, value = normalised(turn.content), normalised(fact.object)
    subject = _subject(turn, fact.subject, said)
    if subject is None or not _stands_in(value, said):
        return None
    if len(value) > LONGEST_VALUE or value in NO_VALUE or not any(map(str.isalnum, value)):
        return None
    content = f"{subject} {fact.predicate} {fact.object}."
    words = normalised(fact.predicate).split()
    if not _DENIES.isdisjoint(words) or any("n't" in one or "n\u2019t" in one for one in words):
        # What no longer holds is no value: only what a reader of the sentence makes of it.
        return drafted(turn, content, None, quote, CONFIDENCE)
    named = Fact(subject, fact.predicate, fact.object, fact.cardinality)
    draft = drafted(turn, content, named, quote, CONFIDENCE)
    if any(one.relation.startswith(OPEN) for one in frames_of(draft)):
        return replace(draft, fact=replace(named, cardinality=Cardinality.MANY))
    return draft


def _subject(turn: Memory, subject: str, said: str) -> str | None:
    """Whom or what a fact is about, by the name that the rules would give; None for a stranger."""
    name = turn.speaker or turn.user_id or NOBODY
    plain = normalised(subject)
    if plain in _SPEAKER or plain == normalised(name):
        return name
    if plain in NO_VALUE or plain in _PRONOUNS:
        return None
    owner, own, thing = plain.replace("\u2019", "'").partition("'s ")
    if own and (owner in _SPEAKER or owner == normalised(name)):
        # "Ana's sister", of whom Ana said "my sister".
        return f"{name}'s {subject[-len(thing) :]}" if _stands_in(thing, said) else None
    return subject if _stands_in(plain, said) else None


def _stands_in(words: str, said: str) -> bool:
    """Whether the words stand in what was said, none of them cut; both `normalised`."""
    start = said.find(words) if words else -1
    while start >= 0:
        before, after = said[:start][-1:], said[start + len(words) :][:1]
        if not _joined(before, words[0]) and not _joined(words[-1], after):
            return True
        start = said.find(words, start + 1)
    return False


def _joined(left: str, right: str) -> bool:
    """Whether two signs beside each other are of one word."""
    return all(one.isalnum() and ord(one) < _UNSPACED for one in (left, right) if one) and bool(
        left and right
    )
