"""One clause: subject, verb and what it says of the subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memsvc.core.frames.copula import attribute, by_copula
from memsvc.core.frames.frame import Frame
from memsvc.core.frames.known import Known
from memsvc.core.frames.lexicon import Form, Found, phrase_at
from memsvc.core.frames.noun_phrase import owned
from memsvc.core.frames.open_verbs import active
from memsvc.core.frames.preferences import preference
from memsvc.core.frames.sentences import Sentence
from memsvc.core.frames.stated import NOTHING, Clause, Read, made, speaking, told_of, within
from memsvc.core.frames.subject import Who, subject_of
from memsvc.core.frames.value import end_of
from memsvc.core.frames.verb_group import FINITE, group_at
from memsvc.core.memory import Cardinality

_JOINTS = frozenset({"and", "but", "so"})
_OWN = frozenset({"I", "i", "my", "our"})


def clauses(said: Sentence, said_by: Who) -> Iterator[Frame]:
    """The frames of a sentence's main clause and of those that share its subject."""
    bare = said.bare
    at = 1
    while at < len(bare):
        if bare[at] in FINITE:
            group = group_at(bare, at)
            if group is not None:
                read = read_clause(Clause(said, bare[:at], group, said_by))
                if read.frames:
                    yield from read.frames
                    yield from _continued(said, bare[:at], read.end, said_by)
                    yield from _next(said, group.end, said_by)
                    return
        at += 1


def _joint(bare: Sequence[str], end: int) -> int:
    """Where "and works" goes on, behind a value and a few words of when and with whom; 0: not."""
    for at in range(end, min(end + 5, len(bare) - 1)):
        if bare[at] in _JOINTS and bare[at + 1] in FINITE:
            return at
        if bare[at] in FINITE or bare[at] in _OWN:
            return 0
    return 0


def _next(said: Sentence, at: int, said_by: Who) -> Iterator[Frame]:
    """ "... and my name is Ana"."""
    bare = said.bare
    for joint in range(at + 1, len(bare) - 2):
        if bare[joint] in _JOINTS and bare[joint + 1] in _OWN:
            start = joint + 1
            yield from clauses(
                said._replace(written=said.written[start:], bare=bare[start:]), said_by
            )
            return


def _continued(said: Sentence, subject: Sequence[str], end: int, said_by: Who) -> Iterator[Frame]:
    """ "... and works at Acme"."""
    bare = said.bare
    while True:
        joint = _joint(bare, end)
        group = group_at(bare, joint + 1) if joint else None
        if group is None:
            return
        read = read_clause(Clause(said, subject, group, said_by))
        if not read.frames:
            return
        yield from read.frames
        end = read.end


def read_clause(clause: Clause) -> Read:
    """The frames of a clause, by the longest known phrase, else as "something is something"."""
    left = owned(clause.subject, clause.said_by) if clause.group.form is Form.BE else None
    if left is not None and left.known and left.subject is not None:
        read = attribute(clause, left, left.subject)
        if read.frames:
            return read
    found, past = _verb(clause)
    if found is not None:
        read = _by_verb(clause, found, past=past)
        if read.frames:
            return read
    if clause.group.form is Form.BE:
        return by_copula(clause, left)
    preferred = _preferred(clause)
    if preferred.frames:
        return preferred
    if clause.group.form is Form.THIRD:
        return told_of(clause, active(clause.said.bare, clause.group.end))
    return NOTHING


def _verb(clause: Clause) -> tuple[Found | None, bool]:
    bare, group = clause.said.bare, clause.group
    if group.form is not Form.THIRD:
        return phrase_at(bare, group.end, group.form), group.past
    third = phrase_at(bare, group.end, Form.THIRD)
    past = phrase_at(bare, group.end, Form.PAST)
    if third and (not past or third.end >= past.end):
        return third, False
    if past:
        return past, True
    # "I live", "The Millers live"; "Does Ana live" is no statement.
    base = phrase_at(bare, group.end, Form.BASE)
    subject = clause.subject
    if base and subject and (subject[-1] in {"I", "i"} or subject[0] in {"The", "the"}):
        return base, False
    return None, False


def _by_verb(clause: Clause, found: Found, *, past: bool) -> Read:
    said, said_by = clause.said, clause.said_by
    start = _behind_origin(said.bare, found.end)
    end = end_of(said.written, said.bare, start)
    words = said.bare[start:end]
    if not words:
        return NOTHING
    for entry in found.entries:
        if past and not (entry.event or entry.known.lasting):
            continue
        if entry.backward:
            frame = _backward(entry.known, words, clause)
        else:
            subject = subject_of(clause.subject, said_by)
            frame = made(entry.known, subject, words, clause) if subject else None
        if frame is not None:
            return within(frame, said.bare, end)
    return NOTHING


def _behind_origin(bare: Sequence[str], at: int) -> int:
    """ "Moved from Oslo to Bergen": the value stands behind "to"."""
    if at < len(bare) and bare[at] == "from" and bare[at - 1] != "from":
        for to in range(at + 2, min(at + 7, len(bare) - 1)):
            if bare[to] == "to":
                return to + 1
    return at


def _backward(known: Known, words: Sequence[str], clause: Clause) -> Frame | None:
    """ "Ben founded Acme": of Acme, Ben is the founder."""
    if not _is_called(words):
        return None
    subject = subject_of(words, clause.said_by)
    value = speaking(clause)
    if subject is None or subject.mine or not value:
        return None
    return made(known, subject, value, clause)


def _is_called(words: Sequence[str]) -> bool:
    """Whether they name one thing: whoever "makes sense" or "runs the show" runs nothing."""
    definite = words[0] in {"the", "The"} and len(words) > 1
    if not definite and words[-1].islower():
        return False  # "made Ben cry"
    first = words[1] if definite else words[0]
    return any(map(str.isupper, first)) or any(map(str.isdigit, first))


def _preferred(clause: Clause) -> Read:
    said, group = clause.said, clause.group
    found = preference(said.written, said.bare, group.end)
    subject = subject_of(clause.subject, clause.said_by) if found else None
    if found is None or subject is None:
        return NOTHING
    many = Cardinality.MANY if said.adding else Cardinality.ONE
    frame = Frame(subject.key, found.between, found.value, many, group.negated, subject.mine)
    return Read((frame,), found.end)
