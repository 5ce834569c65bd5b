"""Statements read into frames."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from memsvc.core.frames.changes import TRIGGERS, changes
from memsvc.core.frames.clause import clauses
from memsvc.core.frames.frame import OPEN, Frame
from memsvc.core.frames.inner import inner
from memsvc.core.frames.lexicon import BEFORE_NAMES, OPENINGS, Form, nouns_of, phrase_at
from memsvc.core.frames.reworded import reworded
from memsvc.core.frames.sentences import Sentence, sentences
from memsvc.core.frames.subject import Who, plain_key, subject_of, who
from memsvc.core.frames.value import value_key
from memsvc.core.frames.verb_group import AUXILIARIES, FINITE
from memsvc.core.memory import Draft, Fact, Memory

_SOUGHT = FINITE | TRIGGERS


def frames_of(statement: Draft | Memory) -> tuple[Frame, ...]:
    """What a statement says of whom; nothing where that is not certain.

    A structured fact gives its own frame alone. Of the content the first 12 sentences within
    2,000 characters are read.
    """
    if statement.fact is not None:
        return (_of_fact(statement.fact, who(statement)),)
    content = statement.content
    if not _may_tell(content):
        return ()
    said_by = who(statement)
    return tuple(dict.fromkeys(_read(content, said_by)))


def _may_tell(content: str) -> bool:
    """Whether some word may be a verb that is read: most talk ends here."""
    if ":" in content or "'" in content or "\u2019" in content:
        return True
    words = content.split()
    if not AUXILIARIES.isdisjoint(words):
        return True
    return any(
        _begins(word, following) or changes(word, following)
        for word, following in pairwise(words)
        if word in _SOUGHT
    )


def _begins(word: str, following: str) -> bool:
    if f"{word} {following}" in OPENINGS:
        return True
    if word in BEFORE_NAMES:
        return not following.islower() or following == "the"
    return word in OPENINGS


def _read(content: str, said_by: Who) -> Iterator[Frame]:
    for said in sentences(content):
        yield from _of_sentence(said, said_by)


def _of_sentence(said: Sentence, said_by: Who) -> Iterator[Frame]:
    for plain in reworded(said):
        frames = tuple(clauses(plain, said_by))
        if frames:
            yield from frames
            return
    frames = tuple(clauses(said, said_by))
    if frames:
        yield from frames
        return
    for part in inner(said):
        for plain in (*reworded(part), part):
            found = tuple(clauses(plain, said_by))
            if found:
                yield from found
                return


def _of_fact(fact: Fact, said_by: Who) -> Frame:
    subject = subject_of(fact.subject.split(), said_by)
    key, mine = (subject.key, subject.mine) if subject else (plain_key(fact.subject), False)
    words = fact.predicate.replace("_", " ").replace("-", " ").lower().split()
    known = nouns_of(words)
    if known:
        relation = known[0].name
    else:
        found = next(filter(None, (phrase_at(words, 0, form) for form in Form)), None)
        whole = found is not None and found.end == len(words) and not found.entries[0].backward
        relation = found.entries[0].known.name if found and whole else OPEN + " ".join(words)
    value = value_key(fact.object.split()) or plain_key(fact.object)
    return Frame(key, relation, value, fact.cardinality, first_person=mine)
