"""Noun phrases that name a relation: "the capital of Kenya", "Ana's employer", "my car"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from memsvc.core.frames.known import Known
from memsvc.core.frames.lexicon import LONGEST, nouns_of
from memsvc.core.frames.subject import NOT_INSIDE, Subject, Who, subject_of

_CURRENT = frozenset(
    """
    new current present latest actual own brand-new newest real true correct
    """.split()  # noqa: SIM905
)
_OTHER_TIME = frozenset(
    """
    former old previous ex next first last future late other second third another past upcoming
    earlier one-time onetime only best worst biggest main original early then-current soon-to-be
    outgoing incoming acting interim deputy assistant vice
    """.split()  # noqa: SIM905
)
_ARTICLES = frozenset({"the", "The", "a", "an", "A", "An", "its", "their", "his", "her"})
_MY = frozenset({"my", "My", "our", "Our"})
_OF = frozenset({"of", "for", "at", "in"})
_JOINTS = str.maketrans({"/": " ", "-": "-"})


class Owned(NamedTuple):
    """A relation that a noun phrase names and whose it is; `subject` None for nobody's.

    `known` is empty for words of no known relation.
    """

    subject: Subject | None
    words: tuple[str, ...]
    known: tuple[Known, ...]


def cleaned(words: Sequence[str]) -> tuple[str, ...] | None:
    """The words of a relation without "new" and "current"; None for one of another time."""
    told = tuple(" ".join(words).translate(_JOINTS).lower().split())
    if nouns_of(told):
        return told
    told = tuple(word for word in told if word not in _CURRENT)
    if nouns_of(told):
        return told
    if not told or not _OTHER_TIME.isdisjoint(told) or not NOT_INSIDE.isdisjoint(told):
        return None
    return told


def owned(words: Sequence[str], said_by: Who) -> Owned | None:
    """What a noun phrase names as something of somebody; None where it is no such phrase.

    `words` without signs around them, but with "'s".
    """
    if len(words) < 2:
        return None
    start = 1 if words[0] in _ARTICLES else 0
    known = _of_government(words, start, said_by) or _of_known(words, start, said_by)
    if known is not None:
        return known
    at = _possessive(words)
    if at is not None:
        owner = [*words[:at], _bare_owner(words[at])]
        return _made(subject_of(owner, said_by), words[at + 1 :])
    if words[0] in _MY:
        if said_by.speaker is None:
            return None
        return _made(Subject(said_by.speaker, mine=True), words[1:])
    if start and "of" in words:
        end = words.index("of")
        if end > start and end + 1 < len(words):
            return _made(subject_of(words[end + 1 :], said_by), words[start:end])
    return None


def _of_government(words: Sequence[str], start: int, said_by: Who) -> Owned | None:
    """ "The name of the head of state of Kenya", "the head of the Kenya government"."""
    if words[start : start + 2] == ["name", "of"]:
        named = owned(words[start + 2 :], said_by)
        return named if named is not None and named.known else None
    if words[start] in _CURRENT:
        start += 1
    if words[-1] != "government" or words[start + 1 : start + 3] != ["of", "the"]:
        return None
    if words[start] not in {"head", "leader"}:
        return None
    return _made(subject_of(words[start + 3 : -1], said_by), ("head", "of", "government"))


def _of_known(words: Sequence[str], start: int, said_by: Who) -> Owned | None:
    """ "The R of S", also without article."""
    for end in range(min(start + LONGEST, len(words) - 2), start, -1):
        if words[end] in _OF and (told := cleaned(words[start:end])):
            known = nouns_of(told)
            if known:
                return _made(subject_of(words[end + 1 :], said_by), told)
    return None


def _made(subject: Subject | None, words: Sequence[str]) -> Owned | None:
    told = cleaned(words) if words else None
    if subject is None or told is None:
        return None
    return Owned(subject, told, nouns_of(told))


def _possessive(words: Sequence[str]) -> int | None:
    for at in range(len(words) - 2, -1, -1):
        if words[at].endswith("'s") or (words[at].endswith("s'") and len(words[at]) > 3):
            return at
    return None


def _bare_owner(word: str) -> str:
    return word[:-2] if word.endswith("'s") else word[:-1]
