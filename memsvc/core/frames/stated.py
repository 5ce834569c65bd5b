"""Frames made of a clause's subject, relation and value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from memsvc.core.frames.facets import facets
from memsvc.core.frames.frame import OPEN, Frame
from memsvc.core.frames.known import Known, Takes
from memsvc.core.frames.lexicon import Form
from memsvc.core.frames.open_verbs import Told, often
from memsvc.core.frames.places import level
from memsvc.core.frames.sentences import Sentence
from memsvc.core.frames.subject import Subject, Who, subject_of
from memsvc.core.frames.value import accepts, value_key, without_group
from memsvc.core.frames.verb_group import Group
from memsvc.core.memory import Cardinality
from memsvc.core.temporal_english import WEEKDAYS

_COUNTRIES = frozenset({"country of origin", "origin", "capital"})
_WORK = frozenset({"work", "works", "working"})
_ANY_WORK = frozenset("company firm living startup place team business organization job".split())  # noqa: SIM905
_ELSEWHERE = {
    "employer": frozenset(
        """
        office branch desk club team class group gym slack facebook twitter instagram linkedin
        discord zoom tiktok reddit whatsapp telegram github netflix spotify church choir army
        meeting call party
        """.split()  # noqa: SIM905
    ),
    "chief executive": frozenset({"marathon", "race", "errand", "errands"}),
}
_WHILE = frozenset({"during", "while", "when", "whenever", "every", "once"})
_DAYS = frozenset({*WEEKDAYS, *(f"{day}s" for day in WEEKDAYS)})


class Clause(NamedTuple):
    """A sentence with the place of the verbs in it, and who says it."""

    said: Sentence
    subject: Sequence[str]
    group: Group
    said_by: Who


class Read(NamedTuple):
    """What a clause says, and behind which word it ends."""

    frames: tuple[Frame, ...]
    end: int


NOTHING = Read((), 0)


# Of these people have several, each with a name that hardly ever changes.
_SEVERAL = frozenset(
    """
    sister brother son daughter child cousin friend colleague uncle aunt nephew niece grandson
    granddaughter grandchild sibling stepson stepdaughter neighbour neighbor coworker classmate
    """.split()  # noqa: SIM905
)


def made(known: Known, subject: Subject, words: Sequence[str], clause: Clause) -> Frame | None:
    """The frame of a known relation; None where the words are no value of it."""
    plain = without_group(words)
    sized = len(plain) == len(words)  # "the city of Jamaica" is no country
    words = plain
    kind = ""
    if _is_elsewhere(known, words):
        return None
    if not accepts(known.takes, words, casual=clause.said.casual):
        if not (known.name == "employer" and _is_kind(words, clause)):
            return None
        kind = " (kind)"  # "works at a bakery" may go with any name
    value = value_key(words)
    if not value or value == subject.key or _is_elsewhere(known, subject.key.split()):
        return None
    name = known.name + kind
    if sized and known.takes is Takes.PLACE and known.name not in _COUNTRIES:
        name += f" ({level(value)})" if level(value) else ""
    several = known.name == "name" and subject.key.rpartition(" ")[2] in _SEVERAL
    many = Cardinality.MANY if clause.said.adding or several else known.cardinality
    if known.cardinality is Cardinality.MANY and not _is_somebody(subject, clause):
        return None
    return Frame(subject.key, name, value, many, clause.group.negated, subject.mine)


def _is_elsewhere(known: Known, words: Sequence[str]) -> bool:
    """Words that fit the verb and mean something else: "run a marathon", "join Slack"."""
    return bool(words) and words[-1].lower() in _ELSEWHERE.get(known.name, ())


def _is_kind(words: Sequence[str], clause: Clause) -> bool:
    """ "A bakery" where somebody works."""
    works = not _WORK.isdisjoint(clause.said.bare)
    return (
        works
        and words[0] in {"a", "an", "the"}
        and len(words) < 4
        and not (len(words) == 2 and words[1] in _ANY_WORK)
    )


def _is_somebody(subject: Subject, clause: Clause) -> bool:
    """A person by name, or the speaker: "Sounds like fun" is liked by nobody."""
    words = clause.subject
    return (
        subject.mine
        or words[0] in {"my", "My"}
        or (
            len(words) < 4
            and (len(words) > 1 or clause.group.form is not Form.BASE)
            and all(word[:1].isupper() for word in words)
        )
    )


def within(frame: Frame, bare: Sequence[str], end: int) -> Read:
    """What holds on some days or in one case only leaves room for others."""
    following = bare[end : end + 2]
    if following and (
        following[0] in _WHILE or (following[0] == "on" and following[-1].lower() in _DAYS)
    ):
        frame = replace(frame, cardinality=Cardinality.MANY)
    return Read((frame,), end)


def speaking(clause: Clause) -> Sequence[str]:
    """The words of the subject as a value: of "I" the speaker's name."""
    subject = subject_of(clause.subject, clause.said_by)
    if subject is None:
        return ()
    return [subject.key.title()] if subject.mine else clause.subject


def told_of(clause: Clause, told: Told | None) -> Read:
    """What a verb of no known relation tells of a thing."""
    subject = subject_of(clause.subject, clause.said_by) if told else None
    if told is None or subject is None or subject.mine or clause.group.past:
        return NOTHING
    said = clause.said
    called = (*subject.key.split(), *told.words)
    if how_often := often(said.bare, told):
        values = [("often", how_often)]
    else:
        values = list(facets(said.written, said.bare, told.start, called))
    if told.kinds is not None:
        values = [(kind, value) for kind, value in values if kind in told.kinds]
    return framed(clause, Subject("", mine=False), called, values, many=False)


def framed(
    clause: Clause, subject: Subject, called: Sequence[str], values: Sequence[tuple[str, str]],
    *, many: bool,
) -> Read:  # fmt: skip
    """Frames of an unknown relation that is called so, one for each kind of value."""
    cardinality = Cardinality.MANY if many or clause.said.adding else Cardinality.ONE
    words = " ".join(called)
    frames = tuple(
        Frame(subject.key, f"{OPEN}{words}@{kind}", value, cardinality, clause.group.negated,
              subject.mine)
        for kind, value in values
        if value
    )  # fmt: skip
    return Read(frames, len(clause.said.bare))
