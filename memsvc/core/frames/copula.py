"""Clauses with "is": "the R of S is V", "S is the R of X", "the R is V"."""

from __future__ import annotations

from collections.abc import Sequence

from memsvc.core.frames.facets import facets, restricted
from memsvc.core.frames.frame import Frame
from memsvc.core.frames.known import Known, Takes
from memsvc.core.frames.noun_phrase import Owned, owned
from memsvc.core.frames.open_verbs import passive
from memsvc.core.frames.places import level
from memsvc.core.frames.stated import (
    NOTHING,
    Clause,
    Read,
    framed,
    made,
    speaking,
    told_of,
    within,
)
from memsvc.core.frames.states import JOBS, PERSONAL_STATES, STATES
from memsvc.core.frames.subject import Subject, subject_of
from memsvc.core.frames.value import end_of, value_key
from memsvc.core.memory import Cardinality

# Before the value of any relation, of one that is a place, of one that is a date.
_CALLED = frozenset("called named about around approximately roughly exactly with".split())  # noqa: SIM905
_LOCATED = frozenset("in at on located based situated to be found with for".split())  # noqa: SIM905
_DATED = frozenset({"on", "in"})
_PLACED = frozenset(
    {
        "headquarters", "home", "location", "employer", "hometown", "address", "education",
        "work location", "place of birth", "place of death", "place of formation",
        "place of burial",
    }
)  # fmt: skip
MOST_CALLED = 8
"""Words of the longest name of an unknown relation."""
# Of one thing there may be several such, and each be called "the".
_NOT_ALONE = frozenset(
    """
    star rival enemy pride heart soul face symbol product result part site scene victim fan cousin
    niece nephew uncle aunt descendant ancestor grandson granddaughter winner hero heroine friend
    opponent ally student pupil member subject topic cause source example kind type home land city
    country place god goddess saint companion colleague classmate neighbour neighbor
    """.split()  # noqa: SIM905
)
_NOTHING_CERTAIN = frozenset(
    """
    favourite favorite best thing point problem question answer idea goal dream advice suggestion
    hope plan mind life day time way heart turn thought opinion guess bet
    """.split()  # noqa: SIM905
)
# Kinds of values that may differ from case to case.
_EVERYWHERE = frozenset({"number", "share", "money", "name", "thing", "length", "mass"})
_CLAUSAL = frozenset({"what", "how", "why", "that", "to"})


def by_copula(clause: Clause, left: Owned | None) -> Read:
    """ "The R of S is V", "S is the R of X", "the R is V"."""
    group, said = clause.group, clause.said
    if left is not None and left.subject is not None:
        read = NOTHING if left.known else attribute(clause, left, left.subject)
        if read.frames or left.known:
            return read
    backward = _role(clause)
    if backward.frames:
        return backward
    told = told_of(clause, passive(said.bare, group.end))
    if group.past or told.frames:
        return told
    subject = subject_of(clause.subject, clause.said_by)
    if subject is None:
        return NOTHING
    personal = _personal(clause, subject)
    if personal.frames or subject.mine:
        return personal
    if left is None and (subject.definite or not clause.subject[0][:1].isupper() or
                         said.bare[group.end] in STATES):  # fmt: skip
        called = tuple(subject.key.split())
        return _open(clause, Subject("", mine=False), called, many=group.plural)
    return NOTHING


def attribute(clause: Clause, left: Owned, subject: Subject) -> Read:
    """A value of something's known or unknown relation."""
    said, group = clause.said, clause.group
    start = group.end
    if not left.known:
        if group.past:
            return NOTHING
        return _open(clause, subject, left.words, many=group.plural)
    for known in left.known:
        if group.past and not known.lasting:
            continue
        at = _value_at(said.bare, start, known)
        end = end_of(said.written, said.bare, at)
        frame = made(known, subject, said.bare[at:end], clause)
        if frame is not None:
            return within(frame, said.bare, end)
    return NOTHING


def _value_at(bare: Sequence[str], at: int, known: Known) -> int:
    """Where the value begins: "is located in the city of Oslo"."""
    skipped = _CALLED
    if known.name in _PLACED:
        skipped |= _LOCATED
    elif known.takes is Takes.DATE:
        skipped |= _DATED
    while at < len(bare) - 1 and bare[at] in skipped:
        at += 1
    return at


def _role(clause: Clause) -> Read:
    """ "Ben is the founder of Acme", "is Acme's founder", "is my doctor"."""
    said, group = clause.said, clause.group
    start = group.end
    if said.bare[start] in {"a", "an"}:
        return NOTHING
    end = end_of(said.written, said.bare, start)
    # "CEO at Acme": the value ends before "at".
    if end < len(said.bare) and said.bare[end] in {"at", "for"}:
        end = end_of(said.written, said.bare, end + 1)
    told = owned(said.bare[start:end], clause.said_by)
    if told is None or told.subject is None:
        return NOTHING
    value = speaking(clause)
    if not told.known:
        return _unknown_role(clause, told, value)
    for known in told.known:
        if group.past and not known.lasting:
            continue
        if known.takes in {Takes.NOUN, Takes.ANYTHING, Takes.JOB}:
            continue
        frame = made(known, told.subject, value, clause) if value else None
        if frame is not None:
            return Read((frame,), end)
    return NOTHING


def _unknown_role(clause: Clause, told: Owned, value: Sequence[str]) -> Read:
    """ "Ann Hall is the chief designer of Copperfox": somebody in a place that is one's alone."""
    said, group = clause.said, clause.group
    named = said.bare[group.end + 1 + len(told.words) :]
    if (
        group.past
        or told.subject is None
        or said.bare[group.end] != "the"
        or len(value) < 2
        or not all(word[:1].isupper() for word in value)
        or not any(word[:1].isupper() for word in named[:3])
        or told.words[-1] in _NOT_ALONE
        or len(told.words) > 3
    ):
        return NOTHING
    kind = f"name{level(value_key(value)) and f' {level(value_key(value))}'}"
    return framed(clause, told.subject, told.words, [(kind, value_key(value))], many=False)


def _personal(clause: Clause, subject: Subject) -> Read:
    """Age, marital status, diet, occupation: what one word says of a person."""
    said, group = clause.said, clause.group
    start = group.end
    end = end_of(said.written, said.bare, start)
    words = list(said.bare[start:end])
    article = bool(words) and words[0] in {"a", "an"}
    if article:
        del words[0]
    if not words:
        return NOTHING
    text = " ".join(words).lower()
    if text in PERSONAL_STATES:
        name, value = PERSONAL_STATES[text]
    elif _is_age(words, subject):
        name, value = "age", words[0]
    elif article and words[-1].lower() in JOBS and len(words) <= 4:
        name, value = "occupation", text
    else:
        return NOTHING
    many = Cardinality.MANY if said.adding else Cardinality.ONE
    frame = Frame(subject.key, name, value, many, group.negated, first_person=subject.mine)
    return Read((frame,), end)


def _is_age(words: Sequence[str], subject: Subject) -> bool:
    if not words[0].isdigit() or len(words[0]) > 3:
        return False
    return words[1:] in (["years", "old"], ["years"]) or (subject.mine and len(words) == 1)


def _open(clause: Clause, subject: Subject, called: Sequence[str], *, many: bool) -> Read:
    """Frames of a relation that the lexicon does not know; of several things: many."""
    said, group = clause.said, clause.group
    if called and called[-1] in _NOTHING_CERTAIN:
        return NOTHING
    if group.perfect or len(called) > MOST_CALLED or said.bare[group.end] in _CLAUSAL:
        return NOTHING
    values = list(facets(said.written, said.bare, group.end, called))
    if values and values[0][0] in _EVERYWHERE:
        many = many or restricted(said.written, said.bare, group.end)
    return framed(clause, subject, called, values, many=many)
